//! MIDI of all kinds.

use super::support::{self, BLOCK};
use crate::check::context::{Outcome, Trial};
use crate::check::rig::{Events, Rig};
use crate::check::rules;
use crate::check::signal::{Chance, Signal};
use crate::shared::{EVENTS, Midi};

pub(super) fn run(trial: &mut Trial) -> Outcome {
    let mut rig = support::active(trial)?;
    if rig.info.event_inputs.is_empty() {
        return trial.skip("it takes no events");
    }
    let last = BLOCK - 1;
    let notes =
        [message(0, &[0x90, 60, 100]), message(last, &[0x80, 60, 0]), message(last, &[0x90, 60, 1])];
    send(trial, &mut rig, BLOCK, "a note to the block's last frame", &notes)?;
    send(trial, &mut rig, 1, "a note's end in a block of one frame", &[message(0, &[0x90, 60, 0])])?;
    let all: Vec<_> = (0..128).map(|key| message(key as u32, &[0x90, key, 127])).collect();
    send(trial, &mut rig, BLOCK, "all keys at once", &all)?;
    send(trial, &mut rig, BLOCK, "all keys again", &all)?;
    let off: Vec<_> = (0..128).map(|key| message(0, &[0x80, key, 64])).collect();
    send(trial, &mut rig, BLOCK, "the ends of all keys", &off)?;
    send(trial, &mut rig, BLOCK, "ends of notes that do not sound", &off)?;
    for channel in 0..16 {
        let mut list = Vec::new();
        for controller in 0..128 {
            for value in [0, 127, 64] {
                list.push(message(u32::from(controller), &[0xb0 | channel, controller, value]));
            }
        }
        send(trial, &mut rig, BLOCK, &format!("all controllers of channel {}", channel + 1), &list)?;
    }
    let others = [
        message(0, &[0xe0, 0, 0]),
        message(1, &[0xe0, 127, 127]),
        message(2, &[0xe0, 0, 64]),
        message(3, &[0xd0, 127]),
        message(4, &[0xa0, 60, 127]),
        message(5, &[0xc0, 127]),
        message(6, &[0xc0, 0]),
        message(7, &[0xf8]),
        message(8, &[0xfa]),
        message(9, &[0xfc]),
        message(10, &[0xfe]),
        message(11, &[0xff]),
        message(12, &[0xf2, 1, 2]),
    ];
    send(trial, &mut rig, BLOCK, "pitch bend, pressure, programs, clock and reset", &others)?;
    let mut chance = Chance::new(4);
    let any: Vec<_> = (0..BLOCK).map(|frame| by_chance(frame, &mut chance)).collect();
    send(trial, &mut rig, BLOCK, "messages by chance", &any)?;
    let many: Vec<_> = (0..EVENTS as u32)
        .map(|at| {
            let key = (chance.next() % 128) as u8;
            let status = if at % 2 == 0 { 0x90 } else { 0x80 };
            message(at * BLOCK / EVENTS as u32, &[status, key, 100])
        })
        .collect();
    send(trial, &mut rig, BLOCK, &format!("{EVENTS} notes"), &many)?;
    let silent: Vec<_> = (0..16).map(|channel| message(0, &[0xb0 | channel, 120, 0])).collect();
    send(trial, &mut rig, BLOCK, "all sound off", &silent)?;
    for _ in 0..20 {
        send(trial, &mut rig, BLOCK, "nothing after many notes", &[])?;
    }
    Ok(())
}

fn message(offset: u32, bytes: &[u8]) -> Midi {
    // All of these are 1 to 8 bytes.
    Midi::new(offset, bytes).unwrap_or_else(|| unreachable!("a message of {} bytes", bytes.len()))
}

/// A message of any channel, whole: of others a host makes none for a plugin.
fn by_chance(offset: u32, chance: &mut Chance) -> Midi {
    let [status, low, high, ..] = chance.next().to_le_bytes();
    let (status, low, high) = (0x80 + status % 0x70, low & 0x7f, high & 0x7f);
    if matches!(status, 0xc0..=0xdf) {
        return message(offset, &[status, low]);
    }
    message(offset, &[status, low, high])
}

fn send(trial: &mut Trial, rig: &mut Rig, frames: u32, what: &str, midi: &[Midi]) -> Outcome {
    let noise = rig.signal(Signal::Noise, frames as usize);
    let what = format!("noise with {what}");
    let ran = support::block(trial, rig, &noise, frames, &what, Events { changes: &[], midi })?;
    if let Some(bad) = ran.midi.iter().find(|message| message.bytes()[0] < 0x80) {
        trial.find(&rules::BAD_EVENT_OUT, format!("{:02x?} came out", bad.bytes()));
    }
    Ok(())
}
