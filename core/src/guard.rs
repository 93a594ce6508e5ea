//! The one way in from C: stops panics, and says once what went wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

/// Runs `body` and gives its result; a panic ends here and gives `fallback`. `[any thread]`
///
/// Every function that a host can call goes through this, because a panic that leaves an
/// `extern "C"` function aborts the host and with it somebody's session. The panic's own message
/// has been printed by then; this adds the entry point, once per process.
pub fn guard<R>(entry: &str, fallback: R, body: impl FnOnce() -> R) -> R {
    // AssertUnwindSafe: callers either use atomics only or stop using the instance afterwards.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(result) => return result,
        // Not dropped: its own drop might panic, and nothing would stop that.
        Err(payload) => std::mem::forget(payload),
    }
    static SAID: AtomicBool = AtomicBool::new(false);
    // Relaxed: it orders nothing.
    if !SAID.swap(true, Ordering::Relaxed) {
        log(&format!("stopped a panic in {entry}; the plugin goes on as well as it can"));
    }
    fallback
}

/// One line on stderr, where hosts collect what plugins say. `[main-thread]`
pub fn log(line: &str) {
    // A closed stderr must not become a panic, as it would with eprintln!.
    let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("dyad: {line}\n").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_end_here() {
        assert_eq!(guard("test", 1, || 2), 2);
        assert_eq!(guard("test", 1, || panic!("on purpose")), 1);
    }
}
