//! `ports.lock`: the permanent position of every port and parameter.
//!
//! One line for each, `kind symbol layouts meaning`, in sections headed by `[plugin id]`. An LV2
//! port's index in a layout is the number of port lines before it that apply to that layout; a VST3
//! parameter's index is the number of `param` and `meter` lines before it. So a line may be appended,
//! but none may move or go. What the code no longer has stays as a tombstone with a `removed-` kind.
//!
//! The meaning is what saved numbers depend on beside the position: the range and curve of a
//! parameter (VST3 automation is 0…1), the order of its variants (LV2 ports hold their number), the
//! buses of a layout (VST3 counts them). It never changes for a line; a parameter that needs another
//! range is a new parameter.

use std::fmt::Write as _;

use thiserror::Error;

/// What a line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An audio layout: no port, but the first one is VST3's default.
    Layout,
    /// An audio input channel.
    AudioIn,
    /// An audio output channel.
    AudioOut,
    /// The LV2 atom input.
    EventsIn,
    /// The LV2 atom output.
    EventsOut,
    /// The LV2 latency output.
    Latency,
    /// The LV2 free-wheeling input.
    Freewheel,
    /// A parameter.
    Param,
    /// A meter.
    Meter,
    /// A parameter that is gone.
    RemovedParam,
    /// A meter that is gone.
    RemovedMeter,
}

const KINDS: [(Kind, &str); 11] = [
    (Kind::Layout, "layout"),
    (Kind::AudioIn, "audio-in"),
    (Kind::AudioOut, "audio-out"),
    (Kind::EventsIn, "events-in"),
    (Kind::EventsOut, "events-out"),
    (Kind::Latency, "latency"),
    (Kind::Freewheel, "freewheel"),
    (Kind::Param, "param"),
    (Kind::Meter, "meter"),
    (Kind::RemovedParam, "removed-param"),
    (Kind::RemovedMeter, "removed-meter"),
];

impl Kind {
    fn word(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    /// Whether VST3 lists it as a parameter.
    #[must_use]
    pub fn is_param(self) -> bool {
        matches!(self, Self::Param | Self::Meter | Self::RemovedParam | Self::RemovedMeter)
    }

    /// What it becomes when the code no longer has it; `None` for what can't go.
    fn removed(self) -> Option<Self> {
        match self {
            Self::Param | Self::RemovedParam => Some(Self::RemovedParam),
            Self::Meter | Self::RemovedMeter => Some(Self::RemovedMeter),
            _ => None,
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it stands for.
    pub kind: Kind,
    /// Parameter id or port symbol.
    pub symbol: String,
    /// Ids of the layouts that have it; empty for all.
    pub layouts: Vec<String>,
    /// What its numbers mean; empty where there is nothing to say, or nothing was said yet.
    pub meaning: String,
    /// Symbols that it had in older versions of the code; not in the file, whose symbol is the first.
    pub formerly: Vec<String>,
}

impl Entry {
    /// Whether the layout has it.
    #[must_use]
    pub fn applies_to(&self, layout: &str) -> bool {
        self.layouts.is_empty() || self.layouts.iter().any(|id| id == layout)
    }
}

/// Why a `ports.lock` can't be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum LockError {
    /// A line that is not `kind symbol layouts meaning`.
    #[error("ports.lock line {line}: expected `kind symbol layouts meaning`, found {text:?}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// The line.
        text: String,
    },
    /// The same port twice in one layout.
    #[error("ports.lock of {plugin}: {symbol:?} is there twice")]
    Twice {
        /// The plugin's id.
        plugin: String,
        /// The port's symbol.
        symbol: String,
    },
    /// The numbers that sessions hold would mean something else.
    #[error(
        "ports.lock of {plugin}: {symbol:?} was `{old}` and is now `{new}`: saved sessions would be \
         read differently. Give it a new id instead; or, if it was never released, remove `{old}` \
         from its line"
    )]
    Changed {
        /// The plugin's id.
        plugin: String,
        /// The port's symbol.
        symbol: String,
        /// What the lock says.
        old: String,
        /// What the code says.
        new: String,
    },
    /// A parameter that was renamed to an id that another line has.
    #[error(
        "ports.lock of {plugin}: {symbol:?} can't be a new name, because it was a parameter of its own; \
         take another one"
    )]
    Renamed {
        /// The plugin's id.
        plugin: String,
        /// The new name.
        symbol: String,
    },
    /// An audio channel or fixed port that the code no longer has.
    #[error(
        "ports.lock of {plugin}: {symbol:?} is no longer in the code, and an audio or event port \
         can't be removed without breaking sessions; give the changed layout a new id instead"
    )]
    Gone {
        /// The plugin's id.
        plugin: String,
        /// The port's symbol.
        symbol: String,
    },
}

/// The entries of one plugin, in their permanent order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// In their permanent order.
    pub entries: Vec<Entry>,
}

impl Lock {
    /// Reads the section of one plugin; a file without that section gives an empty lock.
    ///
    /// # Errors
    /// [`LockError::Syntax`] and [`LockError::Twice`].
    pub fn parse(text: &str, plugin: &str) -> Result<Self, LockError> {
        let mut lock = Self::default();
        let mut inside = false;
        for (number, raw) in text.lines().enumerate() {
            let line = raw.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(id) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                inside = id == plugin;
                continue;
            }
            if !inside {
                continue;
            }
            let entry = parse_line(line)
                .ok_or_else(|| LockError::Syntax { line: number + 1, text: raw.to_owned() })?;
            if lock.entries.iter().any(|old| clashes(old, &entry)) {
                return Err(LockError::Twice { plugin: plugin.into(), symbol: entry.symbol });
            }
            lock.entries.push(entry);
        }
        Ok(lock)
    }

    /// Brings the lock up to what the code has now: known entries keep their places, new ones are
    /// appended in the order given, parameters that are gone become tombstones, and one that came
    /// back takes its old place.
    ///
    /// One that was renamed keeps its place and its first symbol.
    ///
    /// # Errors
    /// [`LockError::Gone`], [`LockError::Changed`] and [`LockError::Renamed`].
    pub fn update(&self, plugin: &str, now: &[Entry]) -> Result<Self, LockError> {
        let same = |old: &Entry, new: &Entry| {
            (old.symbol == new.symbol || new.formerly.contains(&old.symbol))
                && (old.kind == new.kind || Some(old.kind) == new.kind.removed())
        };
        for new in now {
            if self.entries.iter().filter(|old| same(old, new)).count() > 1 {
                return Err(LockError::Renamed { plugin: plugin.into(), symbol: new.symbol.clone() });
            }
        }
        let mut entries = Vec::with_capacity(now.len());
        for old in &self.entries {
            if let Some(new) = now.iter().find(|new| same(old, new)) {
                let lost = old.layouts.iter().any(|id| !new.applies_to(id));
                if lost || (old.layouts.is_empty() && !new.layouts.is_empty()) {
                    return Err(LockError::Gone { plugin: plugin.into(), symbol: old.symbol.clone() });
                }
                if !keeps_meaning(old, new) {
                    return Err(LockError::Changed {
                        plugin: plugin.into(),
                        symbol: old.symbol.clone(),
                        old: old.meaning.clone(),
                        new: new.meaning.clone(),
                    });
                }
                let symbol = old.symbol.clone();
                entries.push(Entry { symbol, formerly: Vec::new(), ..new.clone() });
            } else if let Some(kind) = old.kind.removed() {
                entries.push(Entry { kind, ..old.clone() });
            } else {
                return Err(LockError::Gone { plugin: plugin.into(), symbol: old.symbol.clone() });
            }
        }
        let new = now.iter().filter(|new| !self.entries.iter().any(|old| same(old, new)));
        entries.extend(new.map(|new| Entry { formerly: Vec::new(), ..new.clone() }));
        Ok(Self { entries })
    }

    /// The section as text.
    #[must_use]
    pub fn to_text(&self, plugin: &str) -> String {
        let mut out = format!("[{plugin}]\n");
        for entry in &self.entries {
            let layouts = if entry.layouts.is_empty() { "*".into() } else { entry.layouts.join(",") };
            let _ = writeln!(
                out,
                "{}",
                format!("{:<13} {:<20} {layouts:<15} {}", entry.kind.word(), entry.symbol, entry.meaning)
                    .trim_end()
            );
        }
        out
    }
}

fn parse_line(line: &str) -> Option<Entry> {
    let mut words = line.split_whitespace();
    let (kind, symbol, layouts) = (words.next()?, words.next()?, words.next()?);
    let (kind, _) = KINDS.iter().find(|(_, word)| *word == kind)?;
    if super::check_symbol(symbol).is_err() {
        return None;
    }
    let layouts = match layouts {
        "*" => Vec::new(),
        list => list.split(',').map(str::to_owned).collect(),
    };
    let meaning = words.collect::<Vec<_>>().join(" ");
    Some(Entry { kind: *kind, symbol: symbol.to_owned(), layouts, meaning, formerly: Vec::new() })
}

/// Whether numbers saved for `old` mean the same for `new`. A layout may get more buses at the end of
/// a side (`in:2 > out:2` → `in:2 sidechain:1 > out:2`); everything else stays as it is.
fn keeps_meaning(old: &Entry, new: &Entry) -> bool {
    if old.meaning.is_empty() || old.meaning == new.meaning {
        return true;
    }
    let sides = |entry: &Entry| -> Option<[Vec<String>; 2]> {
        let (ins, outs) = entry.meaning.split_once('>')?;
        Some([ins, outs].map(|side| side.split_whitespace().map(str::to_owned).collect()))
    };
    match (old.kind, sides(old), sides(new)) {
        (Kind::Layout, Some(old), Some(new)) => old.iter().zip(&new).all(|(old, new)| new.starts_with(old)),
        _ => false,
    }
}

/// Layouts are not ports, and may have the name of one.
fn clashes(a: &Entry, b: &Entry) -> bool {
    a.symbol == b.symbol
        && (a.kind == Kind::Layout) == (b.kind == Kind::Layout)
        && (a.layouts.is_empty() || b.layouts.is_empty() || a.layouts.iter().any(|l| b.applies_to(l)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "# comment\n[urn:a]\naudio-in in_l stereo\naudio-in in mono\n\
                        param gain *\nparam old *\nmeter peak *\n[urn:b]\nparam other *\n";

    fn entry(kind: Kind, symbol: &str, layouts: &[&str]) -> Entry {
        let layouts = layouts.iter().map(|&id| id.to_owned()).collect();
        Entry { kind, symbol: symbol.into(), layouts, meaning: String::new(), formerly: Vec::new() }
    }

    fn meaning(kind: Kind, symbol: &str, meaning: &str) -> Entry {
        Entry { meaning: meaning.into(), ..entry(kind, symbol, &[]) }
    }

    fn audio() -> [Entry; 2] {
        [entry(Kind::AudioIn, "in_l", &["stereo"]), entry(Kind::AudioIn, "in", &["mono"])]
    }

    #[test]
    fn reads_its_own_section_and_writes_it_back() {
        let lock = Lock::parse(LOCK, "urn:a").unwrap();
        assert_eq!(lock.entries.len(), 5);
        assert_eq!(lock.entries[1], audio()[1]);
        assert_eq!(Lock::parse(&lock.to_text("urn:a"), "urn:a").unwrap(), lock);
        assert_eq!(Lock::parse(LOCK, "urn:none").unwrap(), Lock::default());
    }

    #[test]
    fn new_entries_append_and_removed_ones_keep_their_place() {
        let lock = Lock::parse(LOCK, "urn:a").unwrap();
        let [l, m] = audio();
        let now = [
            entry(Kind::Param, "fresh", &[]),
            entry(Kind::Meter, "peak", &[]),
            entry(Kind::Param, "gain", &[]),
            l,
            m,
        ];
        let updated = lock.update("urn:a", &now).unwrap();
        let order: Vec<_> = updated.entries.iter().map(|e| (e.kind, e.symbol.as_str())).collect();
        assert_eq!(
            order[2..],
            [
                (Kind::Param, "gain"),
                (Kind::RemovedParam, "old"),
                (Kind::Meter, "peak"),
                (Kind::Param, "fresh"),
            ]
        );
        let mut back = now.to_vec();
        back.push(entry(Kind::Param, "old", &[]));
        let back = updated.update("urn:a", &back).unwrap();
        assert_eq!(back.entries[3], entry(Kind::Param, "old", &[]), "it comes back to its place");
    }

    #[test]
    fn a_new_layout_may_join_an_entry_but_none_may_leave() {
        let lock = Lock::parse(LOCK, "urn:a").unwrap();
        let rest = |first: &[&str]| {
            vec![
                entry(Kind::AudioIn, "in_l", first),
                audio()[1].clone(),
                entry(Kind::Param, "gain", &[]),
                entry(Kind::Param, "old", &[]),
                entry(Kind::Meter, "peak", &[]),
            ]
        };
        let updated = lock.update("urn:a", &rest(&["stereo", "wide"])).unwrap();
        assert_eq!(updated.entries[0].layouts, ["stereo", "wide"]);
        let error = lock.update("urn:a", &rest(&["wide"])).unwrap_err();
        assert!(matches!(error, LockError::Gone { .. }), "{error}");
        assert!(lock.update("urn:a", &rest(&["stereo"])[1..]).is_err());
    }

    #[test]
    fn a_meaning_stays_once_it_is_there() {
        let lock = |entry: Entry| Lock { entries: vec![entry] };
        let old = lock(meaning(Kind::Param, "gain", "float -60 24"));
        assert_eq!(Lock::parse(&old.to_text("urn:a"), "urn:a"), Ok(old.clone()));
        let error = old.update("urn:a", &[meaning(Kind::Param, "gain", "float -40 12")]).unwrap_err();
        assert!(matches!(error, LockError::Changed { .. }), "{error}");
        let filled = lock(entry(Kind::Param, "gain", &[]));
        assert_eq!(filled.update("urn:a", &old.entries), Ok(old), "one that says nothing is filled in");
        let layout = lock(meaning(Kind::Layout, "stereo", "in:2 > out:2"));
        for (new, good) in [
            ("in:2 sidechain:1 > out:2", true),
            ("sidechain:1 in:2 > out:2", false),
            ("in:1 > out:2", false),
            ("in:2 > out:2 aux:2", true),
        ] {
            let new = meaning(Kind::Layout, "stereo", new);
            assert_eq!(layout.update("urn:a", std::slice::from_ref(&new)).is_ok(), good, "{}", new.meaning);
        }
    }

    #[test]
    fn a_renamed_parameter_keeps_its_place_and_symbol() {
        let old =
            Lock::parse("[urn:a]\nparam a * float 0 1\nremoved-param b * float 0 1\n", "urn:a").unwrap();
        let renamed =
            |to: &str| Entry { formerly: vec!["a".into()], ..meaning(Kind::Param, to, "float 0 1") };
        let updated = old.update("urn:a", &[renamed("c")]).unwrap();
        assert_eq!(updated, old, "nothing moves, and the symbol is the one that sessions have");
        let error = old.update("urn:a", &[renamed("b")]).unwrap_err();
        assert!(matches!(error, LockError::Renamed { .. }), "{error}");
        let first = Lock::default().update("urn:a", &[renamed("c")]).unwrap();
        assert_eq!(first.entries[0].symbol, "c", "where nobody ever had the old one");
        let unlike = Entry { meaning: "float 0 2".into(), ..renamed("c") };
        assert!(matches!(old.update("urn:a", &[unlike]), Err(LockError::Changed { .. })));
    }

    #[test]
    fn nonsense_is_named() {
        for bad in ["param gain", "knob gain *", "param Gain *"] {
            let text = format!("[urn:a]\n{bad}\n");
            let error = Lock::parse(&text, "urn:a").unwrap_err();
            assert_eq!(error, LockError::Syntax { line: 2, text: bad.into() });
        }
        let twice = Lock::parse("[urn:a]\nparam a *\nmeter a stereo\n", "urn:a").unwrap_err();
        assert!(matches!(twice, LockError::Twice { .. }));
    }
}
