//! A host's stream.

use std::cell::{Cell, RefCell};
use std::ffi::c_void;

use vst3::Steinberg::{
    IBStream, IBStreamTrait, int32, int64, kInvalidArgument, kNotImplemented, kResultOk, tresult,
};
use vst3::{Class, ComWrapper};

/// A stream over bytes in memory that can be as awkward as those of some hosts.
#[derive(Debug)]
pub struct Stream {
    bytes: RefCell<Vec<u8>>,
    at: Cell<usize>,
    most: usize,
    room: usize,
    sought: Cell<u32>,
}

impl Class for Stream {
    type Interfaces = (IBStream,);
}

impl Stream {
    /// A stream that stands at byte `at` and moves at most `most` bytes in one call.
    #[must_use]
    pub fn new(bytes: &[u8], at: usize, most: usize) -> ComWrapper<Self> {
        Self::with_room(bytes, at, most, usize::MAX)
    }

    /// The same, which takes `room` bytes in all when written to.
    #[must_use]
    pub fn with_room(bytes: &[u8], at: usize, most: usize, room: usize) -> ComWrapper<Self> {
        let (bytes, at) = (RefCell::new(bytes.to_vec()), Cell::new(at));
        ComWrapper::new(Self { bytes, at, most, room, sought: Cell::new(0) })
    }

    /// The pointer for a plugin, which lives as long as the stream.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn pointer(stream: &ComWrapper<Self>) -> *mut IBStream {
        stream.as_com_ref::<IBStream>().expect("it is a stream").as_ptr()
    }

    /// What is in it.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.bytes.borrow().clone()
    }

    /// How often `seek` was called; hosts whose streams begin with a header break there.
    #[must_use]
    pub fn sought(&self) -> u32 {
        self.sought.get()
    }
}

impl IBStreamTrait for Stream {
    unsafe fn read(&self, buffer: *mut c_void, size: int32, got: *mut int32) -> tresult {
        let Ok(size) = usize::try_from(size) else { return kInvalidArgument };
        let bytes = self.bytes.borrow();
        let rest = bytes.get(self.at.get()..).unwrap_or_default();
        let count = size.min(self.most).min(rest.len());
        // SAFETY: the plugin gives a buffer of `size` bytes, and null or a place for the answer.
        unsafe {
            buffer.cast::<u8>().copy_from_nonoverlapping(rest.as_ptr(), count);
            if let Some(got) = got.as_mut() {
                *got = count as int32;
            }
        }
        self.at.set(self.at.get() + count);
        kResultOk
    }

    unsafe fn write(&self, buffer: *mut c_void, size: int32, done: *mut int32) -> tresult {
        let Ok(size) = usize::try_from(size) else { return kInvalidArgument };
        let mut bytes = self.bytes.borrow_mut();
        let count = size.min(self.most).min(self.room.saturating_sub(bytes.len()));
        // SAFETY: the plugin gives a buffer of `size` bytes, and null or a place for the answer.
        unsafe {
            bytes.extend(std::slice::from_raw_parts(buffer.cast::<u8>(), count));
            if let Some(done) = done.as_mut() {
                *done = count as int32;
            }
        }
        kResultOk
    }

    unsafe fn seek(&self, _pos: int64, _mode: int32, _result: *mut int64) -> tresult {
        self.sought.set(self.sought.get() + 1);
        kNotImplemented
    }

    unsafe fn tell(&self, _pos: *mut int64) -> tresult {
        kNotImplemented
    }
}
