//! Any host: a read of no bytes gives `kResultFalse`, at the end of a stream, and some hosts say so with the last
//! bytes already.

use std::cell::{Cell, RefCell};
use std::ffi::c_void;

use dyad_tests::vst3::Plugin;
use vst3::Steinberg::Vst::{IComponentTrait, IEditControllerTrait};
use vst3::Steinberg::{
    IBStream, IBStreamTrait, int32, int64, kNotImplemented, kResultFalse, kResultOk, tresult,
};
use vst3::{Class, ComWrapper};

/// A stream that gives pieces of so many bytes.
struct Stream {
    left: RefCell<Vec<u8>>,
    most: usize,
    /// The last bytes come with `kResultFalse`.
    early: bool,
    /// The sizes that were asked for.
    asked: RefCell<Vec<i32>>,
    /// Nothing was left, and that was said.
    ended: Cell<bool>,
}

impl Class for Stream {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for Stream {
    unsafe fn read(&self, buffer: *mut c_void, size: int32, got: *mut int32) -> tresult {
        self.asked.borrow_mut().push(size);
        let mut left = self.left.borrow_mut();
        let count = left.len().min(self.most).min(usize::try_from(size).unwrap_or(0));
        // SAFETY: the plugin gives a buffer of `size` bytes, and null or a place for the answer.
        unsafe {
            buffer.cast::<u8>().copy_from_nonoverlapping(left.as_ptr(), count);
            if let Some(got) = got.as_mut() {
                *got = count as int32;
            }
        }
        left.drain(..count);
        self.ended.set(self.ended.get() || count == 0);
        if count == 0 || (self.early && left.is_empty()) { kResultFalse } else { kResultOk }
    }

    unsafe fn write(&self, _buffer: *mut c_void, _size: int32, _done: *mut int32) -> tresult {
        kNotImplemented
    }

    unsafe fn seek(&self, _pos: int64, _mode: int32, _result: *mut int64) -> tresult {
        kNotImplemented
    }

    unsafe fn tell(&self, _pos: *mut int64) -> tresult {
        kNotImplemented
    }
}

/// A stream, and its pointer for a plugin.
fn stream(bytes: &[u8], most: usize, early: bool) -> (ComWrapper<Stream>, *mut IBStream) {
    let (left, asked, ended) = (RefCell::new(bytes.to_vec()), RefCell::default(), Cell::new(false));
    let stream = ComWrapper::new(Stream { left, most, early, asked, ended });
    let pointer = stream.as_com_ref::<IBStream>().expect("it is a stream").as_ptr();
    (stream, pointer)
}

#[test]
fn a_state_is_read_up_to_there_and_no_read_is_of_no_bytes() {
    let saved = Plugin::probe();
    // SAFETY: any id and value are allowed.
    unsafe { saved.controller.setParamNormalized(dyad_tests::gain::id("follow"), 0.25) };
    let state = saved.save();
    for most in [1, 7, state.len() - 1, state.len(), state.len() + 1, 1 << 20] {
        for early in [false, true] {
            let plugin = Plugin::probe();
            let (stream, pointer) = stream(&state, most, early);
            // SAFETY: a valid stream.
            let answer = unsafe { plugin.component.setState(pointer) };
            assert_eq!(answer, kResultOk, "{most} bytes at a time, early {early}");
            assert_eq!(plugin.plain("follow"), 0.25, "{most} bytes at a time, early {early}");
            assert!(stream.asked.borrow().iter().all(|size| *size > 0), "{:?}", stream.asked.borrow());
            assert_eq!(stream.ended.get(), !early, "and it is not asked again, once it has said so");
        }
    }
}

#[test]
fn a_stream_that_has_nothing_is_no_state() {
    dyad_tests::command::hush();
    let plugin = Plugin::probe();
    let before = plugin.save();
    let (stream, pointer) = stream(&[], 100, false);
    // SAFETY: a valid stream.
    assert_eq!(unsafe { plugin.component.setState(pointer) }, kResultFalse);
    assert_eq!((stream.asked.borrow().len(), plugin.save()), (1, before));
}
