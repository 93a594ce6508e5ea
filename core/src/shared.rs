//! What all threads of an instance can see.

use crate::describe::Description;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use crate::message::Messages;
use crate::param::Properties;
use crate::played::EditorNotes;
use crate::store::Store;
use crate::task::Requests;

/// What all threads of an instance can see; each part says which thread may do what.
#[derive(Debug)]
pub struct Shared {
    /// The parameter values.
    pub store: Store,
    /// What the plugin wants of its host.
    pub requests: Requests,
    /// Text and paths. `[main-thread, or background]`
    pub properties: Properties,
    /// Messages between the sound and its editor.
    pub messages: Arc<Messages>,
    /// Notes that are played in its editor.
    pub notes: Arc<EditorNotes>,
    /// Frames from when a block is made until it is heard, as the host has said; 0 where it has not.
    pub presentation: AtomicU32,
}

impl Shared {
    /// `[main-thread]`
    pub(crate) fn new(description: &Description, messages: usize) -> Self {
        Self {
            store: Store::new(description.params.iter().map(|param| param.info.default)),
            requests: Requests::new(),
            properties: Properties::new(description.properties),
            messages: Messages::new(messages),
            notes: Arc::default(),
            presentation: AtomicU32::new(0),
        }
    }
}
