//! The waves, as tables.

use std::sync::OnceLock;

/// One period of each wave, at several brightnesses.
pub(crate) struct Tables {}

impl Tables {
    /// What all instances have in common. The first call builds it: `[main-thread]`.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Tables> = OnceLock::new();
        SHARED.get_or_init(|| Self {})
    }
}
