//! The view of a VST3 plugin: an editor of the binary beside the module, in the host's window.
//!
//! A crate of its own so that it can be compiled for size: nothing here is near the audio thread.
//!
//! | module | holds |
//! |---|---|
//! | [`view`] | the view itself |
//! | [`library`] | the editor binary |
//! | [`open`] | an open editor |
//! | [`session`] | what goes on between editor and host |
//! | [`told`], [`wish`] | what the editor was told, and what it wishes |
//! | [`ticks`] | the host's run loop |
//! | [`size`] | size and scale |
//! | [`null_safe`] | `queryInterface` that survives null pointers, for all objects of the adaptor |
//!
//! # Who calls whom
//!
//! The host calls a view on its main thread. With a run loop (`IRunLoop`, from the host's frame or from what
//! it gave to `initialize`) the editor's socket and a timer of 16 ms bring us there too, and all that the
//! editor wishes is asked of the host there. A host without one hears of edits (`beginEdit`,
//! `performEdit`, `endEdit`) on the module's service thread, every 5 ms; there it is asked neither for a
//! size nor for a menu. No lock of ours is held while the host is called.
//!
//! What the host sets is told to the editor at once. All else that it shows is compared with the store and the
//! properties at each tick.

#![allow(unsafe_code)]

mod library;
mod null_safe;
mod open;
mod session;
mod size;
mod ticks;
mod told;
mod view;
mod wish;

use std::ffi::{CStr, c_char};
#[expect(
    clippy::disallowed_types,
    reason = "never taken on the audio thread, nor held while a host is called"
)]
use std::sync::Mutex;
use std::sync::{Arc, PoisonError, Weak};

use dyad_core::{Description, Shared};
use vst3::ComPtr;
use vst3::Steinberg::Linux::IRunLoop;
use vst3::Steinberg::Vst::{IComponentHandler, ViewType};
use vst3::Steinberg::{FUnknown, IPlugView};

pub use null_safe::Safe;

use crate::session::{Parts, Session};
use crate::size::{Memory, Size};
use crate::view::View;

/// The host's handler; counted by us too, so that it can be kept without a call to the host.
pub type Handler = Arc<ComPtr<IComponentHandler>>;

/// What a host gave to `initialize`, counted likewise.
pub type Context = Arc<ComPtr<FUnknown>>;

/// What an editor needs of the instance.
pub trait Half: Send + Sync {
    /// Sets a text or path. Whether it can have this value. `[main-thread]`, or the service thread where
    /// the host has no run loop.
    fn set_property(&self, index: usize, text: &str) -> bool;
    /// The host's handler. From the same threads.
    fn handler(&self) -> Option<Handler>;
    /// Does what waits for the main thread. `[main-thread]`
    fn look_in(&self);
}

/// What all views of an instance share.
#[derive(Default)]
pub struct Editors {
    #[expect(clippy::disallowed_types, reason = "as above")]
    context: Mutex<Option<Context>>,
    memory: Memory,
    #[expect(clippy::disallowed_types, reason = "as above")]
    sessions: Mutex<Vec<Weak<Session>>>,
}

impl Editors {
    /// Takes what the host gave to `initialize`, and gives the old one back to be dropped. `[main-thread]`
    #[inline(never)]
    #[must_use = "dropping it calls the host"]
    pub fn set_context(&self, context: Option<ComPtr<FUnknown>>) -> Option<Context> {
        // Whole between any two statements.
        let mut present = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *present, context.map(Arc::new))
    }

    /// The run loop in what the host gave. `[main-thread]`
    #[inline(never)]
    #[must_use]
    pub fn run_loop(&self) -> Option<ComPtr<IRunLoop>> {
        let context = self.context.lock().unwrap_or_else(PoisonError::into_inner).clone();
        context?.cast()
    }

    /// The host has set a parameter, and editors that are open show it at once. `[main-thread]`
    #[inline(never)]
    pub fn show(&self, index: usize, plain: f64) {
        // One after the other without the lock: the last one to let go of a session closes it, which calls
        // the host.
        let nth = |n: usize| {
            let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
            Some(sessions.get(n)?.upgrade())
        };
        let mut n = 0;
        while let Some(session) = nth(n) {
            if let Some(session) = session {
                session.show(index, plain);
            }
            n += 1;
        }
    }

    /// A view with one reference; null where the name is not that of an editor, and where there is none.
    /// `[main-thread]`
    ///
    /// # Safety
    /// `name` is null or ends with 0.
    #[inline(never)]
    pub unsafe fn view(
        &self,
        name: *const c_char,
        description: &'static Description,
        shared: &Arc<Shared>,
        half: Arc<dyn Half>,
    ) -> *mut IPlugView {
        // SAFETY: the caller's contract.
        let wanted = unsafe { is(name, ViewType::kEditor) };
        let Some(table) = wanted.then(|| library::find(description)).flatten() else {
            return std::ptr::null_mut();
        };
        let context = self.context.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let parts = Parts { description, table, shared: Arc::clone(shared), half, context };
        let session = Session::new(parts, Size::new(&self.memory));
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|session| session.strong_count() > 0);
        sessions.push(Arc::downgrade(&session));
        drop(sessions);
        View::create(session)
    }
}

/// Whether a host's text is one of Steinberg's words; `false` for null.
///
/// # Safety
/// Both are null or end with 0.
unsafe fn is(text: *const c_char, word: *const c_char) -> bool {
    // SAFETY: not null, and the caller's contract.
    !text.is_null() && !word.is_null() && unsafe { CStr::from_ptr(text) == CStr::from_ptr(word) }
}
