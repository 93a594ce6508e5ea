//! What ALSA has.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char};
use std::ptr::null_mut;

use super::library::{Library, Object, text};
use super::sequencer::Sequencer;
use crate::error::one_line;
use crate::play::driver::{Item, Kind};

/// Devices, and MIDI ports that can be listened to.
///
/// # Errors
/// In words.
pub(in crate::play) fn list() -> Result<Vec<Item>, String> {
    let library = Library::open()?;
    let mut items = devices(&library)?;
    // Machines without a sequencer have no ports, and that is all.
    if let Ok(sequencer) = Sequencer::open(&library) {
        for port in sequencer.ports() {
            items.push(Item { kind: Kind::Midi, name: port.address(), about: port.name });
        }
    }
    Ok(items)
}

fn devices(library: &Library) -> Result<Vec<Item>, String> {
    let mut hints: *mut Object = null_mut();
    // SAFETY: a kind of device, and a place for the list.
    let found = unsafe { (library.snd_device_name_hint)(-1, c"pcm".as_ptr(), &raw mut hints) };
    library.check(found, "list the devices")?;
    let mut items = Vec::new();
    let mut at = hints;
    // SAFETY: the list ends with a null pointer.
    while let hint = unsafe { *at }
        && !hint.is_null()
    {
        let [name, about, way] = [c"NAME", c"DESC", c"IOID"].map(|id| word(library, hint, id));
        let kind = match way.as_str() {
            "Input" => Kind::Input,
            "Output" => Kind::Output,
            _ => Kind::Both,
        };
        if !name.is_empty() {
            items.push(Item { kind, name, about: one_line(&about) });
        }
        // SAFETY: it was not the end.
        at = unsafe { at.add(1) };
    }
    // SAFETY: the list from above, freed once.
    unsafe { (library.snd_device_name_free_hint)(hints) };
    Ok(items)
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
