//! What VST3 calls the loudspeakers, and arrangements of them.

use dyad_core::{Bus, Layout, Speaker};
use vst3::Steinberg::Vst::SpeakerArr::kEmpty;
use vst3::Steinberg::Vst::{
    SpeakerArrangement, kSpeakerC, kSpeakerCs, kSpeakerL, kSpeakerLfe, kSpeakerLs, kSpeakerM, kSpeakerR,
    kSpeakerRs, kSpeakerSl, kSpeakerSr,
};
use vst3::Steinberg::int32;

/// The index of the layout that a host asks for: the one with the same speakers, else the first that
/// fits. Layouts with equal channel counts would otherwise all lead to the first of them.
pub(crate) fn choose(
    layouts: &[Layout],
    inputs: &[SpeakerArrangement],
    outputs: &[SpeakerArrangement],
) -> Option<usize> {
    let fitting = || {
        let all = layouts.iter().enumerate();
        all.filter(|(_, layout)| fits(inputs, layout.inputs) && fits(outputs, layout.outputs))
    };
    let mut same = fitting().filter(|(_, layout)| {
        same_speakers(inputs, layout.inputs) && same_speakers(outputs, layout.outputs)
    });
    same.next().or_else(|| fitting().next()).map(|(index, _)| index)
}

/// Whether arrangements that fit have the buses' own speakers. A bus that is not connected has none to
/// compare.
fn same_speakers(given: &[SpeakerArrangement], wanted: &[Bus]) -> bool {
    given.iter().zip(wanted).all(|(given, bus)| *given == kEmpty || *given == arrangement(bus))
}

/// Whether a host's arrangements fit the buses of a layout. An auxiliary bus that the host does not
/// connect may be empty (Ardour): it then comes without buffers, which is silence.
fn fits(given: &[SpeakerArrangement], wanted: &[Bus]) -> bool {
    let fit = |(given, bus): (&SpeakerArrangement, &Bus)| {
        channels(*given) == bus.channels || (!bus.main && *given == kEmpty)
    };
    given.len() == wanted.len() && given.iter().zip(wanted).all(fit)
}

/// The channel count of a speaker arrangement: one bit for each speaker.
fn channels(arrangement: SpeakerArrangement) -> usize {
    arrangement.count_ones() as usize
}

/// The speaker arrangement of a bus. Mono is the mono speaker, not the left one.
pub(crate) fn arrangement(bus: &Bus) -> SpeakerArrangement {
    let all = (0..bus.channels).try_fold(kEmpty, |all, channel| {
        let speaker = speaker(bus, channel)?;
        (all & speaker == 0).then_some(all | speaker)
    });
    // Without a role for each channel: as many speakers, from the first on.
    all.unwrap_or(u64::MAX >> (64 - bus.channels.clamp(1, 64)))
}

/// Adds the place of each of our channels in the host's bus: VST3 has channels in the order of their
/// speakers' bits, whatever order the plugin has them in.
pub(crate) fn places(bus: &Bus, to: &mut Vec<u16>) {
    let all = arrangement(bus);
    for channel in 0..bus.channels {
        to.push(match speaker(bus, channel) {
            Some(speaker) if all & speaker != 0 => (all & (speaker - 1)).count_ones() as u16,
            _ => channel as u16,
        });
    }
}

/// The bit of a channel's speaker, where it has one.
fn speaker(bus: &Bus, channel: usize) -> Option<SpeakerArrangement> {
    // With speakers behind the listener, the surround ones stand beside; VST3's `Ls` are then those
    // behind (7.1).
    let has_back = bus.speakers.contains(&Speaker::BackLeft) || bus.speakers.contains(&Speaker::BackRight);
    Some(match bus.speaker(channel)? {
        Speaker::Mono => kSpeakerM,
        Speaker::Left => kSpeakerL,
        Speaker::Right => kSpeakerR,
        Speaker::Center => kSpeakerC,
        Speaker::LowFrequency => kSpeakerLfe,
        Speaker::SurroundLeft if has_back => kSpeakerSl,
        Speaker::SurroundRight if has_back => kSpeakerSr,
        Speaker::SurroundLeft | Speaker::BackLeft => kSpeakerLs,
        Speaker::SurroundRight | Speaker::BackRight => kSpeakerRs,
        Speaker::SurroundCenter => kSpeakerCs,
        // VST3 has no speakers for sum and difference.
        _ => return None,
    })
}

/// A host's array; `None` for a negative number, or null where the number is above 0.
///
/// # Safety
/// `array` is null or holds `count` arrangements.
pub(crate) unsafe fn list<'a>(
    array: *mut SpeakerArrangement,
    count: int32,
) -> Option<&'a [SpeakerArrangement]> {
    match usize::try_from(count) {
        Ok(0) => Some(&[]),
        // SAFETY: the caller's contract.
        Ok(count) if !array.is_null() => Some(unsafe { std::slice::from_raw_parts(array, count) }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vst3::Steinberg::Vst::SpeakerArr::{k40Cine, k40Music, k51, k71Music, kMono, kStereo};

    #[test]
    fn of_layouts_with_equal_channels_the_one_with_the_same_speakers_is_chosen() {
        use Speaker::*;
        const QUAD: &[Speaker] = &[Left, Right, SurroundLeft, SurroundRight];
        const CINE: &[Speaker] = &[Left, Right, Center, SurroundCenter];
        const QUAD_INS: &[Bus] = &[Bus::main_input(4).speakers(QUAD), Bus::sidechain(1)];
        const QUAD_OUTS: &[Bus] = &[Bus::main_output(4).speakers(QUAD)];
        const CINE_INS: &[Bus] = &[Bus::main_input(4).speakers(CINE), Bus::sidechain(1)];
        const CINE_OUTS: &[Bus] = &[Bus::main_output(4).speakers(CINE)];
        let quad = Layout { id: "quad", name: "Quad", inputs: QUAD_INS, outputs: QUAD_OUTS };
        let cine = Layout { id: "lcrs", name: "LCRS", inputs: CINE_INS, outputs: CINE_OUTS };
        let plain = Layout { id: "plain", name: "Plain", inputs: &QUAD_INS[..1], outputs: QUAD_OUTS };
        for (layouts, [quad_at, cine_at]) in [([quad, cine, plain], [0, 1]), ([plain, cine, quad], [2, 1])]
        {
            let choose = |ins: &[_], outs: &[_]| choose(&layouts, ins, outs);
            for side in [kMono, kEmpty] {
                assert_eq!(choose(&[k40Music, side], &[k40Music]), Some(quad_at));
                assert_eq!(choose(&[k40Cine, side], &[k40Cine]), Some(cine_at), "sidechain {side}");
            }
            let first = quad_at.min(cine_at);
            assert_eq!(choose(&[15, kMono], &[15]), Some(first), "the first with as many channels");
            assert_eq!(choose(&[k40Cine, kMono], &[k40Music]), Some(first), "not half of one");
            assert_eq!(choose(&[k40Cine, kStereo], &[k40Cine]), None);
            assert_eq!(choose(&[k51, kMono], &[k51]), None);
        }
        assert_eq!(choose(&[], &[], &[]), None);
    }

    #[test]
    fn a_sidechain_may_stay_empty_and_a_main_bus_may_not() {
        let wanted = [Bus::main_input(1), Bus::sidechain(1)];
        assert!(fits(&[kMono, kMono], &wanted));
        assert!(fits(&[kMono, kEmpty], &wanted), "not connected");
        assert!(!fits(&[kEmpty, kMono], &wanted));
        assert!(!fits(&[kStereo, kEmpty], &wanted));
        assert!(!fits(&[kMono], &wanted), "the host leaves no bus out");
    }

    #[test]
    fn channels_find_their_speakers() {
        let places = |bus: &Bus| {
            let mut list = Vec::new();
            places(bus, &mut list);
            list
        };
        let in_place = |bus: &Bus| places(bus).into_iter().eq(0..bus.channels as u16);
        for (bus, expected) in [
            (Bus::main_input(1), kMono),
            (Bus::main_input(2), kStereo),
            (Layout::SURROUND_5_1.inputs[0], k51),
            (Bus::main_input(3), 7),
            (Bus::main_input(64), u64::MAX),
            (Bus::main_input(200), u64::MAX),
            (Bus::main_input(2).speakers(&[Speaker::Mid, Speaker::Side]), kStereo),
        ] {
            assert_eq!(arrangement(&bus), expected, "{bus:?}");
            assert!(in_place(&bus), "{bus:?}");
        }
        use Speaker::*;
        let film = [Left, Center, Right, LowFrequency, SurroundLeft, SurroundRight, BackLeft, BackRight];
        let film: &'static [Speaker] = Box::leak(Box::new(film));
        let bus = Bus::main_input(8).speakers(film);
        assert_eq!(arrangement(&bus), k71Music);
        assert_eq!(places(&bus), [0, 2, 1, 3, 6, 7, 4, 5]);
    }
}
