//! `IBStream` over memory.
#![allow(unsafe_code)]

use std::cell::RefCell;
use std::ffi::c_void;

use vst3::Steinberg::*;
use vst3::{Class, ComPtr, ComWrapper};

/// How much a plugin may write: as much as one message between the processes carries.
const MAX_LEN: usize = crate::protocol::frame::MAX_LEN as usize;

/// A stream that a plugin reads from or writes to.
pub(super) struct MemoryStream {
    data: RefCell<Data>,
}

struct Data {
    bytes: Vec<u8>,
    position: usize,
}

impl Class for MemoryStream {
    type Interfaces = (IBStream,);
}

/// An owned stream with both its faces.
pub(super) struct Stream {
    object: ComWrapper<MemoryStream>,
    pointer: ComPtr<IBStream>,
}

impl Stream {
    pub(super) fn new(bytes: Vec<u8>) -> Option<Self> {
        let data = RefCell::new(Data { bytes, position: 0 });
        let object = ComWrapper::new(MemoryStream { data });
        let pointer = object.to_com_ptr::<IBStream>()?;
        Some(Self { object, pointer })
    }

    pub(super) fn as_ptr(&self) -> *mut IBStream {
        self.pointer.as_ptr()
    }

    /// Everything that was written.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.object.data.borrow().bytes.clone()
    }
}

impl IBStreamTrait for MemoryStream {
    unsafe fn read(&self, buffer: *mut c_void, wanted: int32, read: *mut int32) -> tresult {
        let mut data = self.data.borrow_mut();
        let Ok(wanted) = usize::try_from(wanted) else { return kInvalidArgument };
        if buffer.is_null() && wanted > 0 {
            return kInvalidArgument;
        }
        let rest = data.bytes.get(data.position..).unwrap_or_default();
        let len = wanted.min(rest.len());
        // SAFETY: the plugin gives a buffer of `wanted` bytes, of which at most as many are
        // written; a null one only with none wanted.
        unsafe {
            if len > 0 {
                std::ptr::copy_nonoverlapping(rest.as_ptr(), buffer.cast::<u8>(), len);
            }
            if let Some(read) = read.as_mut() {
                *read = len as int32;
            }
        }
        data.position += len;
        // The end of the stream is no error: plugins look at the count.
        kResultOk
    }

    unsafe fn write(&self, buffer: *mut c_void, len: int32, written: *mut int32) -> tresult {
        let mut data = self.data.borrow_mut();
        let Ok(len) = usize::try_from(len) else { return kInvalidArgument };
        if buffer.is_null() && len > 0 {
            return kInvalidArgument;
        }
        let start = data.position;
        let Some(end) = start.checked_add(len).filter(|end| *end <= MAX_LEN) else {
            return kOutOfMemory;
        };
        if data.bytes.len() < end {
            data.bytes.resize(end, 0);
        }
        // SAFETY: the plugin gives a buffer of `len` bytes; the vector was made long enough.
        unsafe {
            if len > 0 {
                let target = data.bytes.as_mut_ptr().add(start);
                std::ptr::copy_nonoverlapping(buffer.cast::<u8>(), target, len);
            }
            if let Some(written) = written.as_mut() {
                *written = len as int32;
            }
        }
        data.position = end;
        kResultOk
    }

    unsafe fn seek(&self, offset: int64, mode: int32, result: *mut int64) -> tresult {
        use IBStream_::IStreamSeekMode_::*;
        let mut data = self.data.borrow_mut();
        let base = match mode.cast_unsigned() {
            mode if mode == kIBSeekSet => 0,
            mode if mode == kIBSeekCur => data.position,
            mode if mode == kIBSeekEnd => data.bytes.len(),
            _ => return kInvalidArgument,
        };
        let target = (base as int64).checked_add(offset).and_then(|t| usize::try_from(t).ok());
        let Some(target) = target.filter(|t| *t <= MAX_LEN) else { return kInvalidArgument };
        data.position = target;
        // SAFETY: null or a variable of the plugin.
        if let Some(result) = unsafe { result.as_mut() } {
            *result = target as int64;
        }
        kResultOk
    }

    unsafe fn tell(&self, position: *mut int64) -> tresult {
        // SAFETY: null or a variable of the plugin.
        let Some(position) = (unsafe { position.as_mut() }) else { return kInvalidArgument };
        *position = self.data.borrow().position as int64;
        kResultOk
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn write_seek_read() {
        let stream = Stream::new(vec![]).unwrap();
        let object = &stream.object;
        let mut word = *b"hello";
        let (mut count, mut at) = (0, 0);
        let seek_set = IBStream_::IStreamSeekMode_::kIBSeekSet as int32;
        // SAFETY: all pointers lead to local variables of the right size.
        unsafe {
            assert_eq!(object.write(word.as_mut_ptr().cast(), 5, &mut count), kResultOk);
            assert_eq!(count, 5);
            assert_eq!(object.seek(1, seek_set, &mut at), kResultOk);
            assert_eq!(object.read(word.as_mut_ptr().cast(), 5, &mut count), kResultOk);
            assert_eq!((count, &word[..4], at), (4, &b"ello"[..], 1));
            assert_eq!(object.read(word.as_mut_ptr().cast(), 5, &mut count), kResultOk);
            assert_eq!(count, 0);
            assert_eq!(object.read(std::ptr::null_mut(), 1, &mut count), kInvalidArgument);
            assert_eq!(object.read(word.as_mut_ptr().cast(), -1, &mut count), kInvalidArgument);
            assert_eq!(object.seek(-1, seek_set, std::ptr::null_mut()), kInvalidArgument);
            assert_eq!(object.tell(std::ptr::null_mut()), kInvalidArgument);
        }
        assert_eq!(stream.bytes(), b"hello");
    }
}
