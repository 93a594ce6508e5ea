//! The boundary in C, as the sound binary sees it.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]
#![expect(unsafe_code, reason = "the functions under test are C's")]

mod common;

use std::ffi::{CString, c_void};
use std::mem::size_of;
use std::ptr::{null, null_mut};
use std::sync::OnceLock;

use common::{Heard, Model, Screen, gain, probe, until};
use dyad_editor::{Plugin, table};
use dyad_editor_abi::frame::from_editor;
use dyad_editor_abi::{Colors, EditorV1, Flags, Measure, OpenV1, ToEditor, VERSION};

fn plugins() -> &'static [Plugin] {
    static PLUGINS: OnceLock<[Plugin; 2]> = OnceLock::new();
    PLUGINS.get_or_init(|| [probe(), gain()])
}

fn table_of(id: &str) -> Option<&'static EditorV1> {
    let id = CString::new(id).unwrap();
    // SAFETY: text that ends with 0, and tables live for ever.
    unsafe { table::entry(id.as_ptr(), plugins).as_ref() }
}

fn gains_table() -> &'static EditorV1 {
    table_of(gain().description.info.id).unwrap()
}

/// A host that keeps what it hears. Its address must stay as it is.
#[derive(Default)]
struct Host {
    heard: Vec<Heard>,
    log: Vec<String>,
    /// What it does while it is being told.
    inside: Option<(*mut c_void, &'static EditorV1)>,
}

unsafe extern "C" fn hear(host: *mut c_void, frames: *const u8, len: usize) {
    // SAFETY: what the tests gave, one call at a time.
    let (host, frames) = unsafe { (&mut *host.cast::<Host>(), std::slice::from_raw_parts(frames, len)) };
    host.heard.extend(from_editor(frames).map(|frame| Heard::from(frame.unwrap())));
    if let Some((editor, table)) = host.inside.take() {
        let mut bytes = Vec::new();
        ToEditor::Ping(99).encode(&mut bytes);
        // SAFETY: an open editor.
        unsafe {
            assert_eq!((table.tell)(editor, bytes.as_ptr(), bytes.len()), 0);
            assert_eq!((table.poll)(editor), 1);
        }
    }
}

unsafe extern "C" fn log(host: *mut c_void, text: *const u8, len: usize) {
    // SAFETY: what the tests gave, one call at a time.
    let (host, text) = unsafe { (&mut *host.cast::<Host>(), std::slice::from_raw_parts(text, len)) };
    host.log.push(std::str::from_utf8(text).unwrap().to_owned());
}

fn wish(host: *mut Host, parent: u64) -> OpenV1 {
    OpenV1 {
        size: size_of::<OpenV1>() as u32,
        flags: Flags::RESIZE.0,
        parent,
        scale: 1.0,
        width: 0,
        height: 0,
        colors: Colors::default(),
        rate: 0.0,
        reserved: 0,
        title: null(),
        host: host.cast(),
        hear,
        log,
    }
}

#[test]
fn tables_are_found_by_id() {
    for plugin in plugins() {
        let table = table_of(plugin.description.info.id).unwrap();
        assert_eq!((table.version, table.size as usize), (VERSION, size_of::<EditorV1>()));
        assert_eq!(table.fingerprint, plugin.description.fingerprint());
        let mut measured = Measure::default();
        // SAFETY: room for it is there.
        assert_eq!(unsafe { (table.measure)(2.0, &mut measured) }, 0);
        assert_eq!(measured, dyad_editor::measure(plugin, Some(2.0)));
    }
    assert!(std::ptr::eq(gains_table(), gains_table()));
    assert!(table_of("urn:nobody").is_none());
    // SAFETY: null is allowed.
    assert!(unsafe { table::entry(null(), plugins) }.is_null());
}

#[test]
fn an_editor_lives_behind_the_table() {
    let screen = Screen::new();
    let table = gains_table();
    let mut host = Box::new(Host::default());
    let address = &raw mut *host;
    let wish = wish(address, screen.window([420, 260]).into());
    // SAFETY: a whole request, and afterwards an open editor.
    unsafe {
        let editor = (table.open)(&wish);
        assert!(!editor.is_null());
        assert_eq!(screen.size_of((table.window)(editor) as u32), Some([420, 260]));
        assert!((table.fd)(editor) >= 0);
        let mut bytes = Vec::new();
        ToEditor::Value { index: 1, plain: -6.0 }.encode(&mut bytes);
        ToEditor::Ping(5).encode(&mut bytes);
        // The fault comes after what is whole.
        bytes.push(1);
        assert_eq!((table.tell)(editor, bytes.as_ptr(), bytes.len()), -1);
        // The host may tell something while it is told something.
        (*address).inside = Some((editor, table));
        until("an answer", || {
            assert_eq!((table.poll)(editor), 1);
            (*address).heard.contains(&Heard::Painted(5))
        });
        until("an answer to what was told meanwhile", || {
            assert_eq!((table.poll)(editor), 1);
            (*address).heard.contains(&Heard::Painted(99))
        });
        assert_eq!((table.key)(editor, 0x20, 7, 0, 1), 0);
        // What can be seen can be found.
        let [knob, value] = Model::new(&gain().description, [420, 260], 1.0).places(1);
        for place in [knob.center(), value.center()] {
            assert_eq!((table.find)(editor, place.x as i32, place.y as i32), 1);
        }
        for [x, y] in [[1, 100], [-1, -1], [i32::MIN, i32::MAX]] {
            assert_eq!((table.find)(editor, x, y), -1);
        }
        assert_eq!((table.tell)(editor, null(), 0), 0);
        assert_eq!((table.tell)(editor, null(), 1), -1);
        assert_eq!((table.tell)(editor, bytes.as_ptr(), usize::MAX), -1);
        (table.close)(editor);
        assert_eq!((*address).log, [""; 0]);
    }
}

#[test]
fn what_can_not_be_opened_is_logged_once() {
    let _screen = Screen::new();
    let table = gains_table();
    for (parent, why) in [
        (0xdead_beef, "no editor for Dyad Gain: the host's window 0xdeadbeef is not there"),
        (1 << 40, "no editor for Dyad Gain: 0x10000000000 is no X11 window"),
    ] {
        let mut host = Box::new(Host::default());
        let address = &raw mut *host;
        // SAFETY: a whole request.
        unsafe {
            assert!((table.open)(&wish(address, parent)).is_null());
            assert_eq!((*address).log, [why]);
        }
    }
}

#[test]
fn nothing_that_is_not_there_is_touched() {
    let table = gains_table();
    let mut host = Box::new(Host::default());
    // SAFETY: null is allowed everywhere, and so is a request that says it is too small.
    unsafe {
        assert_eq!((table.measure)(1.0, null_mut()), -1);
        assert!((table.open)(null()).is_null());
        for size in [0, 4, size_of::<OpenV1>() as u32 - 1] {
            assert!((table.open)(&OpenV1 { size, ..wish(&raw mut *host, 1) }).is_null());
        }
        // As another language might leave it.
        let mut empty = std::mem::MaybeUninit::<OpenV1>::zeroed();
        (&raw mut (*empty.as_mut_ptr()).size).write(size_of::<OpenV1>() as u32);
        assert!((table.open)(empty.as_ptr()).is_null());
        (table.close)(null_mut());
        assert_eq!((table.tell)(null_mut(), null(), 0), -1);
        assert_eq!((table.poll)(null_mut()), 0);
        assert_eq!((table.fd)(null_mut()), -1);
        assert_eq!((table.window)(null_mut()), 0);
        assert_eq!((table.key)(null_mut(), 0, 0, 0, 0), 0);
        assert_eq!((table.find)(null_mut(), 0, 0), -1);
    }
    assert_eq!(host.log, [""; 0]);
}
