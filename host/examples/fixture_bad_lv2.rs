//! Deliberately bad LV2 plugins for the tests of `dyad-host check`, one defect each, by the end of the URI:
//! `urn:dyad:bad:DEFECT`. All have the ports `in`, `out`, `gain`, `level` and `late`, and scale by the gain.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char, c_void};
use std::sync::atomic::{AtomicU32, Ordering};

use lv2_raw::{LV2Descriptor, LV2Handle};

/// What is wrong, if anything; the names are those of the URIs.
const DEFECTS: [&str; 19] = [
    "good",
    "nan",
    "allocates",
    "crashes-at-17",
    "hangs",
    "exits",
    "late",
    "leaks-memory",
    "leaks-files",
    "leaks-threads",
    "beyond",
    "silent-port",
    "writes-input",
    "writes-control",
    "global",
    "in-place",
    "zero-frames",
    "never-recovers",
    "unreset",
];

/// Frames of the latency that is not told.
const LATE: usize = 100;

/// The gain of whichever instance ran last.
static GAIN: AtomicU32 = AtomicU32::new(0x3f80_0000);

struct Bad {
    defect: &'static str,
    /// In, out, gain, level, latency.
    ports: [*mut f32; 5],
    line: Vec<f32>,
    last: f32,
}

extern "C" fn instantiate(
    descriptor: *const LV2Descriptor,
    _rate: f64,
    _bundle: *const c_char,
    _features: *const *const lv2_raw::LV2Feature,
) -> LV2Handle {
    // SAFETY: the host passes one of our own descriptors.
    let uri = unsafe { CStr::from_ptr((*descriptor).uri) }.to_string_lossy();
    let Some(defect) = DEFECTS.iter().find(|defect| uri.rsplit(':').next() == Some(**defect)) else {
        return std::ptr::null_mut();
    };
    match *defect {
        "leaks-memory" => std::mem::forget(vec![1_u8; 1 << 20]),
        "leaks-files" => std::mem::forget(std::fs::File::open("/dev/null")),
        "leaks-threads" => drop(std::thread::spawn(|| {
            loop {
                wait();
            }
        })),
        _ => {}
    }
    let bad = Bad { defect, ports: [std::ptr::null_mut(); 5], line: vec![0.0; LATE], last: 0.0 };
    Box::into_raw(Box::new(bad)).cast()
}

#[expect(clippy::disallowed_methods, reason = "waiting for ever is the defect")]
fn wait() {
    std::thread::park();
}

unsafe fn bad<'a>(handle: LV2Handle) -> &'a mut Bad {
    // SAFETY: the handle is what `instantiate` gave out, used by one thread at a time.
    unsafe { &mut *handle.cast::<Bad>() }
}

extern "C" fn connect_port(handle: LV2Handle, port: u32, data: *mut c_void) {
    // SAFETY: as for `bad`.
    if let Some(slot) = unsafe { bad(handle) }.ports.get_mut(port as usize) {
        *slot = data.cast();
    }
}

extern "C" fn activate(handle: LV2Handle) {
    // SAFETY: as for `bad`.
    let bad = unsafe { bad(handle) };
    bad.line.fill(0.0);
    if bad.defect != "unreset" && bad.defect != "never-recovers" {
        bad.last = 0.0;
    }
}

extern "C" fn run(handle: LV2Handle, frames: u32) {
    let frames = frames as usize;
    // SAFETY: as for `bad`; the host has connected all ports to memory that is long enough, and what some
    // defects write beside it the host's watched memory holds.
    unsafe {
        let Bad { defect, ports, line, last } = bad(handle);
        let [input, output, gain, level, late] = *ports;
        let mut factor = *gain;
        match *defect {
            "crashes-at-17" if frames == 17 => std::ptr::null_mut::<f32>().write_volatile(0.0),
            "hangs" if frames == 64 => loop {
                wait();
            },
            "exits" if frames == 64 => std::process::exit(3),
            "allocates" => drop(std::hint::black_box(vec![0.0_f32; frames + 100])),
            // As if the parameter were the module's: the first to change it changes it for all.
            "global" => {
                if factor != 1.0 {
                    GAIN.store(factor.to_bits(), Ordering::Relaxed);
                }
                factor = f32::from_bits(GAIN.load(Ordering::Relaxed));
            }
            "writes-control" => *gain = 0.25,
            _ => {}
        }
        for frame in 0..frames {
            let sample = *input.add(frame);
            let mut result = sample * factor;
            match *defect {
                "late" => {
                    line.rotate_left(1);
                    result = std::mem::replace(&mut line[LATE - 1], result);
                }
                "in-place" => {
                    *output.add(frame) = 0.0;
                    result = *input.add(frame) * factor;
                }
                "never-recovers" | "unreset" => {
                    *last = *last * 0.99 + result;
                    result = *last;
                }
                "nan" if frame == 3 && factor == 0.0 => result = f32::NAN,
                _ => {}
            }
            *output.add(frame) = result;
        }
        match *defect {
            "beyond" => *output.add(frames) = 1.0,
            "zero-frames" if frames == 0 => *output = 1.0,
            "writes-input" if frames > 0 => *input = 1.0,
            _ => {}
        }
        *level = 0.5;
        *late = 0.0;
        if *defect == "silent-port" {
            *level = 7.0;
        }
    }
}

extern "C" fn cleanup(handle: LV2Handle) {
    // SAFETY: the last call with this handle.
    drop(unsafe { Box::from_raw(handle.cast::<Bad>()) });
}

/// LV2's entry point: the plugin with this number.
// SAFETY: the name is LV2's, and no other symbol of the library has it.
#[unsafe(no_mangle)]
pub extern "C" fn lv2_descriptor(index: u32) -> *const LV2Descriptor {
    let Some(defect) = DEFECTS.get(index as usize) else { return std::ptr::null() };
    let uri = CString::new(format!("urn:dyad:bad:{defect}")).unwrap_or_default();
    // Hosts ask a few times in all, and what they get must stay.
    Box::leak(Box::new(LV2Descriptor {
        uri: uri.into_raw(),
        instantiate,
        connect_port,
        activate: Some(activate),
        run,
        deactivate: None,
        cleanup,
        extension_data: None,
    }))
}
