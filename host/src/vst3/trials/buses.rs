//! Buses and their arrangements.
#![allow(unsafe_code)]

use vst3::Steinberg::Vst::BusDirections_::{kInput, kOutput};
use vst3::Steinberg::Vst::BusTypes_::kMain;
use vst3::Steinberg::Vst::MediaTypes_::{kAudio, kEvent};
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;

use super::peer::Peer;
use super::*;
use crate::check::{Outcome, Trial};
use crate::vst3::text;

const SIDES: [(&str, u32); 2] = [("input", kInput), ("output", kOutput)];

/// Asks for all of them, and for some that are not there.
pub(crate) fn buses(trial: &mut Trial) -> Outcome {
    let peer = Peer::new(trial)?;
    trial.step("reading the buses");
    for (media, kind) in [("audio", kAudio), ("event", kEvent)] {
        for (side, direction) in SIDES {
            let (kind, direction) = (kind as MediaType, direction as BusDirection);
            // SAFETY: no pointers.
            let count = unsafe { peer.made.component.getBusCount(kind, direction) };
            trial.find_if(count < 0, &BUS_INFO, || format!("there are {count} {media} {side}s"));
            for index in 0..count.min(64) {
                one(trial, &peer, kind, direction, index, &format!("{media} {side} {index}"));
            }
            for index in [-1, count, int32::MAX] {
                trial.step(format!("asking for {media} {side} {index} of {count}"));
                trial.find_if(info(&peer, kind, direction, index).is_some(), &BUS_INDEX, || {
                    format!("{media} {side} {index} of {count} was described")
                });
            }
        }
    }
    // SAFETY: no pointers.
    let count = |kind: MediaTypes, direction: BusDirections| unsafe {
        peer.made.component.getBusCount(kind as MediaType, direction as BusDirection)
    };
    let audio = count(kAudio, kInput).max(0) + count(kAudio, kOutput).max(0);
    let events_only = audio == 0 && count(kEvent, kOutput) > 0;
    trial.find_if(events_only, &EVENTS_ONLY, || "the plugin sends events, and has no audio".into());
    let output = info(&peer, kAudio as MediaType, kOutput as BusDirection, 0);
    let missing = !events_only && output.is_none_or(|bus| bus.busType != kMain as BusType);
    trial.find_if(missing, &MAIN_OUTPUT, || "the plugin has no main audio output".into());
    for channels in [1, 2, 6, 1] {
        arrange(trial, &peer, channels);
    }
    Ok(())
}

fn info(peer: &Peer, media: MediaType, direction: BusDirection, index: int32) -> Option<BusInfo> {
    // SAFETY: all-zero is a valid value of this plain structure, which is written to.
    unsafe {
        let mut info: BusInfo = std::mem::zeroed();
        (peer.made.component.getBusInfo(media, direction, index, &mut info) == kResultOk).then_some(info)
    }
}

fn one(
    trial: &mut Trial,
    peer: &Peer,
    media: MediaType,
    direction: BusDirection,
    index: int32,
    called: &str,
) {
    let Some(bus) = info(peer, media, direction, index) else {
        trial.find(&BUS_INFO, format!("the {called} was counted, and is not described"));
        return;
    };
    trial.find_if(bus.mediaType != media || bus.direction != direction, &BUS_INFO, || {
        format!(
            "the {called} says that it is of media type {} and direction {}",
            bus.mediaType, bus.direction
        )
    });
    let name = text::from_wide(&bus.name);
    trial.find_if(!bus.name.contains(&0), &UNTERMINATED, || format!("the name of the {called} has no end"));
    trial.find_if(bus.channelCount < 0, &BUS_INFO, || {
        format!("the {called} ({name}) has {} channels", bus.channelCount)
    });
    let audio = media == kAudio as MediaType;
    let main = bus.busType == kMain as BusType;
    trial.find_if(audio && index > 0 && main && first_is_aux(peer, direction), &BUS_MAIN, || {
        format!("the {called} ({name}) is a main bus, and the first is not")
    });
    if audio && let Some(arrangement) = arrangement(peer, direction, index) {
        trial.find_if(arrangement.count_ones() as int32 != bus.channelCount, &BUS_CHANNELS, || {
            let speakers = arrangement.count_ones();
            format!("the {called} ({name}) has {} channels, its arrangement {speakers}", bus.channelCount)
        });
    }
}

fn first_is_aux(peer: &Peer, direction: BusDirection) -> bool {
    info(peer, kAudio as MediaType, direction, 0).is_some_and(|first| first.busType != kMain as BusType)
}

fn arrangement(peer: &Peer, direction: BusDirection, index: int32) -> Option<SpeakerArrangement> {
    let mut arrangement = 0;
    // SAFETY: the arrangement is a local variable.
    let result = unsafe { peer.made.processor.getBusArrangement(direction, index, &mut arrangement) };
    (result == kResultOk).then_some(arrangement)
}

fn all(peer: &Peer, direction: u32) -> Vec<SpeakerArrangement> {
    (0..64).map_while(|index| arrangement(peer, direction as BusDirection, index)).collect()
}

/// Asks for so many channels in the first buses, and looks whether a yes means yes.
fn arrange(trial: &mut Trial, peer: &Peer, channels: u32) {
    let wanted = match channels {
        1 => SpeakerArr::kMono,
        2 => SpeakerArr::kStereo,
        _ => SpeakerArr::k51,
    };
    let (mut inputs, mut outputs) = (all(peer, kInput), all(peer, kOutput));
    for list in [&mut inputs, &mut outputs] {
        if let Some(first) = list.first_mut() {
            *first = wanted;
        }
    }
    trial.step(format!("asking for {channels} channels"));
    let (ins, outs) = (inputs.len() as int32, outputs.len() as int32);
    // SAFETY: both lists are as long as said.
    let result = unsafe {
        peer.made.processor.setBusArrangements(inputs.as_mut_ptr(), ins, outputs.as_mut_ptr(), outs)
    };
    for ((side, direction), list) in SIDES.iter().zip([&inputs, &outputs]) {
        let direction = *direction as BusDirection;
        for (index, wanted) in (0..).zip(list) {
            let (got, bus) =
                (arrangement(peer, direction, index), info(peer, kAudio as MediaType, direction, index));
            let kept = got == Some(*wanted)
                && bus.is_none_or(|bus| bus.channelCount == wanted.count_ones() as int32);
            trial.find_if(result == kResultTrue && !kept, &ARRANGEMENT, || {
                format!("{channels} channels were accepted, and the audio {side} {index} has others")
            });
        }
    }
}
