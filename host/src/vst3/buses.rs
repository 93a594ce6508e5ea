//! The component's buses: reading them, and asking for another number of channels.
#![allow(unsafe_code)]

use vst3::ComPtr;
use vst3::Steinberg::Vst::BusDirections_::{kInput, kOutput};
use vst3::Steinberg::Vst::BusInfo_::BusFlags_::kDefaultActive;
use vst3::Steinberg::Vst::BusTypes_::kMain;
use vst3::Steinberg::Vst::MediaTypes_::{kAudio, kEvent};
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;

use super::text;
use crate::info::{Bus, BusKind};
use crate::shared::MAX_CHANNELS;

/// More buses than any plugin has.
const MAX_BUSES: int32 = 64;

/// One audio bus as the plugin has it.
#[derive(Clone, Debug)]
pub(super) struct AudioBus {
    pub(super) bus: Bus,
    /// Whether it takes part in processing.
    pub(super) active: bool,
}

/// All buses of a component.
#[derive(Clone, Debug)]
pub(super) struct Buses {
    pub(super) inputs: Vec<AudioBus>,
    pub(super) outputs: Vec<AudioBus>,
    pub(super) event_inputs: Vec<String>,
    pub(super) event_outputs: Vec<String>,
}

impl Buses {
    pub(super) fn read(component: &ComPtr<IComponent>) -> Self {
        let names = |direction| {
            infos(component, kEvent as MediaType, direction)
                .map(|info| text::from_wide(&info.name))
                .collect()
        };
        Self {
            inputs: audio(component, kInput as BusDirection),
            outputs: audio(component, kOutput as BusDirection),
            event_inputs: names(kInput as BusDirection),
            event_outputs: names(kOutput as BusDirection),
        }
    }

    pub(super) fn input_list(&self) -> Vec<Bus> {
        self.inputs.iter().map(|bus| bus.bus.clone()).collect()
    }

    pub(super) fn output_list(&self) -> Vec<Bus> {
        self.outputs.iter().map(|bus| bus.bus.clone()).collect()
    }

    /// Switches the buses on or off: audio buses that take part, and all event buses.
    pub(super) fn activate(&self, component: &ComPtr<IComponent>, on: bool) {
        let sides =
            [(kInput, &self.inputs, &self.event_inputs), (kOutput, &self.outputs, &self.event_outputs)];
        for (direction, audio, events) in sides {
            let direction = direction as BusDirection;
            for (index, bus) in (0..).zip(audio) {
                // SAFETY: no pointers; the index is one of the component's.
                unsafe {
                    component.activateBus(kAudio as MediaType, direction, index, (on && bus.active).into());
                }
            }
            for index in 0..events.len() as int32 {
                // SAFETY: as above.
                unsafe { component.activateBus(kEvent as MediaType, direction, index, on.into()) };
            }
        }
    }
}

fn infos(
    component: &ComPtr<IComponent>,
    media: MediaType,
    direction: BusDirection,
) -> impl Iterator<Item = BusInfo> {
    // SAFETY: no pointers.
    let count = unsafe { component.getBusCount(media, direction) }.clamp(0, MAX_BUSES);
    (0..count).filter_map(move |index| {
        // SAFETY: all-zero is a valid value of this plain structure, which is written to; the index
        // is within the count.
        unsafe {
            let mut info: BusInfo = std::mem::zeroed();
            (component.getBusInfo(media, direction, index, &mut info) == kResultOk).then_some(info)
        }
    })
}

fn audio(component: &ComPtr<IComponent>, direction: BusDirection) -> Vec<AudioBus> {
    let mut buses: Vec<AudioBus> = Vec::new();
    for info in infos(component, kAudio as MediaType, direction) {
        // Only the first bus can be the main one, whatever the plugin says of the others.
        let main = buses.is_empty() && info.busType == kMain as BusType;
        buses.push(AudioBus {
            bus: Bus {
                name: text::from_wide(&info.name),
                kind: if main { BusKind::Main } else { BusKind::Aux },
                channels: u32::try_from(info.channelCount).unwrap_or(0).min(MAX_CHANNELS + 1),
            },
            active: main || info.flags & kDefaultActive as uint32 != 0,
        });
    }
    buses
}

/// Asks for `channels` in the main input, and in the main output if it goes along. A refusal leaves
/// the plugin with the arrangements it had.
pub(super) fn arrange(
    component: &ComPtr<IComponent>,
    processor: &ComPtr<IAudioProcessor>,
    channels: u32,
) -> Buses {
    let before = Buses::read(component);
    let main = |buses: &[AudioBus]| buses.first().is_some_and(|b| b.bus.kind == BusKind::Main);
    let (has_input, has_output) = (main(&before.inputs), main(&before.outputs));
    if !has_input {
        return before;
    }
    let now = (
        arrangements(processor, kInput as BusDirection, &before.inputs),
        arrangements(processor, kOutput as BusDirection, &before.outputs),
    );
    let wanted = arrangement_of(channels);
    let mut tries = vec![now.clone(); 2];
    for (inputs, _) in &mut tries {
        set_first(inputs, channels, wanted);
    }
    if has_output {
        set_first(&mut tries[0].1, channels, wanted);
    }
    for (mut inputs, mut outputs) in tries {
        if set(processor, &mut inputs, &mut outputs) {
            let after = Buses::read(component);
            let got = after.inputs.first().map(|bus| bus.bus.channels);
            if got == Some(channels) {
                return after;
            }
        }
    }
    let (mut inputs, mut outputs) = now;
    set(processor, &mut inputs, &mut outputs);
    Buses::read(component)
}

/// Replaces the first arrangement unless it has that many channels already.
fn set_first(list: &mut [SpeakerArrangement], channels: u32, wanted: SpeakerArrangement) {
    if let Some(first) = list.first_mut().filter(|first| first.count_ones() != channels) {
        *first = wanted;
    }
}

fn set(
    processor: &ComPtr<IAudioProcessor>,
    inputs: &mut [SpeakerArrangement],
    outputs: &mut [SpeakerArrangement],
) -> bool {
    // SAFETY: both lists are as long as said.
    let result = unsafe {
        processor.setBusArrangements(
            inputs.as_mut_ptr(),
            inputs.len() as int32,
            outputs.as_mut_ptr(),
            outputs.len() as int32,
        )
    };
    result == kResultTrue
}

fn arrangements(
    processor: &ComPtr<IAudioProcessor>,
    direction: BusDirection,
    buses: &[AudioBus],
) -> Vec<SpeakerArrangement> {
    (0..)
        .zip(buses)
        .map(|(index, bus)| {
            let mut arrangement = SpeakerArr::kEmpty;
            // SAFETY: the arrangement is a local variable; the index is one of the component's.
            let result = unsafe { processor.getBusArrangement(direction, index, &mut arrangement) };
            let usable = result == kResultOk && arrangement.count_ones() == bus.bus.channels;
            if usable { arrangement } else { arrangement_of(bus.bus.channels) }
        })
        .collect()
}

/// The usual arrangement of so many channels.
fn arrangement_of(channels: u32) -> SpeakerArrangement {
    match channels {
        0 => SpeakerArr::kEmpty,
        1 => SpeakerArr::kMono,
        2 => SpeakerArr::kStereo,
        3 => SpeakerArr::k30Cine,
        4 => SpeakerArr::k40Music,
        5 => SpeakerArr::k50,
        6 => SpeakerArr::k51,
        7 => SpeakerArr::k61Cine,
        8 => SpeakerArr::k71Music,
        // No name fits all of these: as many speakers as there are channels.
        9..64 => (1 << channels) - 1,
        _ => SpeakerArrangement::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrangements_have_their_channels() {
        for channels in 0..=64 {
            assert_eq!(arrangement_of(channels).count_ones(), channels);
        }
    }
}
