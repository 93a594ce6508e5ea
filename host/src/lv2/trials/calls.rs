//! The order of calls, and calls with little.
#![allow(unsafe_code)]

use std::ffi::c_void;

use lv2_raw::LV2Feature;
use lv2_sys::{LV2_State_Interface, LV2_State_Status, LV2_State_Status_LV2_STATE_SUCCESS};

use super::bench::Bench;
use super::*;
use crate::check::{Outcome, Trial};

const FRAMES: usize = 128;

/// Calls the plugin as few hosts do, and as all may.
pub(crate) fn calls(trial: &mut Trial) -> Outcome {
    let subject = trial.subject.clone();
    trial.step("instantiating and destroying without activation");
    drop(Bench::new(&subject, FRAMES, true)?);
    let mut bench = Bench::new(&subject, FRAMES, true)?;
    for time in 1..=3 {
        trial.step(format!("activating for the {time}. time, and deactivating without a run"));
        bench.activate();
        bench.deactivate();
    }
    trial.step("running after that");
    bench.activate();
    bench.fill(1);
    bench.run(FRAMES as u32);
    state(trial, &bench);
    drop(bench);
    bare(trial, &subject)
}

/// No feature at all.
fn bare(trial: &mut Trial, subject: &Subject) -> Outcome {
    let bundle = Bundle::open(&subject.plugin)?;
    let plugin = bundle.choose(subject.class.as_deref())?;
    if plugin.required_features().count() > 0 {
        return Ok(());
    }
    trial.step("instantiating with no feature");
    match Bench::new(subject, FRAMES, false) {
        Ok(mut bench) => {
            bench.activate();
            trial.step("running without any feature");
            for seed in 0..4 {
                bench.fill(seed);
                bench.run(FRAMES as u32);
            }
        }
        Err(_) => trial.find(&BARE, "without features the plugin refused to be instantiated"),
    }
    Ok(())
}

/// Saving, and restoring nothing, with no feature.
fn state(trial: &mut Trial, bench: &Bench) {
    // SAFETY: asking for extension data is allowed at any time; what comes back is the interface by contract.
    let Some(found) =
        (unsafe { bench.instance.extension_data::<LV2_State_Interface>(uris::STATE_INTERFACE) })
    else {
        return;
    };
    // SAFETY: as above; it lives as long as the library.
    let interface = unsafe { *found.as_ref() };
    let empty = [std::ptr::null::<LV2Feature>()];
    let handle = bench.instance.handle();
    if let Some(save) = interface.save {
        trial.step("saving with no feature");
        // SAFETY: the instance lives, no run is going on, the list of features is ended.
        unsafe { save(handle, Some(store), std::ptr::null_mut(), 3, empty.as_ptr().cast()) };
    }
    if let Some(restore) = interface.restore {
        trial.step("restoring nothing, with no feature");
        // SAFETY: as above.
        unsafe { restore(handle, Some(retrieve), std::ptr::null_mut(), 0, empty.as_ptr().cast()) };
    }
}

unsafe extern "C" fn store(
    _handle: *mut c_void,
    _key: u32,
    _value: *const c_void,
    _size: usize,
    _kind: u32,
    _flags: u32,
) -> LV2_State_Status {
    LV2_State_Status_LV2_STATE_SUCCESS
}

unsafe extern "C" fn retrieve(
    _handle: *mut c_void,
    _key: u32,
    _size: *mut usize,
    _kind: *mut u32,
    _flags: *mut u32,
) -> *const c_void {
    std::ptr::null()
}
