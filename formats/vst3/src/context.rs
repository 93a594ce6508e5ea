//! The host's transport.

use dyad_core::Transport;
use vst3::Steinberg::Vst::IProcessContextRequirements_::Flags_::{
    kNeedBarPositionMusic, kNeedCycleMusic, kNeedProjectTimeMusic, kNeedTempo, kNeedTimeSignature,
    kNeedTransportState,
};
use vst3::Steinberg::Vst::ProcessContext;
use vst3::Steinberg::Vst::ProcessContext_::StatesAndFlags;
use vst3::Steinberg::Vst::ProcessContext_::StatesAndFlags_::{
    kBarPositionValid, kCycleActive, kCycleValid, kPlaying, kProjectTimeMusicValid, kRecording,
    kTempoValid, kTimeSigValid,
};

/// What [`transport`] reads, and so what a host is asked for.
pub(crate) const NEEDED: u32 = (kNeedTransportState
    | kNeedTempo
    | kNeedTimeSignature
    | kNeedProjectTimeMusic
    | kNeedBarPositionMusic
    | kNeedCycleMusic) as u32;

/// What a host says of its transport. VST3 has the bar's place and not its number. `[audio-thread]`
#[inline]
pub(crate) fn transport(context: &ProcessContext) -> Transport {
    let has = |flag: StatesAndFlags| context.state & flag as u32 != 0;
    let signature = || {
        Some((
            u16::try_from(context.timeSigNumerator).ok()?,
            u16::try_from(context.timeSigDenominator).ok()?,
        ))
    };
    Transport {
        playing: has(kPlaying),
        recording: has(kRecording),
        looping: has(kCycleActive),
        tempo: has(kTempoValid).then_some(context.tempo),
        time_signature: if has(kTimeSigValid) { signature() } else { None },
        // The one number that every host gives.
        position_frames: Some(context.projectTimeSamples),
        position_beats: has(kProjectTimeMusicValid).then_some(context.projectTimeMusic),
        bar_start_beats: has(kBarPositionValid).then_some(context.barPositionMusic),
        bar: None,
        loop_beats: has(kCycleValid).then_some((context.cycleStartMusic, context.cycleEndMusic)),
    }
}
