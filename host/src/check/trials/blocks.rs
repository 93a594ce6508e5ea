//! Blocks of every length.

use super::support::{self, BLOCK, RATE};
use crate::check::context::{Outcome, Trial};
use crate::check::rig::{Events, Place};
use crate::check::rules;
use crate::check::signal::{Chance, Signal, first_difference, peak};

const LENGTHS: [u32; 18] = [1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 127, 128, 441, BLOCK];
/// The longest block that is tried.
const LONGEST: u32 = 4096;
/// Shorter ones than this may be refused when a plugin is loaded.
const SHORT: u32 = 64;
const FRAMES: usize = 8192;

pub(super) fn run(trial: &mut Trial) -> Outcome {
    let place = support::place(trial)?;
    let mut rig = support::load(trial, &place)?;
    support::activate(trial, &mut rig)?;
    for frames in LENGTHS {
        let noise = rig.signal(Signal::Noise, frames as usize);
        for _ in 0..3 {
            support::block(trial, &mut rig, &noise, frames, "noise", Events::default())?;
        }
    }
    let mut chance = Chance::new(1);
    for _ in 0..100 {
        let frames = 1 + (chance.next() % u64::from(BLOCK)) as u32;
        let noise = rig.signal(Signal::Noise, frames as usize);
        support::block(trial, &mut rig, &noise, frames, "noise", Events::default())?;
    }
    drop(rig);
    for longest in [1, 2, 64, LONGEST] {
        trial.step(format!("instantiating for blocks of {longest} frames"));
        let ready = place.load(RATE, longest).and_then(|mut rig| rig.activate(None).map(|()| rig));
        let mut rig = match ready {
            Ok(rig) => rig,
            // No host's blocks are that short, and a plugin may say so.
            Err(reason) if longest < SHORT => {
                trial.find(&rules::SHORT_REFUSED, format!("blocks of {longest} frames: {reason}"));
                continue;
            }
            Err(reason) => return Err(reason),
        };
        for frames in [longest, 1, longest] {
            let noise = rig.signal(Signal::Noise, frames as usize);
            support::block(trial, &mut rig, &noise, frames, "noise", Events::default())?;
        }
    }
    compare(trial, &place)
}

/// Is the length of blocks heard?
fn compare(trial: &mut Trial, place: &Place) -> Outcome {
    let mut sound = |lengths: &[u32]| {
        let mut rig = support::load(trial, place)?;
        support::activate(trial, &mut rig)?;
        let input = rig.signal(Signal::Noise, FRAMES);
        support::render(trial, &mut rig, &input, FRAMES, lengths, "noise")
    };
    let (whole, again) = (sound(&[BLOCK])?, sound(&[BLOCK])?);
    let limit = 1e-3 * peak(&whole).max(1e-3);
    if first_difference(&whole, &again, limit).is_some() {
        return Ok(());
    }
    for lengths in [&[64][..], &[1, 16, 333, 17]] {
        let other = sound(lengths)?;
        if let Some((channel, frame, a, b)) = first_difference(&whole, &other, limit) {
            let text = format!(
                "output channel {channel} is {b} instead of {a} at frame {frame} in blocks of {lengths:?} frames \
                 instead of {BLOCK}"
            );
            trial.find(&rules::BLOCKS_DIFFER, text);
            return Ok(());
        }
    }
    Ok(())
}
