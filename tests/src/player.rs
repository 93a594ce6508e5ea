//! Notes and a transport for a plugin, in blocks, the same in both formats: also what no host should send.
#![allow(clippy::unnecessary_cast, reason = "Steinberg's enums are signed on Windows only")]

use std::collections::BTreeMap;

use dyad_core::Bundle;
use dyad_core::identity::FIRST_RESERVED_VST3_ID;
use vst3::Steinberg::Vst::ProcessContext;
use vst3::Steinberg::Vst::ProcessContext_::StatesAndFlags_::{
    kBarPositionValid, kPlaying, kProjectTimeMusicValid, kTempoValid, kTimeSigValid,
};
use vst3::Steinberg::kResultOk;

use crate::bundle;
use crate::gain::{RATE, id};
use crate::lv2::Value::{Double, Float, Int, Long};
use crate::lv2::{Event, Rig};
use crate::shown::{describe, rig};
use crate::sound::Format;
use crate::vst3::{Module, Pass, Plugin, Said};
use crate::wav::Sound;

/// The most frames of a block.
pub const LONGEST: usize = 512;

/// A note's beginning or end, without a thought for order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Whether it begins.
    pub on: bool,
    /// 0 to 15.
    pub channel: u8,
    /// 0 to 127.
    pub key: u8,
    /// 1 to 127.
    pub velocity: u8,
}

impl Key {
    /// A beginning in the first channel.
    #[must_use]
    pub fn on(key: u8) -> Self {
        Self { on: true, channel: 0, key, velocity: 100 }
    }

    /// An end in the first channel.
    #[must_use]
    pub fn off(key: u8) -> Self {
        Self { on: false, channel: 0, key, velocity: 64 }
    }
}

/// What a host says of its song.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Whether it plays.
    pub playing: bool,
    /// Quarter notes a minute.
    pub tempo: f64,
    /// Quarter notes from the start.
    pub quarters: f64,
    /// Frames from the start.
    pub frame: i64,
    /// As 3/4 is written.
    pub signature: [i32; 2],
}

/// What came of a block.
#[derive(Clone, Debug)]
pub struct Played {
    /// What is heard; without channels of a plugin with notes alone.
    pub sound: Sound,
    /// Notes that were sent, each with its frame.
    pub notes: Vec<(usize, Key)>,
}

/// An active instance at 48 kHz.
#[expect(missing_debug_implementations, reason = "the hosts' plugins have none")]
pub struct Player {
    subject: Subject,
}

enum Subject {
    Lv2(Box<Rig>),
    Vst3 { plugin: Plugin, channels: usize },
}

impl Player {
    /// The built plugin of a crate, by its library's name and the id of its layout. Its module is never unloaded.
    ///
    /// # Panics
    /// Where the bundle is missing or the plugin refuses.
    #[must_use]
    pub fn new<B: Bundle>(format: Format, plugin: &str, layout: &str) -> Self {
        let subject = match format {
            Format::Lv2 => Subject::Lv2(rig::<B>(plugin, layout, RATE)),
            Format::Vst3 => {
                let description = describe::<B>();
                let layout = description.layouts.iter().find(|known| known.id == layout).expect("a layout");
                let inside = format!("{plugin}.vst3/Contents/{}-linux/{plugin}.so", std::env::consts::ARCH);
                let module = Box::leak(Box::new(Module::of(&bundle::built(&inside), description.info.id)));
                let plugin = Plugin::of(module);
                assert_eq!(plugin.set_up(RATE, LONGEST), kResultOk);
                plugin.start();
                Subject::Vst3 { plugin, channels: layout.output_channels() }
            }
        };
        Self { subject }
    }

    /// Sets a parameter to a plain value, with the next block or at once. The second number is its position 0…1.
    ///
    /// # Panics
    /// Where the plugin refuses.
    pub fn set(&mut self, param: &str, (plain, position): (f32, f64)) {
        match &mut self.subject {
            Subject::Lv2(rig) => rig.set(param, plain),
            Subject::Vst3 { plugin, .. } => plugin.flush(param, position),
        }
    }

    /// The plain value of what the plugin shows.
    #[must_use]
    pub fn get(&self, param: &str) -> f64 {
        match &self.subject {
            Subject::Lv2(rig) => rig.get(param).into(),
            Subject::Vst3 { plugin, .. } => plugin.plain(param),
        }
    }

    /// A block, with whole MIDI messages of channels at its frames, as hosts hand them on: in VST3 notes are events, and
    /// controllers, channel pressure and bends are hidden parameters. Other messages are left out there.
    ///
    /// # Panics
    /// Where the plugin refuses.
    pub fn midi(&mut self, frames: usize, messages: &[(usize, Vec<u8>)]) -> Sound {
        match &mut self.subject {
            Subject::Lv2(rig) => {
                let events: Vec<Event> =
                    messages.iter().map(|(frame, bytes)| rig.midi(*frame as i64, bytes)).collect();
                rig.cycle(frames, &events);
                rig.outs.iter().map(|out| out[..frames].to_vec()).collect()
            }
            Subject::Vst3 { plugin, channels } => {
                let (mut events, mut points) = (Vec::new(), Vec::new());
                for (frame, bytes) in messages {
                    let frame = *frame as i32;
                    match meaning(bytes) {
                        Some(Meaning::Note(said)) => events.push((frame, said)),
                        Some(Meaning::Controller(id, position)) => points.push((id, [(frame, position)])),
                        None => {}
                    }
                }
                // A queue for each parameter.
                let mut queues: BTreeMap<u32, Vec<(i32, f64)>> = BTreeMap::new();
                for (id, point) in points {
                    queues.entry(id).or_default().extend(point);
                }
                let queues: Vec<(u32, &[(i32, f64)])> =
                    queues.iter().map(|(id, points)| (*id, points.as_slice())).collect();
                let buses: &[usize] = if *channels == 0 { &[] } else { &[*channels] };
                let mut pass = Pass::<f32>::new(frames, &[], buses).hearing(&events).with(&queues);
                assert_eq!(pass.run(plugin), kResultOk);
                pass.outs.into_iter().next().unwrap_or_default()
            }
        }
    }

    /// A block, with notes at its frames and the song at its beginning.
    ///
    /// # Panics
    /// Where the plugin refuses.
    pub fn block(&mut self, frames: usize, keys: &[(usize, Key)], place: Option<Place>) -> Played {
        match &mut self.subject {
            Subject::Lv2(rig) => lv2(rig, frames, keys, place),
            Subject::Vst3 { plugin, channels } => vst3(plugin, *channels, frames, keys, place),
        }
    }
}

/// What a MIDI message is to VST3.
enum Meaning {
    Note(Said),
    /// A hidden parameter's id, and a position.
    Controller(u32, f64),
}

fn meaning(bytes: &[u8]) -> Option<Meaning> {
    let [status, first, rest @ ..] = bytes else { return None };
    let channel = status & 15;
    let second = rest.first().copied().unwrap_or(0);
    let (key, velocity) = (i16::from(*first), f32::from(second) / 127.0);
    let controller = |number: u32, position: f64| {
        // Pressure and bend stand behind the 128 controllers.
        Some(Meaning::Controller(FIRST_RESERVED_VST3_ID + u32::from(channel) * 130 + number, position))
    };
    match status >> 4 {
        9 if second > 0 => Some(Meaning::Note(Said::On(channel.into(), key, velocity, 0.0, -1))),
        // As MIDI's release of a note on of velocity 0.
        9 => Some(Meaning::Note(Said::Off(channel.into(), key, 64.0 / 127.0, -1))),
        8 => Some(Meaning::Note(Said::Off(channel.into(), key, velocity, -1))),
        10 => Some(Meaning::Note(Said::Pressure(channel.into(), key, velocity, -1))),
        11 => controller(u32::from(*first), f64::from(second) / 127.0),
        13 => controller(128, f64::from(*first) / 127.0),
        14 => controller(129, f64::from(u16::from(second) << 7 | u16::from(*first)) / 16383.0),
        _ => None,
    }
}

fn lv2(rig: &mut Rig, frames: usize, keys: &[(usize, Key)], place: Option<Place>) -> Played {
    let mut events: Vec<Event> = Vec::new();
    if let Some(Place { playing, tempo, quarters, frame, signature: [beats, unit] }) = place {
        // In beats of the signature, as far as these are any.
        let all = quarters * f64::from(unit) / 4.0;
        let bar = (all / f64::from(beats)).floor();
        events.push(rig.position(
            0,
            &[
                ("frame", Long(frame)),
                ("speed", Float(f32::from(u8::from(playing)))),
                ("beat", Double(all)),
                ("bar", Long(bar as i64)),
                ("barBeat", Float((all - bar * f64::from(beats)) as f32)),
                ("beatUnit", Int(unit)),
                ("beatsPerBar", Float(beats as f32)),
                ("beatsPerMinute", Double(tempo * f64::from(unit) / 4.0)),
            ],
        ));
        if unit == 0 {
            // What has no unit has a tempo all the same.
            events.push(rig.position(0, &[("beatsPerMinute", Double(tempo))]));
        }
    }
    events.extend(keys.iter().map(|(frame, key)| {
        let status = if key.on { 0x90 } else { 0x80 };
        rig.midi(*frame as i64, &[status | key.channel, key.key, key.velocity])
    }));
    for output in &mut rig.outs {
        output.fill(f32::NAN);
    }
    let sent = rig.cycle(frames, &events);
    let note = |(frame, bytes): (i64, Vec<u8>)| match *bytes.as_slice() {
        [status @ 0x80..=0x9F, key, velocity] => {
            let on = status >= 0x90 && velocity > 0;
            Some((frame as usize, Key { on, channel: status & 15, key, velocity }))
        }
        _ => None,
    };
    let notes = rig.midi_of(&sent).into_iter().filter_map(note).collect();
    Played { sound: rig.outs.iter().map(|out| out[..frames].to_vec()).collect(), notes }
}

fn vst3(
    plugin: &Plugin,
    channels: usize,
    frames: usize,
    keys: &[(usize, Key)],
    place: Option<Place>,
) -> Played {
    let said = |(frame, key): &(usize, Key)| {
        let (channel, pitch, velocity) =
            (key.channel.into(), key.key.into(), f32::from(key.velocity) / 127.0);
        let said = match key.on {
            true => Said::On(channel, pitch, velocity, 0.0, -1),
            false => Said::Off(channel, pitch, velocity, -1),
        };
        (*frame as i32, said)
    };
    let buses: &[usize] = if channels == 0 { &[] } else { &[channels] };
    let mut pass = Pass::<f32>::new(frames, &[], buses).hearing(&keys.iter().map(said).collect::<Vec<_>>());
    pass.outs.iter_mut().flatten().for_each(|out| out.fill(f32::NAN));
    if let Some(Place { playing, tempo, quarters, frame, signature }) = place {
        // SAFETY: plain numbers, for which zeros are fine.
        let mut context: ProcessContext = unsafe { std::mem::zeroed() };
        let valid = kTempoValid | kProjectTimeMusicValid | kTimeSigValid | kBarPositionValid;
        context.state = (valid | if playing { kPlaying } else { 0 }) as u32;
        (context.sampleRate, context.tempo) = (RATE, tempo);
        (context.projectTimeMusic, context.projectTimeSamples) = (quarters, frame);
        [context.timeSigNumerator, context.timeSigDenominator] = signature;
        let bar = f64::from(signature[0]) * 4.0 / f64::from(signature[1]);
        context.barPositionMusic = (quarters / bar).floor() * bar;
        pass = pass.at(context);
    }
    let sent = pass.sent_by(plugin);
    let note = |(frame, said): (i32, Said)| {
        let key = |on, channel: i16, key: i16, velocity: f32| {
            let key = Key {
                on,
                channel: channel as u8,
                key: key as u8,
                velocity: (velocity * 127.0).round() as u8,
            };
            Some((frame as usize, key))
        };
        match said {
            Said::On(channel, pitch, velocity, ..) => key(true, channel, pitch, velocity),
            Said::Off(channel, pitch, velocity, _) => key(false, channel, pitch, velocity),
            _ => None,
        }
    };
    let notes = sent.into_iter().filter_map(note).collect();
    Played { sound: pass.outs.into_iter().next().unwrap_or_default(), notes }
}

/// The position 0…1 of a plain value of a crate's parameter, beside it, for [`Player::set`].
///
/// # Panics
/// Where there is no such parameter.
#[must_use]
pub fn plain<B: Bundle>(param: &str, value: f32) -> (f32, f64) {
    let description = describe::<B>();
    let found = description.params.iter().find(|known| known.info.id == param);
    let found = found.unwrap_or_else(|| panic!("no parameter {param} ({})", id(param)));
    (value, found.info.range.normalize(f64::from(value)))
}
