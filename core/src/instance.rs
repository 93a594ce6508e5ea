//! One instance of a plugin, seen from every thread but the audio thread.

#[expect(
    clippy::disallowed_types,
    reason = "never taken on the audio thread, nor held while a host is called"
)]
use std::sync::Mutex;
use std::sync::{Arc, MutexGuard, PoisonError};

use crate::cycle::Engine;
use crate::describe::Description;
use crate::param::{Property, PropertyError, PropertyKind, Role};
use crate::plugin::{Activation, Plugin, Setup};
use crate::preset;
use crate::shared::Shared;
use crate::state::{self, Loaded, StateError};
use crate::task::{Request, Run, Tasks, Worker};

/// What is saved as a file's path, made of the path; and the other way round.
pub type MapPath<'a> = &'a dyn Fn(&str) -> String;

/// Which part of the state lives in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// All of it.
    All,
    /// What no parameter holds: in LV2 the ports hold those.
    WithoutParams,
}

/// An instance but for its audio half; adaptors own one. A lock is around the plugin, because hosts
/// save and load from several threads; no function of the host is called within it.
#[derive(Debug)]
pub struct Instance<P: Plugin> {
    #[expect(clippy::disallowed_types, reason = "as above")]
    main: Mutex<Main<P>>,
    description: &'static Description,
    shared: Arc<Shared>,
}

struct Main<P> {
    plugin: P,
    /// The tasks of the present or last run.
    tasks: Option<Arc<dyn Run>>,
}

impl<P: Plugin> std::fmt::Debug for Main<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(P::INFO.id)
    }
}

impl<P: Plugin> Instance<P> {
    /// Plugins without files have no code for their hashes.
    const HAS_PATHS: bool = Property::has_path(P::PROPERTIES);

    /// An instance with all parameters at their defaults. `[main-thread]`
    #[must_use]
    pub fn new(description: &'static Description) -> Self {
        #[expect(clippy::disallowed_types, reason = "as above")]
        let main = Mutex::new(Main { plugin: P::default(), tasks: None });
        Self { main, description, shared: Arc::new(Shared::new(description, P::MESSAGES)) }
    }

    /// What other threads can see of it.
    #[must_use]
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    fn main(&self) -> MutexGuard<'_, Main<P>> {
        // A plugin that panicked is used on: what it is, it is.
        self.main.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the audio half for a run; `worker` says how the service thread learns of background tasks.
    /// `[main-thread & !active]`
    pub fn activate(&self, setup: Setup, worker: Worker) -> Engine<P> {
        let setup = Setup { max_frames: setup.max_frames.max(1), ..setup };
        let mut tasks = Tasks::new();
        let mut main = self.main();
        let processor =
            main.plugin.activate(&mut Activation::new(setup, &mut tasks, &self.shared.messages));
        let tasks = tasks.finish();
        main.tasks.clone_from(&tasks);
        drop(main);
        Engine::new(processor, self.description, Arc::clone(&self.shared), tasks, worker, setup)
    }

    /// After a run: its tasks are forgotten. `[main-thread & !active]`
    pub fn deactivate(&self) {
        let tasks = self.main().tasks.take();
        drop(tasks);
    }

    /// Does what waits for the main thread; adaptors call it wherever a host calls them there.
    /// `[main-thread]`
    pub fn poll_main(&self) {
        let tasks = self.main().tasks.clone();
        if let Some(tasks) = tasks {
            tasks.poll_main();
        }
    }

    /// A host's worker has come, on a thread of its own or, `at_once`, within the block that asked for it: then it is
    /// no thread for tasks, nor one that is quickly gone. `[any thread]`
    pub fn worker_came(&self, at_once: bool) {
        let tasks = self.main().tasks.clone();
        if let Some(tasks) = tasks {
            if at_once { tasks.look_yourself() } else { tasks.wake() }
        }
    }

    /// The state as one document; see [`state`]. `[main-thread]`
    #[must_use]
    pub fn save(&self, content: Content, map: MapPath<'_>) -> Vec<u8> {
        // All of one moment: no load comes in between.
        let main = self.main();
        let fields = main.plugin.save();
        let texts = self.shared.properties.snapshot();
        let hashes: Vec<Option<String>> = if Self::HAS_PATHS {
            (0..P::PROPERTIES.len()).map(|index| main.plugin.property_hash(index)).collect()
        } else {
            Vec::new()
        };
        let store = &self.shared.store;
        let values: Vec<f64> = (0..store.len()).map(|index| store.value(index)).collect();
        drop(main);
        let map = |_: &Property, path: &str| map(path);
        let properties = self.shared.properties.to_save(texts, map);
        let hash = |id: &str| {
            if !Self::HAS_PATHS {
                return None;
            }
            hashes.get(self.shared.properties.index_of(id)?)?.clone()
        };
        match content {
            Content::All => {
                state::write_hashed(self.description, |index| values[index], &properties, hash, &fields)
            }
            Content::WithoutParams => {
                let info = &self.description.info;
                let mut writer = state::Writer::new(info.id, info.version, 0);
                writer.hashed_properties(&properties, hash);
                writer.finish_with(&fields)
            }
        }
    }

    /// Loads a document: fields, properties and parameters take its values or their defaults, and reach
    /// the sound with the next block. A document that can't be read, or whose fields the plugin
    /// refuses, changes nothing. Gives the ids of parameters and properties that can't have the values
    /// they have there; [`Instance::log_refused`] says them. `[main-thread]`
    ///
    /// # Errors
    /// See [`StateError`].
    pub fn load(
        &self,
        document: &[u8],
        content: Content,
        map: MapPath<'_>,
    ) -> Result<Vec<String>, StateError> {
        let loaded = state::read_with(self.description, document, P::migrate, P::foreign)?;
        self.apply(loaded, content, map, |_| true)
    }

    /// Loads a factory preset by its place in [`Plugin::PRESETS`]. Whether the plugin is bypassed is the
    /// host's affair and stays; so do paths that the preset does not mention. `[main-thread]`
    ///
    /// # Errors
    /// Where there is none, or it can't be read.
    pub fn load_preset(&self, n: usize) -> Result<(), StateError> {
        let preset = P::PRESETS.get(n).ok_or(StateError::Malformed("there is no such preset"))?;
        self.apply_preset(preset::load(self.description, preset)?).map(drop)
    }

    /// Loads a user's preset, whose document is that of a state; see
    /// [`UserPresets`](crate::preset::UserPresets). As [`Instance::load`], but the bypass stays.
    /// `[main-thread]`
    ///
    /// # Errors
    /// See [`StateError`].
    pub fn load_user_preset(&self, document: &[u8]) -> Result<Vec<String>, StateError> {
        self.apply_preset(state::read_with(self.description, document, P::migrate, P::foreign)?)
    }

    fn apply_preset(&self, loaded: Loaded) -> Result<Vec<String>, StateError> {
        let refused = self.apply(loaded, Content::All, &str::to_owned, |role| role != Role::Bypass)?;
        self.shared.requests.raise(Request::ParamValuesChanged);
        Ok(refused)
    }

    fn apply(
        &self,
        loaded: Loaded,
        content: Content,
        map: MapPath<'_>,
        wanted: impl Fn(Role) -> bool,
    ) -> Result<Vec<String>, StateError> {
        let keeps = |property: &Property| Self::HAS_PATHS && loaded.keeps(property);
        let stays: Vec<bool> = P::PROPERTIES.iter().map(keeps).collect();
        let Loaded { values, mut refused, properties, fields, is_preset } = loaded;
        // The host's function runs here, and so without our lock.
        let (mut texts, bad) = self.shared.properties.resolve(&properties, |_, path| map(path));
        let mut main = self.main();
        // What the plugin may refuse comes first: then nothing has changed. The rest happens under the
        // same lock, so that two loads, or a load and a save, are never mixed.
        main.plugin.load(&fields)?;
        if Self::HAS_PATHS {
            for (id, value) in properties.iter() {
                if let (Some(index), Some(hash)) =
                    (self.shared.properties.index_of(id), value.and_then(|value| value.hash))
                {
                    main.plugin.property_hash_loaded(index, &texts[index], hash);
                }
            }
        }
        if Self::HAS_PATHS && is_preset {
            let present = texts.iter_mut().zip(self.shared.properties.snapshot()).zip(stays);
            for ((text, present), _) in present.filter(|(_, stays)| *stays) {
                *text = present;
            }
        }
        let before = self.shared.properties.replace(texts);
        let now = self.shared.properties.snapshot();
        for (index, value) in now.iter().enumerate() {
            // What lies at a path may be something else than before.
            let is_file =
                Self::HAS_PATHS && P::PROPERTIES[index].kind == PropertyKind::Path && !value.is_empty();
            if is_file || before.get(index) != Some(value) {
                main.plugin.property_changed(index, value);
            }
        }
        if content == Content::All {
            for &index in self.description.saved_params() {
                if wanted(self.description.params[index].info.role) {
                    self.shared.store.load(index, values[index]);
                }
            }
        } else {
            refused.clear();
        }
        drop(main);
        refused.extend(bad.into_iter().map(str::to_owned));
        Ok(refused)
    }

    /// Says what [`Instance::load`] has refused, if anything, in one line. `[main-thread]`
    pub fn log_refused(&self, refused: &[String], log: &dyn Fn(&str)) {
        if !refused.is_empty() {
            let (id, refused) = (self.description.info.id, refused.join(", "));
            log(&format!("{id}: the state has values that these can't have: {refused}"));
        }
    }

    /// Runs `body` with the plugin; not from within one of its own functions. `[main-thread]`
    pub fn with_plugin<R>(&self, body: impl FnOnce(&mut P) -> R) -> R {
        body(&mut self.main().plugin)
    }

    /// Sets a text or path, as a host or an editor does. `[main-thread]`
    ///
    /// # Errors
    /// Where it is too long, or there is no such property; then nothing changes.
    pub fn set_property(&self, index: usize, text: &str) -> Result<(), PropertyError> {
        let mut main = self.main();
        self.shared.properties.set(index, text)?;
        main.plugin.property_changed(index, text);
        drop(main);
        self.shared.requests.raise(Request::StateDirty);
        Ok(())
    }
}
