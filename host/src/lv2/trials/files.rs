//! The bundle's data against its binaries.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char};
use std::path::Path;

use libloading::Library;
use lilv::plugin::Plugin;
use lv2_raw::LV2Descriptor;

use super::*;
use crate::check::{Outcome, Trial};
use crate::lv2::bundle::text;
use crate::lv2::ui;

/// More plugins than any library has.
const MOST: u32 = 4096;

/// Interfaces that hosts ask for.
const INTERFACES: [&str; 3] =
    [uris::STATE_INTERFACE, uris::WORKER_INTERFACE, "http://lv2plug.in/ns/ext/options#interface"];

/// Looks for all that the data promises.
pub(crate) fn binary(trial: &mut Trial) -> Outcome {
    trial.step("reading the bundle's data");
    let bundle = match Bundle::open(&trial.subject.plugin) {
        Ok(bundle) => bundle,
        Err(reason) => return trial.skip(reason),
    };
    let plugin = match bundle.choose(trial.subject.class.as_deref()) {
        Ok(plugin) => plugin,
        Err(reason) => return trial.skip(reason),
    };
    let uri = text(Some(plugin.uri()));
    let path = plugin.library_uri().and_then(|uri| uri.path()).map(|(_, path)| path);
    let Some(path) = path else {
        trial.find(&BINARY_MISSING, format!("{uri} names no library"));
        return Ok(());
    };
    trial.step(format!("loading {path}"));
    if let Some(library) = load(trial, &path, &BINARY_MISSING) {
        library_has(trial, &library, &path, plugin);
    }
    for ui in ui::read(&bundle.world, plugin) {
        let path = ui.binary.to_string_lossy().into_owned();
        trial.step(format!("looking for {path}"));
        editor(trial, &ui, &path);
    }
    Ok(())
}

fn load(trial: &mut Trial, path: &str, rule: &'static crate::check::Rule) -> Option<Library> {
    if !Path::new(path).is_file() {
        trial.find(rule, format!("{path} does not exist"));
        return None;
    }
    // SAFETY: loading runs the library's initialisers; running this plugin is what the process is for.
    match unsafe { Library::new(path) } {
        Ok(library) => Some(library),
        Err(error) => {
            trial.find(rule, format!("{path} does not load: {error}"));
            None
        }
    }
}

fn library_has(trial: &mut Trial, library: &Library, path: &str, plugin: &Plugin) {
    type Descriptor = unsafe extern "C" fn(u32) -> *const LV2Descriptor;
    // SAFETY: LV2 defines this symbol with this type.
    let Ok(get) = (unsafe { library.get::<Descriptor>(b"lv2_descriptor\0") }) else {
        // SAFETY: the symbol is only looked for.
        let other = unsafe { library.get::<unsafe extern "C" fn()>(b"lv2_lib_descriptor\0").is_ok() };
        trial.find_if(!other, &BINARY_ENTRY, || format!("{path} has no lv2_descriptor"));
        return;
    };
    let uri = text(Some(plugin.uri()));
    trial.step("asking the library for its plugins");
    let mut found = None;
    let mut others = Vec::new();
    for index in 0..MOST {
        // SAFETY: the function takes any number and ends with null; what it gives lives as long as the library.
        let Some(descriptor) = (unsafe { get(index).as_ref() }) else { break };
        if descriptor.uri.is_null() {
            continue;
        }
        // SAFETY: a terminated text by LV2's contract.
        let name = unsafe { CStr::from_ptr(descriptor.uri) }.to_string_lossy().into_owned();
        if name == uri {
            found = Some(descriptor);
            break;
        }
        others.push(name);
    }
    let Some(descriptor) = found else {
        trial.find(&BINARY_URI, format!("{path} has no {uri}, only {}", others.join(", ")));
        return;
    };
    let given = |interface: &str| {
        let name = CString::new(interface).unwrap_or_default();
        descriptor.extension_data.is_some_and(|get| !get(name.as_ptr().cast()).is_null())
    };
    let listed: Vec<_> = plugin
        .extension_data()
        .map_or_else(Vec::new, |nodes| nodes.iter().map(|node| text(Some(node))).collect());
    for interface in &listed {
        trial.step(format!("asking for the interface {interface}"));
        trial.find_if(!given(interface), &EXTENSION_MISSING, || {
            format!("{interface} is listed, and not given out")
        });
    }
    for interface in INTERFACES {
        let unlisted = !listed.iter().any(|other| other == interface);
        trial.find_if(unlisted && given(interface), &EXTENSION_UNLISTED, || {
            format!("{interface} is given out, and not listed")
        });
    }
    let strange = "urn:dyad:check:nothing-has-this-interface";
    trial.step("asking for an interface that there is not");
    trial.find_if(given(strange), &EXTENSION_UNKNOWN, || format!("something is given out for {strange}"));
}

fn editor(trial: &mut Trial, ui: &ui::Ui, path: &str) {
    if !Path::new(path).is_file() {
        trial.find(&UI_BINARY, format!("{path} of the editor {} does not exist", ui.uri));
        return;
    }
    // Other toolkits' editors bring their toolkit, which has no place in this process.
    if !ui.is_x11() {
        return;
    }
    type Descriptor = unsafe extern "C" fn(u32) -> *const *const c_char;
    let Some(library) = load(trial, path, &UI_BINARY) else { return };
    // SAFETY: LV2 defines this symbol with this type: the descriptor's first member is its URI.
    let Ok(get) = (unsafe { library.get::<Descriptor>(b"lv2ui_descriptor\0") }) else {
        trial.find(&UI_URI, format!("{path} has no lv2ui_descriptor"));
        return;
    };
    let has = (0..MOST)
        // SAFETY: as above; the function ends with null.
        .map_while(|index| unsafe { get(index).as_ref() })
        // SAFETY: a terminated text by LV2's contract.
        .any(|uri| !uri.is_null() && unsafe { CStr::from_ptr(*uri) }.to_bytes() == ui.uri.as_bytes());
    trial.find_if(!has, &UI_URI, || format!("{path} has no editor {}", ui.uri));
    // Toolkits leave threads and exit handlers behind: the code stays.
    std::mem::forget(library);
}
