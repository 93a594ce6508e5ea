//! One instance of a plugin, seen from the main thread.

use std::sync::Arc;

use crate::cycle::Engine;
use crate::describe::Description;
use crate::guard::log;
use crate::plugin::{Plugin, Setup};
use crate::state::{self, Loaded, StateError};
use crate::store::Store;

/// The main-thread half of an instance; adaptors own one.
#[derive(Debug)]
pub struct Instance<P: Plugin> {
    plugin: P,
    description: &'static Description,
    store: Arc<Store>,
}

impl<P: Plugin> Instance<P> {
    /// An instance with all parameters at their defaults. `[main-thread]`
    #[must_use]
    pub fn new(description: &'static Description) -> Self {
        let defaults = description.params.iter().map(|param| param.info.default);
        Self { plugin: P::default(), description, store: Arc::new(Store::new(defaults)) }
    }

    /// The parameter values.
    #[must_use]
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// Makes the audio half for a run. `[main-thread & !active]`
    pub fn activate(&mut self, setup: Setup) -> Engine<P> {
        let setup = Setup { max_frames: setup.max_frames.max(1), ..setup };
        let processor = self.plugin.activate(&setup);
        Engine::new(processor, self.description, Arc::clone(&self.store), setup)
    }
}

/// The state of a plugin as one document; see [`state`]. `[thread-safe]`
#[must_use]
pub fn save(description: &Description, store: &Store) -> Vec<u8> {
    state::write(description, |index| store.value(index))
}

/// Loads a document: all parameters take the document's values or their defaults, and reach the
/// sound with the next block. A document that can't be read changes nothing. `[main-thread]`
///
/// # Errors
/// See [`StateError`].
pub fn load(description: &Description, store: &Store, document: &[u8]) -> Result<(), StateError> {
    let Loaded { values, refused, .. } = state::read(description, document)?;
    if !refused.is_empty() {
        let (id, refused) = (description.info.id, refused.join(", "));
        log(&format!("{id}: the state has values that these parameters can't have: {refused}"));
    }
    for &index in description.saved_params() {
        store.load(index, values[index]);
    }
    Ok(())
}
