//! Everything the outside needs to know of a plugin type, gathered once per process.

mod check;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use thiserror::Error;

use crate::event::EventPorts;
use crate::identity::{self, Entry, Kind, Lock, LockError, SymbolError};
use crate::layout::Layout;
use crate::param::{ParamInfo, Params, Property, Role, ValueKind};
use crate::plugin::{Info, Plugin};
use crate::preset::Preset;

/// One parameter with its numbers.
#[derive(Clone, Debug)]
pub struct Param {
    /// What it is.
    pub info: ParamInfo,
    /// What hosts know it by, for ever: its LV2 symbol, from which its VST3 id is made too. Another one
    /// than its id where it was renamed.
    pub symbol: String,
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
    /// Which events it takes and sends.
    pub events: EventPorts,
    /// Text and paths that a host can set.
    pub properties: &'static [Property],
    /// Factory presets.
    pub presets: &'static [Preset],
    /// Whether it can process samples of 64 bits.
    pub double: bool,
    /// Whether it reads the transport.
    pub transport: bool,
    /// Whether it has tasks for other threads.
    pub tasks: bool,
    /// Whether its sound and its editor send each other messages.
    pub messages: bool,
    /// Parameters and meters in the order of `ports.lock`: VST3's parameter indices.
    pub params: Vec<Param>,
    /// All lines of `ports.lock`, in their order.
    pub entries: Vec<Entry>,
    /// `(VST3 id, index)`, sorted, so that the audio thread finds a parameter by bisection.
    by_vst3_id: Vec<(u32, usize)>,
    /// Indices of the parameters that state holds, in the order of their ids.
    saved: Vec<usize>,
    /// Number of parameters and meters in the author's struct.
    fields: usize,
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
    /// Describes a plugin type with the positions of its `ports.lock`, as bundles and tests have made
    /// sure of them: plugins call it when they are loaded. `[main-thread]`
    ///
    /// # Errors
    /// Where the lock can't be read, or lacks something that the plugin has. See [`Description::of`] for
    /// all else that can be wrong.
    pub fn load<P: Plugin>(lock: &str) -> Result<Self, DescribeError> {
        Self::known(What::of::<P>(), P::Params::describe(), lock)
    }

    /// Not generic, so that its code is in a binary once.
    fn known(what: What, infos: Vec<ParamInfo>, lock: &str) -> Result<Self, DescribeError> {
        let plugin = what.info.id;
        let new = Self::assemble(what, complete(infos), Lock::parse(lock, plugin)?);
        let fields = new.params.iter().filter(|param| param.field.is_some()).count();
        let bypass = new.params.iter().any(|param| param.info.role == Role::Bypass);
        if fields < new.fields || !bypass || new.layouts.len() < what.layouts.len() {
            let fault = "its ports.lock is not up to date".into();
            return Err(DescribeError::Fault { plugin: plugin.into(), fault });
        }
        Ok(new)
    }

    /// Puts together what the code and the lock say.
    fn assemble(what: What, infos: Vec<ParamInfo>, lock: Lock) -> Self {
        let fields = infos.len() - 1;
        let mut params = Vec::with_capacity(infos.len());
        for entry in lock.entries.iter().filter(|entry| entry.kind.is_param()) {
            let field = infos.iter().position(|info| is_for(info, &entry.symbol));
            let info = field.map_or_else(|| tombstone(entry), |field| infos[field].clone());
            let vst3_id = identity::vst3_param_id(&entry.symbol);
            let field = field.filter(|field| *field < fields);
            params.push(Param { info, symbol: entry.symbol.clone(), vst3_id, field });
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
        let in_order = lock.entries.iter().filter(|entry| entry.kind == Kind::Layout);
        let in_order = in_order.filter_map(|entry| what.layouts.iter().find(|l| l.id == entry.symbol));
        Self {
            info: what.info,
            layouts: in_order.copied().collect(),
            events: what.events,
            properties: what.properties,
            presets: what.presets,
            double: what.double,
            transport: what.transport,
            tasks: what.tasks,
            messages: what.messages,
            params,
            entries: lock.entries,
            by_vst3_id,
            saved,
            fields,
        }
    }

    /// The index of the parameter with this VST3 id. `[thread-safe, no allocation]`
    #[must_use]
    #[inline]
    pub fn index_of_vst3_id(&self, id: u32) -> Option<usize> {
        let at = self.by_vst3_id.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.by_vst3_id[at].1)
    }

    /// The index of the parameter with this symbol. `[main-thread]`
    #[must_use]
    pub fn index_of_symbol(&self, symbol: &str) -> Option<usize> {
        self.params.iter().position(|param| param.symbol == symbol)
    }

    /// The index of the parameter with this string id. `[main-thread]`
    #[must_use]
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.params.iter().position(|param| param.info.id == id)
    }

    /// What hosts call a parameter: most of them show no groups, so where another one has the same name, its group's
    /// name stands before it ("Band 3 Gain"), or all of them where that is not enough. `[main-thread]`
    #[must_use]
    pub fn title(&self, index: usize) -> Cow<'_, str> {
        let Some(Param { info, .. }) = self.params.get(index) else { return Cow::Borrowed("") };
        let others = || {
            let shown =
                self.params.iter().map(|other| &other.info).filter(|other| other.role != Role::Removed);
            shown.filter(|other| other.id != info.id && other.name == info.name)
        };
        let Some(inner) = info.groups.last().filter(|_| others().next().is_some()) else {
            return Cow::Borrowed(&info.name);
        };
        let same = |other: &ParamInfo| other.groups.last().is_some_and(|group| group.name == inner.name);
        let groups = if others().any(same) { &info.groups[..] } else { std::slice::from_ref(inner) };
        let mut title = String::new();
        for group in groups {
            title.push_str(&group.name);
            title.push(' ');
        }
        title.push_str(&info.name);
        Cow::Owned(title)
    }

    /// A number for what sound and editor must agree on: the id, and the order, ranges and kinds of
    /// parameters, meters and properties. Another one where any of these differs. `[main-thread]`
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut hash = identity::Fingerprint::default();
        hash.text(self.info.id);
        for param in &self.params {
            let (info, range) = (&param.info, &param.info.range);
            hash.text(&param.symbol);
            hash.number(info.role as u64);
            hash.number(u64::from(range.steps()));
            hash.number(range.min().to_bits());
            hash.number(range.max().to_bits());
        }
        for property in self.properties {
            hash.text(property.id);
            hash.number(property.kind as u64);
        }
        hash.finish()
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

/// A plugin type's constants.
#[derive(Clone, Copy)]
struct What {
    info: Info,
    layouts: &'static [Layout],
    events: EventPorts,
    properties: &'static [Property],
    presets: &'static [Preset],
    double: bool,
    transport: bool,
    tasks: bool,
    messages: bool,
}

impl What {
    fn of<P: Plugin>() -> Self {
        Self {
            info: P::INFO,
            layouts: P::LAYOUTS,
            events: P::EVENTS,
            properties: P::PROPERTIES,
            presets: P::PRESETS,
            double: P::DOUBLE,
            transport: P::TRANSPORT,
            tasks: P::TASKS,
            messages: P::MESSAGES > 0,
        }
    }
}

/// Whether a line of `ports.lock` is this parameter's.
fn is_for(info: &ParamInfo, symbol: &str) -> bool {
    info.id == symbol || info.former_ids().any(|old| old == symbol)
}

/// The parameters of the code with those that every plugin gets, fit for use.
fn complete(mut infos: Vec<ParamInfo>) -> Vec<ParamInfo> {
    for info in &mut infos {
        info.default = info.range.sanitize(info.default).unwrap_or(info.range.min());
        for old in &mut info.renamed_from {
            // The mark of a whole path has done its work, see `ParamInfo::renamed_from_path`.
            if let Some(path) = old.strip_prefix('/') {
                *old = path.to_owned();
            }
        }
    }
    infos.push(bypass());
    infos
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
