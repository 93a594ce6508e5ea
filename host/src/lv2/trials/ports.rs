//! Ports: who may write where, and when.

use super::bench::{Bench, Buffer, UNWRITTEN};
use super::*;
use crate::check::signal::first_difference;
use crate::check::{Outcome, Trial};
use crate::lv2::ports::Kind;

const FRAMES: usize = 256;
/// Room that hosts give at least, whatever a port asks for.
const LITTLE: usize = 64;

/// Runs the plugin with all its ports in watched memory.
pub(crate) fn ports(trial: &mut Trial) -> Outcome {
    trial.step("instantiating");
    let subject = trial.subject.clone();
    let mut bench = Bench::new(&subject, FRAMES, true)?;
    trial.step("activating");
    bench.activate();
    for (round, frames) in [FRAMES as u32, 1, 17, FRAMES as u32].into_iter().enumerate() {
        watched(trial, &mut bench, frames, round as u32);
    }
    nothing(trial, &mut bench);
    moved(trial, &mut bench);
    little_room(trial, &mut bench);
    drop(bench);
    unconnected(trial, &subject)?;
    in_place(trial, &subject)
}

fn watched(trial: &mut Trial, bench: &mut Bench, frames: u32, seed: u32) {
    bench.fill(seed);
    let before = bench.buffers.clone();
    trial.step(format!("running {frames} frames with all ports watched"));
    bench.run(frames);
    for (at, (port, before)) in bench.ports.iter().zip(&before).enumerate() {
        let after = &bench.buffers[at];
        trial.find_if(port.input && !after.same(before), &INPUT_PORT_WRITTEN, || {
            format!("the input port {} was written in a run of {frames} frames", port.symbol)
        });
        if let Some(by) = after.overrun().filter(|_| !port.input) {
            trial.find(
                &ATOM_OVERRUN,
                format!("the output port {} was written {by} bytes behind its room", port.symbol),
            );
        }
        let number = !port.input && matches!(port.kind, Kind::Control(_));
        let left = number && bench.floats(at).first().is_some_and(|x| x.to_bits() == UNWRITTEN.to_bits());
        trial.find_if(left, &OUTPUT_PORT_UNWRITTEN, || {
            format!("the output port {} was not written in a run of {frames} frames", port.symbol)
        });
    }
}

/// A run of no frames.
fn nothing(trial: &mut Trial, bench: &mut Bench) {
    bench.fill(9);
    trial.step("running 0 frames");
    bench.run(0);
    for at in bench.sound(false) {
        let written = bench.floats(at).iter().any(|sample| sample.to_bits() != UNWRITTEN.to_bits());
        trial.find_if(written, &ZERO_FRAMES, || {
            format!("the output port {} was written in a run of 0 frames", bench.ports[at].symbol)
        });
    }
}

/// Other memory between two runs.
fn moved(trial: &mut Trial, bench: &mut Bench) {
    trial.step("connecting all ports to other memory");
    bench.fill(10);
    let fresh: Vec<_> = bench.ports.iter().map(|port| bench.buffer(port, None)).collect();
    let old = std::mem::replace(&mut bench.buffers, fresh);
    (0..bench.ports.len()).for_each(|at| bench.connect(at));
    let before = old.clone();
    bench.fill(11);
    trial.step(format!("running {FRAMES} frames in other memory"));
    bench.run(FRAMES as u32);
    for ((port, old), before) in bench.ports.iter().zip(&old).zip(&before) {
        trial.find_if(!old.same(before), &STALE, || {
            format!("the port {} was written where it was connected before", port.symbol)
        });
    }
}

/// Little room for atoms.
fn little_room(trial: &mut Trial, bench: &mut Bench) {
    let outputs: Vec<_> = (0..bench.ports.len())
        .filter(|at| !bench.ports[*at].input && matches!(bench.ports[*at].kind, Kind::Atom { .. }))
        .collect();
    for at in outputs {
        bench.buffers[at] = bench.buffer(&bench.ports[at], Some(LITTLE));
        bench.connect(at);
        let symbol = bench.ports[at].symbol.clone();
        trial.step(format!("running with {LITTLE} bytes for the atom port {symbol}"));
        for seed in 0..8 {
            bench.fill(seed);
            bench.run(FRAMES as u32);
            if let Some(by) = bench.buffers[at].overrun() {
                trial.find(
                    &ATOM_OVERRUN,
                    format!("the output port {symbol} was written {by} bytes behind its {LITTLE}"),
                );
                break;
            }
        }
        bench.buffers[at] = bench.buffer(&bench.ports[at], None);
        bench.connect(at);
    }
}

/// Ports that may stay unconnected.
fn unconnected(trial: &mut Trial, subject: &Subject) -> Outcome {
    let mut bench = Bench::new(subject, FRAMES, true)?;
    let optional: Vec<_> = (0..bench.ports.len()).filter(|at| bench.ports[*at].optional).collect();
    let names: Vec<_> = optional.iter().map(|at| bench.ports[*at].symbol.clone()).collect();
    for at in optional {
        bench.buffers[at] = Buffer::None;
        bench.connect(at);
    }
    bench.activate();
    trial.step(format!("running with nothing at the optional ports {}", names.join(", ")));
    for seed in 0..4 {
        bench.fill(seed);
        bench.run(FRAMES as u32);
    }
    Ok(())
}

/// Input and output in the same memory.
fn in_place(trial: &mut Trial, subject: &Subject) -> Outcome {
    let bundle = Bundle::open(&subject.plugin)?;
    let plugin = bundle.choose(subject.class.as_deref())?;
    if plugin.has_feature(&bundle.world.new_uri(uris::IN_PLACE_BROKEN)) {
        return Ok(());
    }
    let mut sound = |shared: bool| -> Result<Vec<Vec<f32>>, String> {
        let mut bench = Bench::new(subject, FRAMES, true)?;
        let (inputs, outputs) = (bench.sound(true), bench.sound(false));
        let pairs: Vec<_> = inputs.into_iter().zip(outputs).collect();
        if shared {
            pairs.iter().for_each(|(input, output)| bench.connect_in_place(*input, *output));
        }
        bench.activate();
        trial.step(if shared { "running in place" } else { "running" });
        let mut all = vec![vec![]; pairs.len()];
        for seed in 0..8 {
            bench.fill(seed);
            bench.run(FRAMES as u32);
            for ((input, output), all) in pairs.iter().zip(&mut all) {
                all.extend_from_slice(&bench.floats(if shared { *input } else { *output })[..FRAMES]);
            }
        }
        Ok(all)
    };
    let (apart, again, shared) = (sound(false)?, sound(false)?, sound(true)?);
    if first_difference(&apart, &again, 1e-5).is_none()
        && let Some((channel, frame, a, b)) = first_difference(&apart, &shared, 1e-5)
    {
        let text = format!("in place output {channel} is {b} instead of {a} at frame {frame}");
        trial.find(&IN_PLACE, text);
    }
    Ok(())
}
