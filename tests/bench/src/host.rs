//! What a VST3 plugin asks its host for, as fast as can be: the host is no part of what is measured.

use std::cell::{Cell, UnsafeCell};
use std::ffi::c_void;

use vst3::Steinberg::Vst::{
    IParamValueQueue, IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait, ParamID, ParamValue,
};
use vst3::Steinberg::{IBStream, IBStreamTrait, kNotImplemented, kResultOk, tresult};
use vst3::{Class, ComWrapper};

/// The changes of one parameter.
struct Queue {
    id: ParamID,
    points: Box<[(i32, f64)]>,
}

impl Class for Queue {
    type Interfaces = (IParamValueQueue,);
}

impl IParamValueQueueTrait for Queue {
    unsafe fn getParameterId(&self) -> ParamID {
        self.id
    }

    unsafe fn getPointCount(&self) -> i32 {
        self.points.len() as i32
    }

    unsafe fn getPoint(&self, index: i32, offset: *mut i32, value: *mut ParamValue) -> tresult {
        let point = self.points[index as usize];
        // SAFETY: the plugin gives places for the answers.
        unsafe { (*offset, *value) = point };
        kResultOk
    }

    unsafe fn addPoint(&self, _offset: i32, _value: ParamValue, _index: *mut i32) -> tresult {
        kNotImplemented
    }
}

/// The changes of one parameter in a block.
pub(crate) struct Changes {
    queue: ComWrapper<Queue>,
}

impl Class for Changes {
    type Interfaces = (IParameterChanges,);
}

impl Changes {
    pub(crate) fn new(id: ParamID, points: Box<[(i32, f64)]>) -> ComWrapper<Self> {
        ComWrapper::new(Self { queue: ComWrapper::new(Queue { id, points }) })
    }

    /// For a plugin; it lives as long as the changes.
    pub(crate) fn pointer(changes: &ComWrapper<Self>) -> *mut IParameterChanges {
        changes.as_com_ref::<IParameterChanges>().expect("they are changes").as_ptr()
    }
}

impl IParameterChangesTrait for Changes {
    unsafe fn getParameterCount(&self) -> i32 {
        1
    }

    unsafe fn getParameterData(&self, _index: i32) -> *mut IParamValueQueue {
        self.queue.as_com_ref::<IParamValueQueue>().map_or(std::ptr::null_mut(), |queue| queue.as_ptr())
    }

    unsafe fn addParameterData(&self, _id: *const ParamID, _index: *mut i32) -> *mut IParamValueQueue {
        std::ptr::null_mut()
    }
}

/// A stream over memory that is there already.
pub(crate) struct Stream {
    bytes: UnsafeCell<[u8; 4096]>,
    at: Cell<usize>,
    end: Cell<usize>,
}

impl Class for Stream {
    type Interfaces = (IBStream,);
}

impl Stream {
    pub(crate) fn new() -> ComWrapper<Self> {
        ComWrapper::new(Self { bytes: UnsafeCell::new([0; 4096]), at: Cell::new(0), end: Cell::new(0) })
    }

    /// For a plugin, from the start on, and empty if it is to be written.
    pub(crate) fn pointer(stream: &ComWrapper<Self>, empty: bool) -> *mut IBStream {
        stream.at.set(0);
        if empty {
            stream.end.set(0);
        }
        stream.as_com_ref::<IBStream>().expect("it is a stream").as_ptr()
    }
}

impl IBStreamTrait for Stream {
    unsafe fn read(&self, buffer: *mut c_void, size: i32, got: *mut i32) -> tresult {
        let count = (size as usize).min(self.end.get() - self.at.get());
        // SAFETY: within both; one thread.
        unsafe {
            buffer.cast::<u8>().copy_from(self.bytes.get().cast::<u8>().add(self.at.get()), count);
            if let Some(got) = got.as_mut() {
                *got = count as i32;
            }
        }
        self.at.set(self.at.get() + count);
        kResultOk
    }

    unsafe fn write(&self, buffer: *mut c_void, size: i32, done: *mut i32) -> tresult {
        let count = (size as usize).min(4096 - self.at.get());
        // SAFETY: within both; one thread.
        unsafe {
            self.bytes.get().cast::<u8>().add(self.at.get()).copy_from(buffer.cast::<u8>(), count);
            if let Some(done) = done.as_mut() {
                *done = count as i32;
            }
        }
        self.at.set(self.at.get() + count);
        self.end.set(self.at.get());
        kResultOk
    }

    unsafe fn seek(&self, _position: i64, _mode: i32, _result: *mut i64) -> tresult {
        kNotImplemented
    }

    unsafe fn tell(&self, _position: *mut i64) -> tresult {
        kNotImplemented
    }
}
