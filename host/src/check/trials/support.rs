//! What many trials do: run a block and look at what came of it.

use crate::check::context::Trial;
use crate::check::rig::{Events, Place, Ran, Rig};
use crate::check::rules;
use crate::check::signal::Signal;
use crate::info::{Format, Parameter};
use crate::shared::Change;
use crate::step::Step;

/// Frames per second of most trials.
pub(super) const RATE: u32 = 48_000;
/// The longest block of most trials.
pub(super) const BLOCK: u32 = 512;

/// Loads the plugin as most trials want it, and makes it ready.
pub(super) fn active(trial: &mut Trial) -> Result<Rig, String> {
    let place = place(trial)?;
    let mut rig = load(trial, &place)?;
    activate(trial, &mut rig)?;
    Ok(rig)
}

/// Opens the plugin's files.
pub(super) fn place(trial: &mut Trial) -> Result<Place, String> {
    trial.step("opening the plugin's files");
    Place::open(&trial.subject)
}

/// Loads one instance.
pub(super) fn load(trial: &mut Trial, place: &Place) -> Result<Rig, String> {
    trial.step("instantiating");
    place.load(RATE, BLOCK)
}

/// Makes it ready to process.
pub(super) fn activate(trial: &mut Trial, rig: &mut Rig) -> Result<(), String> {
    trial.step("activating");
    rig.activate(None)
}

/// Runs a block of a finite signal and tells what is wrong with the outcome.
pub(super) fn block(
    trial: &mut Trial,
    rig: &mut Rig,
    input: &[Vec<f32>],
    frames: u32,
    what: &str,
    events: Events<'_>,
) -> Result<Ran, String> {
    trial.step(format!("processing {frames} frames of {what}"));
    let ran = rig.run(input, frames, events)?;
    look(trial, &ran, frames, what);
    let broken = ran.outputs.iter().enumerate().find_map(|(channel, samples)| {
        let frame = samples.iter().position(|sample| !sample.is_finite())?;
        Some((channel, frame, samples[frame]))
    });
    if let Some((channel, frame, value)) = broken {
        let text = format!("output channel {channel} is {value} at frame {frame} of {frames}, for {what}");
        trial.find(&rules::NAN, text);
    }
    Ok(ran)
}

/// Tells what is wrong with a block whatever was in it.
pub(super) fn look(trial: &mut Trial, ran: &Ran, frames: u32, what: &str) {
    trial.find_if(ran.refused, &rules::BLOCK_REFUSED, || {
        format!("a block of {frames} frames of {what} was refused")
    });
    if let Some((channel, frame)) = ran.overrun {
        let text = format!(
            "frame {frames}+{frame} of output channel {channel} was written in a block of {frames} frames"
        );
        trial.find(&rules::OVERRUN, text);
    }
    if let Some((channel, frame)) = ran.input_written {
        let text = format!(
            "frame {frame} of input channel {channel} was written in a block of {frames} frames of {what}"
        );
        trial.find(&rules::INPUT_WRITTEN, text);
    }
    if let Some((channel, frame)) = ran.unwritten.filter(|_| !ran.refused) {
        let text = format!(
            "frame {frame} of output channel {channel} was left as it was in a block of {frames} frames of {what}"
        );
        trial.find(&rules::UNWRITTEN, text);
    }
}

/// Runs a whole signal in blocks of these lengths, over and over, and puts the output together.
pub(super) fn render(
    trial: &mut Trial,
    rig: &mut Rig,
    input: &[Vec<f32>],
    frames: usize,
    lengths: &[u32],
    what: &str,
) -> Result<Vec<Vec<f32>>, String> {
    let mut all: Vec<Vec<f32>> = vec![];
    let mut start = 0;
    for length in lengths.iter().cycle() {
        if start >= frames {
            break;
        }
        let end = (start + *length as usize).min(frames);
        let part: Vec<Vec<f32>> = input.iter().map(|channel| channel[start..end].to_vec()).collect();
        let ran = block(trial, rig, &part, (end - start) as u32, what, Events::default())?;
        if all.is_empty() {
            all = vec![Vec::with_capacity(frames); ran.outputs.len()];
        }
        for (all, part) in all.iter_mut().zip(ran.outputs) {
            all.extend(part);
        }
        start = end;
    }
    Ok(all)
}

/// Renders a signal in blocks of the usual length.
pub(super) fn render_signal(
    trial: &mut Trial,
    rig: &mut Rig,
    signal: Signal,
    frames: usize,
) -> Result<Vec<Vec<f32>>, String> {
    let input = rig.signal(signal, frames);
    render(trial, rig, &input, frames, &[BLOCK], &signal.name())
}

/// Whether a host may set it while trying things. Bypass is left alone, and programs too, which bring values
/// of their own for everything else.
pub(super) fn settable(parameter: &Parameter) -> bool {
    let flags = &parameter.flags;
    !flags.read_only && !flags.output && !flags.bypass && !flags.enabled && !flags.program
}

/// Finite bounds of a parameter; what is open stays near the default.
pub(super) fn bounds(parameter: &Parameter) -> (f64, f64) {
    let open = |bound: f64, other: f64| if bound.is_finite() { bound } else { other };
    (open(parameter.min, parameter.default), open(parameter.max, parameter.default))
}

/// A change to a plain value in the block's first frame.
pub(super) fn change(rig: &mut Rig, index: u32, plain: f64) -> Result<Change, String> {
    Ok(Change { index, offset: 0, native: rig.plugin().native(index, plain)? })
}

/// A parameter as a person finds it.
pub(super) fn called(parameter: &Parameter) -> String {
    format!("{} ({})", parameter.id, parameter.name)
}

/// Whether plain values count as the same for this parameter in this format.
pub(super) fn same(format: Format, parameter: &Parameter, a: f64, b: f64) -> bool {
    let (min, max) = bounds(parameter);
    let range = (max - min).abs();
    let tolerance = match format {
        // Ports are floats.
        Format::Lv2 => 1e-6 * range.max(a.abs()),
        // Many plugins keep normalized values as floats, and some round plain ones for the eye.
        Format::Vst3 => 1e-3 * range,
    };
    (a - b).abs() <= tolerance || a == b
}

/// A value that the parameter takes, this far between its bounds.
pub(super) fn value(rig: &mut Rig, index: u32, parameter: &Parameter, part: f64) -> Result<f64, String> {
    let (min, max) = bounds(parameter);
    let plain = min + (max - min) * part;
    Ok(match rig.plugin().step(index, plain)? {
        Step::Free => plain,
        Step::On(value) => value,
        Step::Between(low, high) => {
            if (plain - low).abs() < (high - plain).abs() {
                low
            } else {
                high
            }
        }
    })
}
