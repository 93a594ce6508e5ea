//! The display's clipboard. One for the process, made when it is first needed: what was copied has to be
//! offered to others as long as the process is there, also when the editor is not.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use x11_clipboard::Clipboard;

static CLIPBOARD: Mutex<Option<Clipboard>> = Mutex::new(None);

/// How long another program may take to say what it has.
const PATIENCE: Duration = Duration::from_millis(300);

fn clipboard() -> MutexGuard<'static, Option<Clipboard>> {
    let mut clipboard = CLIPBOARD.lock().unwrap_or_else(PoisonError::into_inner);
    if clipboard.is_none() {
        *clipboard = Clipboard::new().ok();
    }
    clipboard
}

/// Puts a text there. `[window-thread]`
pub(crate) fn copy(text: &str) {
    let mut clipboard = clipboard();
    let stored = clipboard.as_ref().is_some_and(|known| {
        let atoms = &known.setter.atoms;
        known.store(atoms.clipboard, atoms.utf8_string, text).is_ok()
    });
    if !stored {
        // The display it was made for may have gone: the next one is made anew.
        *clipboard = None;
    }
}

/// The text that is there. `[window-thread]`
pub(crate) fn paste() -> Option<String> {
    let mut clipboard = clipboard();
    let known = clipboard.as_ref()?;
    let atoms = &known.getter.atoms;
    match known.load(atoms.clipboard, atoms.utf8_string, atoms.property, PATIENCE) {
        Ok(bytes) => String::from_utf8(bytes).ok().filter(|text| !text.is_empty()),
        Err(x11_clipboard::error::Error::Timeout | x11_clipboard::error::Error::UnexpectedType(_)) => None,
        Err(_) => {
            *clipboard = None;
            None
        }
    }
}
