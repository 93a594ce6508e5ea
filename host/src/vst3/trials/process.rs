//! Blocks that only VST3 knows.
#![allow(unsafe_code)]

use vst3::Steinberg::Vst::ProcessModes_::kRealtime;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::{kSample32, kSample64};
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;

use super::peer::{BLOCK, Peer};
use super::*;
use crate::check::signal::{Signal, first_difference};
use crate::check::{Outcome, Trial};
use crate::vst3::buses::{AudioBus, Buses};
use crate::vst3::changes::Changes;

/// Blocks of a comparison.
const BLOCKS: usize = 8;

/// Hands them to the plugin.
pub(crate) fn process(trial: &mut Trial) -> Outcome {
    flushes(trial)?;
    let apart = sound(trial, Way::Apart)?;
    let again = sound(trial, Way::Apart)?;
    if first_difference(&apart, &again, 1e-5).is_some() {
        return Ok(());
    }
    let shared = sound(trial, Way::InPlace)?;
    if let Some((channel, frame, a, b)) = first_difference(&apart, &shared, 1e-5) {
        trial.find(
            &IN_PLACE,
            format!("in place output channel {channel} is {b} instead of {a} at frame {frame}"),
        );
    }
    let double = sound(trial, Way::Double)?;
    if let Some((channel, frame, a, b)) = first_difference(&apart, &double, 1e-3) {
        let text =
            format!("with 64-bit samples output channel {channel} is {b} instead of {a} at frame {frame}");
        trial.find(&DOUBLE, text);
    }
    Ok(())
}

/// No frames, no channels, no lists.
fn flushes(trial: &mut Trial) -> Outcome {
    let peer = Peer::new(trial)?;
    peer.activate(trial, kSample32)?;
    let changes = Changes::new(1).ok_or("the host's lists could not be made")?;
    for what in ["with buses without channels", "without buses"] {
        trial.step(format!("processing 0 frames {what}"));
        let buses = Buses::read(&peer.made.component);
        let empty = |list: &[AudioBus]| -> Vec<AudioBusBuffers> {
            let buffers = AudioBusBuffers__type0 { channelBuffers32: std::ptr::null_mut() };
            let bus = AudioBusBuffers { numChannels: 0, silenceFlags: 0, __field0: buffers };
            list.iter().map(|_| AudioBusBuffers { ..bus }).collect()
        };
        let mut lists = [empty(&buses.inputs), empty(&buses.outputs)];
        if what == "without buses" {
            lists.iter_mut().for_each(Vec::clear);
        }
        let [inputs, outputs] = &mut lists;
        let mut data = data(0, inputs, outputs, kSample32);
        data.inputParameterChanges = changes.as_ptr();
        // SAFETY: everything in the structure lives through the call, as VST3 asks for a flush.
        let result = unsafe { peer.made.processor.process(&mut data) };
        trial.find_if(result != kResultOk && result != kResultFalse, &FLUSH, || {
            format!("a block of 0 frames {what} gave the result {result}")
        });
    }
    peer.deactivate(trial);
    Ok(())
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Apart,
    InPlace,
    Double,
}

/// What a fresh instance makes of noise, with null for all lists; nothing where it does not do that.
fn sound(trial: &mut Trial, way: Way) -> Result<Vec<Vec<f32>>, String> {
    let peer = Peer::new(trial)?;
    let size = if way == Way::Double { kSample64 } else { kSample32 };
    // SAFETY: no pointers.
    if unsafe { peer.made.processor.canProcessSampleSize(size as int32) } != kResultTrue {
        return Ok(vec![]);
    }
    peer.activate(trial, size)?;
    let buses = Buses::read(&peer.made.component);
    let count = |list: &[AudioBus]| list.iter().map(|bus| bus.bus.channels as usize).sum::<usize>();
    let main = |list: &[AudioBus]| list.first().map_or(0, |bus| bus.bus.channels as usize);
    let (first_in, first_out) = (main(&buses.inputs), main(&buses.outputs));
    let noise = Signal::Noise.make(first_in as u32, BLOCKS * BLOCK);
    let mut all = vec![vec![]; first_out];
    for block in 0..BLOCKS {
        let mut inputs = vec![vec![0.0_f32; BLOCK]; count(&buses.inputs)];
        let mut outputs = vec![vec![0.0_f32; BLOCK]; count(&buses.outputs)];
        for (input, noise) in inputs.iter_mut().zip(&noise) {
            input.copy_from_slice(&noise[block * BLOCK..][..BLOCK]);
        }
        trial.step(match way {
            Way::Apart => format!("processing {BLOCK} frames with null for all lists"),
            Way::InPlace => format!("processing {BLOCK} frames in place"),
            Way::Double => format!("processing {BLOCK} frames of 64-bit samples"),
        });
        let result = match way {
            Way::Double => run_double(&peer, &buses, &inputs, &mut outputs),
            Way::Apart | Way::InPlace => {
                let shared = if way == Way::InPlace { first_in.min(first_out) } else { 0 };
                let result = run(&peer, &buses, &mut inputs, &mut outputs, shared);
                for (output, input) in outputs.iter_mut().zip(&inputs).take(shared) {
                    output.clone_from(input);
                }
                result
            }
        };
        trial.find_if(result != kResultOk && result != kResultFalse, &LISTS, || {
            format!("a block with null for all lists and the context gave the result {result}")
        });
        all.iter_mut().zip(outputs).for_each(|(all, output)| all.extend(output));
    }
    peer.deactivate(trial);
    Ok(all)
}

fn data(
    frames: usize,
    inputs: &mut [AudioBusBuffers],
    outputs: &mut [AudioBusBuffers],
    size: u32,
) -> ProcessData {
    let start = |list: &mut [AudioBusBuffers]| {
        if list.is_empty() { std::ptr::null_mut() } else { list.as_mut_ptr() }
    };
    ProcessData {
        processMode: kRealtime as int32,
        symbolicSampleSize: size as int32,
        numSamples: frames as int32,
        numInputs: inputs.len() as int32,
        numOutputs: outputs.len() as int32,
        inputs: start(inputs),
        outputs: start(outputs),
        inputParameterChanges: std::ptr::null_mut(),
        outputParameterChanges: std::ptr::null_mut(),
        inputEvents: std::ptr::null_mut(),
        outputEvents: std::ptr::null_mut(),
        processContext: std::ptr::null_mut(),
    }
}

/// Buses over lists of channels, one after the other.
fn split<T>(list: &[AudioBus], channels: &mut [*mut T]) -> Vec<AudioBusBuffers> {
    let mut first = 0;
    let one = |bus: &AudioBus| {
        let count = bus.bus.channels as usize;
        let start: *mut *mut T = channels[first..].as_mut_ptr();
        first += count;
        let buffers = AudioBusBuffers__type0 { channelBuffers32: start.cast() };
        AudioBusBuffers { numChannels: count as int32, silenceFlags: 0, __field0: buffers }
    };
    list.iter().map(one).collect()
}

/// Runs a block in which so many outputs are the inputs' memory.
fn run(
    peer: &Peer,
    buses: &Buses,
    inputs: &mut [Vec<f32>],
    outputs: &mut [Vec<f32>],
    shared: usize,
) -> tresult {
    let mut from: Vec<_> = inputs.iter_mut().map(|channel| channel.as_mut_ptr()).collect();
    let mut to: Vec<_> = outputs.iter_mut().map(|channel| channel.as_mut_ptr()).collect();
    to[..shared].copy_from_slice(&from[..shared]);
    let (mut ins, mut outs) = (split(&buses.inputs, &mut from), split(&buses.outputs, &mut to));
    let mut data = data(BLOCK, &mut ins, &mut outs, kSample32);
    // SAFETY: everything in the structure lives through the call, and every channel is a block long.
    unsafe { peer.made.processor.process(&mut data) }
}

fn run_double(peer: &Peer, buses: &Buses, inputs: &[Vec<f32>], outputs: &mut [Vec<f32>]) -> tresult {
    let wide = |channel: &Vec<f32>| channel.iter().map(|sample| f64::from(*sample)).collect::<Vec<_>>();
    let mut double_in: Vec<_> = inputs.iter().map(wide).collect();
    let mut double_out: Vec<_> = outputs.iter().map(wide).collect();
    let mut from: Vec<_> = double_in.iter_mut().map(|channel| channel.as_mut_ptr()).collect();
    let mut to: Vec<_> = double_out.iter_mut().map(|channel| channel.as_mut_ptr()).collect();
    let (mut ins, mut outs) = (split(&buses.inputs, &mut from), split(&buses.outputs, &mut to));
    let mut data = data(BLOCK, &mut ins, &mut outs, kSample64);
    // SAFETY: as in `run`; the buffers are of the size that is said, which the structure's field shares.
    let result = unsafe { peer.made.processor.process(&mut data) };
    for (output, double) in outputs.iter_mut().zip(&double_out) {
        output.iter_mut().zip(double).for_each(|(output, double)| *output = *double as f32);
    }
    result
}
