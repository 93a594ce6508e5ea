//! What a plugin is given to do while it is measured.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Summary;
use crate::info::{Parameter, PluginInfo};
use crate::shared::{Change, Midi};

/// The most notes that can be held, each with a key of its own.
pub(crate) const MOST_HELD: u32 = 64;

/// What every block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Load {
    pub(crate) frames: u32,
    pub(crate) events: Events,
    /// Notes that begin with the first block and are held.
    pub(crate) held: u32,
}

/// The events in a block, spread evenly over its frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Events {
    None,
    /// Parameters take other values.
    Changes(u32),
    /// Notes begin and end.
    Notes(u32),
}

impl Events {
    pub(crate) fn count(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Changes(count) | Self::Notes(count) => count,
        }
    }
}

impl fmt::Display for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Changes(count) => write!(f, "{count} {}", if *count == 1 { "change" } else { "changes" }),
            Self::Notes(count) => write!(f, "{count} {}", if *count == 1 { "note" } else { "notes" }),
        }
    }
}

impl Load {
    /// Whether the plugin can be given it: no parameter takes two values at one frame.
    pub(crate) fn fits(self, info: &PluginInfo) -> bool {
        match self.events {
            Events::None => true,
            Events::Changes(count) => {
                u64::from(count) <= u64::from(self.frames) * changeable(info).len() as u64
            }
            Events::Notes(_) => !info.event_inputs.is_empty(),
        }
    }

    /// The messages that begin the notes which are held: keys from the second C on, up to seven octaves higher.
    pub(crate) fn held_notes(self) -> Vec<Midi> {
        let key = |number: u32| (36 + u64::from(number) * 84 / u64::from(self.held)) as u8;
        (0..self.held).filter_map(|number| Midi::new(0, &[0x90, key(number), 96])).collect()
    }

    /// The parameter changes of even blocks and of odd ones, so that every one of them changes something;
    /// `native` makes the format's number of a parameter's plain value.
    pub(crate) fn changes(
        self,
        info: &PluginInfo,
        mut native: impl FnMut(u32, f64) -> Result<f64, String>,
    ) -> Result<[Vec<Change>; 2], String> {
        let Events::Changes(count) = self.events else { return Ok([vec![], vec![]]) };
        let changeable = changeable(info);
        if changeable.is_empty() {
            return Err("it has no parameter that could be changed".into());
        }
        let mut values = Vec::new();
        for index in &changeable {
            let [low, high] = two_values(&info.parameters[*index as usize]);
            values.push([native(*index, low)?, native(*index, high)?]);
        }
        let block = |odd: usize| {
            let change = |at: u32| {
                let (turn, which) = (at as usize / changeable.len(), at as usize % changeable.len());
                // A block goes on where the other one ends.
                let turns = (count as usize).saturating_sub(which).div_ceil(changeable.len());
                let native = values[which][(turn + odd * turns) % 2];
                Change { index: changeable[which], offset: self.offset(at, count), native }
            };
            (0..count).map(change).collect()
        };
        Ok([block(0), block(1)])
    }

    /// The MIDI messages of even blocks and of odd ones: every note that begins ends.
    pub(crate) fn notes(self) -> [Vec<Midi>; 2] {
        let Events::Notes(count) = self.events else { return [vec![], vec![]] };
        let block = |first: u32| {
            let message = |at: u32| {
                let number = first + at;
                let key = 48 + (number / 2 % 24) as u8;
                let bytes = if number.is_multiple_of(2) { [0x90, key, 96] } else { [0x80, key, 64] };
                Midi::new(self.offset(at, count), &bytes)
            };
            (0..count).filter_map(message).collect()
        };
        [block(0), block(count)]
    }

    /// The frame of one of `count` events.
    fn offset(self, at: u32, count: u32) -> u32 {
        (u64::from(at) * u64::from(self.frames) / u64::from(count)) as u32
    }
}

/// Indices of the parameters that are changed: the continuous ones, or else the others that hosts automate.
/// A change of one that counts something may be worth a new buffer, which is not what changes mostly cost.
fn changeable(info: &PluginInfo) -> Vec<u32> {
    let indices = |wanted: &dyn Fn(&Parameter) -> bool| {
        let all = (0..).zip(&info.parameters);
        all.filter(|(_, parameter)| usable(parameter) && wanted(parameter))
            .map(|(index, _)| index)
            .collect()
    };
    let continuous: Vec<u32> = indices(&|parameter| !stepped(parameter));
    if continuous.is_empty() { indices(&|_| true) } else { continuous }
}

fn usable(parameter: &Parameter) -> bool {
    let flags = &parameter.flags;
    let kept = flags.bypass || flags.enabled || flags.read_only || flags.output || flags.hidden;
    flags.automatable && !kept && parameter.min < parameter.max
}

fn stepped(parameter: &Parameter) -> bool {
    parameter.flags.integer || parameter.flags.toggled || parameter.flags.list
}

fn two_values(parameter: &Parameter) -> [f64; 2] {
    let (min, max) = (parameter.min, parameter.max);
    if stepped(parameter) { [min, max] } else { [0.25, 0.75].map(|share| min + share * (max - min)) }
}

/// What measuring has come to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// Nanoseconds of one block.
    pub(crate) times: Summary,
    pub(crate) mean: f64,
    pub(crate) blocks: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::{Format, ParameterFlags, Tail, Timing};

    fn parameter(flags: ParameterFlags) -> Parameter {
        Parameter {
            id: "p".into(),
            number: None,
            name: "P".into(),
            unit: String::new(),
            min: 0.0,
            max: 4.0,
            default: 0.0,
            value: 0.0,
            text: String::new(),
            points: vec![],
            flags: ParameterFlags { automatable: true, ..flags },
        }
    }

    fn plugin(parameters: Vec<Parameter>) -> PluginInfo {
        PluginInfo {
            format: Format::Lv2,
            id: String::new(),
            name: String::new(),
            vendor: String::new(),
            version: String::new(),
            category: String::new(),
            inputs: vec![],
            outputs: vec![],
            event_inputs: vec![],
            event_outputs: vec![],
            parameters,
            timing: Timing { latency: 0, tail: Tail::Unknown },
        }
    }

    #[test]
    fn every_change_changes_something() {
        let free = ParameterFlags::default();
        let info = plugin(vec![
            parameter(ParameterFlags { bypass: true, ..free }),
            parameter(free),
            parameter(ParameterFlags { integer: true, ..free }),
            parameter(free),
        ]);
        let mut now = [f64::NAN; 4];
        let load = Load { frames: 10, events: Events::Changes(4), held: 0 };
        let blocks = load.changes(&info, |_, plain| Ok(plain)).unwrap();
        for block in blocks.iter().chain(&blocks) {
            assert!(block.is_sorted_by_key(|change| change.offset));
            for change in block {
                assert!(change.offset < 10 && [1, 3].contains(&change.index), "{change:?}");
                assert_ne!(
                    std::mem::replace(&mut now[change.index as usize], change.native),
                    change.native
                );
            }
        }
        assert_eq!(blocks[0].iter().map(|change| change.offset).collect::<Vec<_>>(), [0, 2, 5, 7]);
    }

    #[test]
    fn what_a_plugin_has_no_place_for_is_left_out() {
        let mut info = plugin(vec![parameter(ParameterFlags::default())]);
        let load = |frames, events| Load { frames, events, held: 0 };
        assert!(load(1, Events::None).fits(&info) && load(1, Events::Changes(1)).fits(&info));
        assert!(!load(1, Events::Changes(2)).fits(&info) && load(2, Events::Changes(2)).fits(&info));
        assert!(!load(64, Events::Notes(1)).fits(&info));
        info.event_inputs.push("MIDI".into());
        assert!(load(1, Events::Notes(128)).fits(&info));
    }

    #[test]
    fn notes_that_begin_end() {
        for count in [1, 2, 3, 16, 128] {
            let mut held = Vec::new();
            let load = Load { frames: 7, events: Events::Notes(count), held: 0 };
            for message in load.notes().concat() {
                let [status, key, _] = *message.bytes() else { panic!("three bytes") };
                assert!(message.offset < 7);
                if status == 0x90 { held.push(key) } else { held.retain(|other| *other != key) }
            }
            assert!(held.is_empty(), "{count}: {held:?}");
        }
    }
    #[test]
    fn held_notes_have_keys_of_their_own() {
        for held in [0, 1, 16, MOST_HELD] {
            let load = Load { frames: 64, events: Events::None, held };
            let mut keys: Vec<_> = load.held_notes().iter().map(|message| message.bytes()[1]).collect();
            keys.dedup();
            assert!(keys.len() == held as usize && keys.iter().all(|key| *key < 128), "{held}: {keys:?}");
        }
    }
}
