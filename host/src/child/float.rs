//! The floating-point mode that plugins run in.

use dyad_core::cycle::FlushToZero;

/// Runs a plugin's code as hosts do: numbers close to 0 are 0, and what the code changes in the
/// processor's mode is put back. `[audio-thread]`
///
/// A thread inherits its mode from the one that has started it, where plugins may have changed it too.
/// Around the whole of an audio thread it is set once; around each block within, it is only looked at.
#[inline]
pub(crate) fn with<T>(run: impl FnOnce() -> T) -> T {
    let _mode = FlushToZero::around_foreign();
    run()
}
