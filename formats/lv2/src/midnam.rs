//! Names of notes for hosts with piano rolls, through Ardour's extension
//! <http://ardour.org/lv2/midnam>: a MIDINameDocument (MIDI Manufacturers Association) as text.

use std::ffi::{CString, c_char};

use dyad_core::Plugin;
use dyad_core::guard::guard;

use crate::sys;

/// The extension's interface.
#[repr(C)]
pub(crate) struct Interface {
    midnam: unsafe extern "C" fn(sys::LV2_Handle) -> *mut c_char,
    model: unsafe extern "C" fn(sys::LV2_Handle) -> *mut c_char,
    free: unsafe extern "C" fn(*mut c_char),
}

/// The interface as `extension_data` gives it.
pub(crate) fn interface<P: Plugin>() -> &'static Interface {
    const { &Interface { midnam: midnam::<P>, model: model::<P>, free } }
}

unsafe extern "C" fn midnam<P: Plugin>(_instance: sys::LV2_Handle) -> *mut c_char {
    guard("midnam", std::ptr::null_mut(), || {
        give(document(P::INFO.vendor, P::INFO.id, P::EVENTS.note_names))
    })
}

/// Hosts tell documents apart by it. All instances have the same names, so it is the plugin's id.
unsafe extern "C" fn model<P: Plugin>(_instance: sys::LV2_Handle) -> *mut c_char {
    guard("model", std::ptr::null_mut(), || give(P::INFO.id.to_owned()))
}

unsafe extern "C" fn free(text: *mut c_char) {
    guard("free", (), || {
        if !text.is_null() {
            // SAFETY: the host gives back what `give` gave it, once.
            drop(unsafe { CString::from_raw(text) });
        }
    });
}

fn give(text: String) -> *mut c_char {
    CString::new(text).map_or(std::ptr::null_mut(), CString::into_raw)
}

/// One list of names, in use on all channels.
fn document(vendor: &str, model: &str, names: &[(u8, &str)]) -> String {
    let mut out = String::from(concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        r#"<!DOCTYPE MIDINameDocument PUBLIC "-//MIDI Manufacturers Association//DTD MIDINameDocument 1.0//EN" "#,
        r#""http://www.midi.org/dtds/MIDINameDocument10.dtd">"#,
        "<MIDINameDocument><Author/><MasterDeviceNames><Manufacturer>",
    ));
    escape(vendor, &mut out);
    out.push_str("</Manufacturer><Model>");
    escape(model, &mut out);
    out.push_str(r#"</Model><CustomDeviceMode Name="Default"><ChannelNameSetAssignments>"#);
    for channel in 1..=16 {
        out.push_str(r#"<ChannelNameSetAssign Channel=""#);
        number(channel, &mut out);
        out.push_str(r#"" NameSet="All"/>"#);
    }
    out.push_str("</ChannelNameSetAssignments></CustomDeviceMode>");
    out.push_str(r#"<ChannelNameSet Name="All"><AvailableForChannels>"#);
    for channel in 1..=16 {
        out.push_str(r#"<AvailableChannel Channel=""#);
        number(channel, &mut out);
        out.push_str(r#"" Available="true"/>"#);
    }
    out.push_str(r#"</AvailableForChannels><UsesNoteNameList Name="Notes"/></ChannelNameSet>"#);
    out.push_str(r#"<NoteNameList Name="Notes">"#);
    for (key, name) in names {
        out.push_str(r#"<Note Number=""#);
        number(*key, &mut out);
        out.push_str(r#"" Name=""#);
        escape(name, &mut out);
        out.push_str(r#""/>"#);
    }
    out.push_str("</NoteNameList></MasterDeviceNames></MIDINameDocument>");
    out
}

/// Decimal, without the library's formatting.
fn number(number: u8, out: &mut String) {
    for size in [100, 10, 1] {
        if number >= size || size == 1 {
            out.push(char::from(b'0' + number / size % 10));
        }
    }
}

/// Text for XML, in quotation marks too.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
}
