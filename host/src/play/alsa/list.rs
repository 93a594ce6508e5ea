//! What ALSA has.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char};
use std::ptr::null_mut;

use super::library::{Library, Object, text};
use super::sequencer::Sequencer;
use crate::error::one_line;

/// Devices and MIDI ports: lines of kind, name and description.
pub(in crate::play) fn list() -> Result<Vec<[String; 3]>, String> {
    let library = Library::open()?;
    let mut lines = devices(&library)?;
    // Machines without a sequencer have no ports, and that is all.
    if let Ok(sequencer) = Sequencer::open(&library) {
        for port in sequencer.ports() {
            lines.push(["midi".into(), port.address(), port.name]);
        }
    }
    Ok(lines)
}

fn devices(library: &Library) -> Result<Vec<[String; 3]>, String> {
    let mut hints: *mut Object = null_mut();
    // SAFETY: a kind of device, and a place for the list.
    let found = unsafe { (library.snd_device_name_hint)(-1, c"pcm".as_ptr(), &raw mut hints) };
    library.check(found, "list the devices")?;
    let mut lines = Vec::new();
    let mut at = hints;
    // SAFETY: the list ends with a null pointer.
    while let hint = unsafe { *at }
        && !hint.is_null()
    {
        let [name, about, way] = [c"NAME", c"DESC", c"IOID"].map(|id| word(library, hint, id));
        let kind = match way.as_str() {
            "Input" => "input",
            "Output" => "output",
            _ => "both",
        };
        if !name.is_empty() {
            lines.push([kind.to_owned(), name, one_line(&about)]);
        }
        // SAFETY: it was not the end.
        at = unsafe { at.add(1) };
    }
    // SAFETY: the list from above, freed once.
    unsafe { (library.snd_device_name_free_hint)(hints) };
    Ok(lines)
}

fn word(library: &Library, hint: Object, id: &CStr) -> String {
    // SAFETY: an entry of the list; the text is ours, and was allocated by the C library.
    unsafe {
        let word: *mut c_char = (library.snd_device_name_get_hint)(hint, id.as_ptr());
        let owned = text(word);
        libc::free(word.cast());
        owned
    }
}
