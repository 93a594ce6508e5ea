//! Everything the outside needs to know of a plugin type, gathered once per process.

use std::borrow::Cow;

use thiserror::Error;

use crate::identity::{self, Entry, Kind, Lock, LockError, SymbolError};
use crate::layout::{Bus, Layout};
use crate::param::{ParamInfo, Params, Role, ValueKind};
use crate::plugin::{Info, Plugin};

/// One parameter with its numbers.
#[derive(Clone, Debug)]
pub struct Param {
    /// What it is.
    pub info: ParamInfo,
    /// Its VST3 id.
    pub vst3_id: u32,
    /// Its position in the author's struct, where it has one.
    pub field: Option<usize>,
}

/// A plugin type: who it is, its layouts, its parameters in their permanent order.
#[derive(Clone, Debug)]
pub struct Description {
    /// Who it is.
    pub info: Info,
    /// Its layouts in the order of `ports.lock`; the first is the default.
    pub layouts: Vec<Layout>,
    /// Whether it takes MIDI.
    pub midi_input: bool,
    /// Parameters and meters in the order of `ports.lock`: VST3's parameter indices.
    pub params: Vec<Param>,
    /// All lines of `ports.lock`, in their order.
    pub entries: Vec<Entry>,
    /// `(VST3 id, index)`, sorted, so that the audio thread finds a parameter by bisection.
    by_vst3_id: Vec<(u32, usize)>,
    /// Indices of the parameters that state holds, in the order of their ids.
    saved: Vec<usize>,
}

/// Why a plugin can't be described. Found when bundles are made, and by the test that
/// `dyad::export!` gives every plugin.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum DescribeError {
    /// A fault in the plugin's own constants or parameters.
    #[error("{plugin}: {fault}")]
    Fault {
        /// The plugin's id.
        plugin: String,
        /// What is wrong.
        fault: String,
    },
    /// An id that can't be used.
    #[error("{plugin}: {error}")]
    Symbol {
        /// The plugin's id.
        plugin: String,
        /// What is wrong.
        error: SymbolError,
    },
    /// A `ports.lock` that can't be used.
    #[error(transparent)]
    Lock(#[from] LockError),
}

impl Description {
    /// Describes a plugin type with the positions of its `ports.lock`. What the lock does not know
    /// yet comes last; [`Description::lock`] has it then.
    ///
    /// # Errors
    /// See [`DescribeError`].
    pub fn of<P: Plugin>(lock: &str) -> Result<Self, DescribeError> {
        Self::new(P::INFO, P::LAYOUTS, P::MIDI_INPUT, P::Params::describe(), lock)
    }

    /// The same for every plugin type, so that its code is in a binary once.
    fn new(
        about: Info,
        layouts: &[Layout],
        midi_input: bool,
        mut infos: Vec<ParamInfo>,
        lock: &str,
    ) -> Result<Self, DescribeError> {
        let id = about.id;
        let fault = |fault: String| DescribeError::Fault { plugin: id.into(), fault };
        check_info(&about, layouts).map_err(fault)?;
        for info in &mut infos {
            let symbol = |error| DescribeError::Symbol { plugin: id.into(), error };
            identity::check_symbol(&info.id).map_err(symbol)?;
            if identity::is_reserved(&info.id) {
                return Err(symbol(SymbolError::Reserved(info.id.to_string())));
            }
            if let Some(text) = info.fault() {
                return Err(fault(text));
            }
            info.default = info.range.sanitize(info.default).unwrap_or(info.range.min());
        }
        let fields = infos.len();
        infos.push(bypass());
        let lock = Lock::parse(lock, id)?.update(id, &entries(layouts, &infos))?;
        let mut params = Vec::with_capacity(infos.len());
        for entry in lock.entries.iter().filter(|entry| entry.kind.is_param()) {
            let field = infos.iter().position(|info| info.id == entry.symbol);
            let info = field.map_or_else(|| tombstone(entry), |field| infos[field].clone());
            let vst3_id = identity::vst3_param_id(&info.id);
            params.push(Param { info, vst3_id, field: field.filter(|field| *field < fields) });
        }
        // Inserted in order: the library's sorts are 16 KB of code, in every plugin binary.
        let mut by_vst3_id: Vec<(u32, usize)> = Vec::with_capacity(params.len());
        let mut saved: Vec<usize> = Vec::with_capacity(params.len());
        for (index, param) in params.iter().enumerate() {
            let at = by_vst3_id.partition_point(|(id, _)| *id <= param.vst3_id);
            by_vst3_id.insert(at, (param.vst3_id, index));
            if is_saved(param.info.role) {
                let at = saved.partition_point(|other| params[*other].info.id < param.info.id);
                saved.insert(at, index);
            }
        }
        for pair in by_vst3_id.windows(2) {
            if pair[0].0 == pair[1].0 {
                let [a, b] = [&params[pair[0].1].info.id, &params[pair[1].1].info.id];
                return Err(fault(format!(
                    "parameters {a:?} and {b:?} have the same VST3 id {:#x}; rename the newer one",
                    pair[0].0
                )));
            }
        }
        check_ports(&lock.entries, layouts).map_err(fault)?;
        let in_order = lock.entries.iter().filter(|entry| entry.kind == Kind::Layout);
        let in_order = in_order.filter_map(|entry| layouts.iter().find(|l| l.id == entry.symbol));
        Ok(Self {
            info: about,
            layouts: in_order.copied().collect(),
            midi_input,
            params,
            entries: lock.entries,
            by_vst3_id,
            saved,
        })
    }

    /// The index of the parameter with this VST3 id. `[thread-safe, no allocation]`
    #[must_use]
    #[inline]
    pub fn index_of_vst3_id(&self, id: u32) -> Option<usize> {
        let at = self.by_vst3_id.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.by_vst3_id[at].1)
    }

    /// The index of the parameter with this string id. `[main-thread]`
    #[must_use]
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.params.iter().position(|param| param.info.id == id)
    }

    /// Indices of the parameters that state holds, in the order of their ids.
    #[must_use]
    pub fn saved_params(&self) -> &[usize] {
        &self.saved
    }

    /// The plugin's section of `ports.lock`, up to date.
    #[must_use]
    pub fn lock(&self) -> Lock {
        Lock { entries: self.entries.clone() }
    }

    /// The LV2 URI of a layout.
    #[must_use]
    pub fn lv2_uri(&self, layout: &Layout) -> String {
        format!("{}#{}", self.info.id, layout.id)
    }
}

/// Whether a parameter's value belongs in the state.
fn is_saved(role: Role) -> bool {
    matches!(role, Role::Normal | Role::Bypass)
}

/// The parameter that every plugin gets without asking.
fn bypass() -> ParamInfo {
    let mut info = ParamInfo::new(identity::BYPASS, ValueKind::Bool).name("Bypass");
    info.role = Role::Bypass;
    info
}

/// What stands in the place of a parameter that is gone.
fn tombstone(entry: &Entry) -> ParamInfo {
    let mut info = ParamInfo::new("", ValueKind::Float);
    info.id = Cow::Owned(entry.symbol.clone());
    info.name = Cow::Owned(format!("{} (removed)", entry.symbol));
    info.role = Role::Removed;
    info
}

/// All ports that the code has now, in the order in which a first lock lists them.
fn entries(layouts: &[Layout], infos: &[ParamInfo]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for layout in layouts {
        let buses = |buses: &[Bus]| {
            buses.iter().map(|bus| format!("{}:{}", bus.symbol, bus.channels)).collect::<Vec<_>>().join(" ")
        };
        entries.push(Entry {
            kind: Kind::Layout,
            symbol: layout.id.into(),
            layouts: vec![layout.id.into()],
            meaning: format!("{} > {}", buses(layout.inputs), buses(layout.outputs)).trim().into(),
        });
    }
    for (kind, side) in [(Kind::AudioIn, 0), (Kind::AudioOut, 1)] {
        for layout in layouts {
            let buses: &[Bus] = if side == 0 { layout.inputs } else { layout.outputs };
            let channels = buses.iter().flat_map(|bus| (0..bus.channels).map(|n| bus.channel_symbol(n)));
            for symbol in channels {
                let known = entries.iter_mut().find(|e| e.kind == kind && e.symbol == symbol);
                match known {
                    Some(entry) => entry.layouts.push(layout.id.into()),
                    None => entries.push(Entry {
                        kind,
                        symbol,
                        layouts: vec![layout.id.into()],
                        meaning: String::new(),
                    }),
                }
            }
        }
    }
    let mut push = |kind, symbol: &str, meaning: String| {
        entries.push(Entry { kind, symbol: symbol.into(), layouts: Vec::new(), meaning });
    };
    push(Kind::EventsIn, identity::CONTROL, String::new());
    push(Kind::EventsOut, identity::NOTIFY, String::new());
    push(Kind::Latency, identity::LATENCY, String::new());
    push(Kind::Freewheel, identity::FREEWHEEL, String::new());
    // Bypass first: hosts show the list from the top.
    let (bypass, rest): (Vec<_>, Vec<_>) = infos.iter().partition(|info| info.role == Role::Bypass);
    for info in bypass.into_iter().chain(rest) {
        push(if info.role == Role::Meter { Kind::Meter } else { Kind::Param }, &info.id, info.meaning());
    }
    entries
}

fn check_info(info: &Info, layouts: &[Layout]) -> Result<(), String> {
    let scheme = info.id.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty() && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
    });
    let clean = |c: char| c.is_ascii_graphic() && !"<>\"{}|\\^`#[]".contains(c);
    if !scheme || !info.id.chars().all(clean) {
        return Err(format!("its id {:?} must be a URI without a fragment", info.id));
    }
    for (what, text) in [("name", info.name), ("vendor", info.vendor), ("license", info.license)] {
        if text.trim().is_empty() {
            return Err(format!("its {what} must not be empty"));
        }
    }
    let parts: Vec<_> = info.version.split('.').collect();
    if parts.len() != 3 || parts.iter().any(|part| part.parse::<u32>().is_err()) {
        return Err(format!("its version {:?} must be three numbers, as in 1.0.0", info.version));
    }
    if layouts.is_empty() {
        return Err("it needs one layout or more".into());
    }
    for (n, layout) in layouts.iter().enumerate() {
        identity::check_symbol(layout.id).map_err(|error| format!("layout {error}"))?;
        if layouts[..n].iter().any(|other| other.id == layout.id) {
            return Err(format!("layout {:?} is there twice", layout.id));
        }
        for buses in [layout.inputs, layout.outputs] {
            for (n, bus) in buses.iter().enumerate() {
                identity::check_symbol(bus.symbol).map_err(|error| format!("bus {error}"))?;
                if bus.channels == 0 || bus.channels > 64 {
                    return Err(format!("bus {:?} needs 1 to 64 channels", bus.symbol));
                }
                if bus.main && n > 0 {
                    return Err(format!("bus {:?}: the main bus comes first", bus.symbol));
                }
            }
        }
    }
    Ok(())
}

/// Symbols must be unique within a layout.
fn check_ports(entries: &[Entry], layouts: &[Layout]) -> Result<(), String> {
    for layout in layouts {
        let symbols: Vec<_> = entries
            .iter()
            .filter(|e| e.kind != Kind::Layout && e.applies_to(layout.id))
            .map(|e| e.symbol.as_str())
            .collect();
        for (n, symbol) in symbols.iter().enumerate() {
            if symbols[..n].contains(symbol) {
                return Err(format!("layout {:?} has two ports named {symbol:?}", layout.id));
            }
        }
    }
    Ok(())
}
