//! `IMessage` and `IAttributeList`: what component and controller tell each other.
#![allow(unsafe_code)]
#![allow(
    clippy::disallowed_types,
    reason = "plugins send messages from any thread; this host never does so while processing"
)]

use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_void};
use std::sync::{Mutex, MutexGuard, PoisonError};

use vst3::Steinberg::Vst::IAttributeList_::AttrID;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{Class, ComPtr, ComWrapper};

/// A message with its attributes.
pub(super) struct Message {
    id: Mutex<CString>,
    attributes: ComPtr<IAttributeList>,
}

impl Class for Message {
    type Interfaces = (IMessage,);
}

impl Message {
    pub(super) fn create() -> Option<ComPtr<IMessage>> {
        let attributes = Attributes::create()?;
        let id = Mutex::new(CString::default());
        ComWrapper::new(Self { id, attributes }).to_com_ptr()
    }
}

impl IMessageTrait for Message {
    unsafe fn getMessageID(&self) -> FIDString {
        lock(&self.id).as_ptr()
    }

    unsafe fn setMessageID(&self, id: FIDString) {
        if !id.is_null() {
            // SAFETY: a terminated string by the interface's contract.
            *lock(&self.id) = unsafe { CStr::from_ptr(id) }.to_owned();
        }
    }

    unsafe fn getAttributes(&self) -> *mut IAttributeList {
        self.attributes.as_ptr()
    }
}

enum Value {
    Int(i64),
    Float(f64),
    /// UTF-16 with its zero.
    Text(Box<[TChar]>),
    Binary(Box<[u8]>),
}

/// A list of named values.
pub(super) struct Attributes {
    values: Mutex<HashMap<CString, Value>>,
}

impl Class for Attributes {
    type Interfaces = (IAttributeList,);
}

impl Attributes {
    pub(super) fn create() -> Option<ComPtr<IAttributeList>> {
        ComWrapper::new(Self { values: Mutex::default() }).to_com_ptr()
    }

    fn set(&self, id: AttrID, value: Value) -> tresult {
        let Some(key) = key(id) else { return kInvalidArgument };
        lock(&self.values).insert(key.to_owned(), value);
        kResultOk
    }

    fn get(&self, id: AttrID, found: impl FnOnce(&Value) -> Option<()>) -> tresult {
        let Some(key) = key(id) else { return kInvalidArgument };
        match lock(&self.values).get(key).and_then(found) {
            Some(()) => kResultOk,
            None => kResultFalse,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn key<'a>(id: *const c_char) -> Option<&'a CStr> {
    // SAFETY: null or a terminated string that outlives the call, by the interface's contract.
    (!id.is_null()).then(|| unsafe { CStr::from_ptr(id) })
}

/// The longest string taken from a plugin, in UTF-16 units: nothing real comes near it.
const MAX_TEXT: usize = 1 << 20;

impl IAttributeListTrait for Attributes {
    unsafe fn setInt(&self, id: AttrID, value: int64) -> tresult {
        self.set(id, Value::Int(value))
    }

    unsafe fn getInt(&self, id: AttrID, value: *mut int64) -> tresult {
        self.get(id, |found| {
            let Value::Int(found) = found else { return None };
            // SAFETY: null or a variable of the plugin.
            *unsafe { value.as_mut() }? = *found;
            Some(())
        })
    }

    unsafe fn setFloat(&self, id: AttrID, value: f64) -> tresult {
        self.set(id, Value::Float(value))
    }

    unsafe fn getFloat(&self, id: AttrID, value: *mut f64) -> tresult {
        self.get(id, |found| {
            let Value::Float(found) = found else { return None };
            // SAFETY: null or a variable of the plugin.
            *unsafe { value.as_mut() }? = *found;
            Some(())
        })
    }

    unsafe fn setString(&self, id: AttrID, string: *const TChar) -> tresult {
        if string.is_null() {
            return kInvalidArgument;
        }
        let mut text = Vec::new();
        for at in 0..MAX_TEXT {
            // SAFETY: the string is terminated by the interface's contract, and reading stops there.
            let unit = unsafe { string.add(at).read() };
            text.push(unit);
            if unit == 0 {
                return self.set(id, Value::Text(text.into()));
            }
        }
        kInvalidArgument
    }

    unsafe fn getString(&self, id: AttrID, string: *mut TChar, bytes: uint32) -> tresult {
        self.get(id, |found| {
            let Value::Text(text) = found else { return None };
            let room = bytes as usize / size_of::<TChar>();
            if string.is_null() || room == 0 {
                return None;
            }
            let len = text.len().min(room);
            // SAFETY: the plugin gives `bytes` bytes, and no more are written; the last one written
            // is always a zero.
            unsafe {
                std::ptr::copy_nonoverlapping(text.as_ptr(), string, len);
                string.add(len - 1).write(0);
            }
            Some(())
        })
    }

    unsafe fn setBinary(&self, id: AttrID, data: *const c_void, bytes: uint32) -> tresult {
        if data.is_null() && bytes > 0 {
            return kInvalidArgument;
        }
        let copy: Box<[u8]> = if bytes == 0 {
            Box::default()
        } else {
            // SAFETY: the plugin gives `bytes` readable bytes.
            unsafe { std::slice::from_raw_parts(data.cast::<u8>(), bytes as usize) }.into()
        };
        self.set(id, Value::Binary(copy))
    }

    unsafe fn getBinary(&self, id: AttrID, data: *mut *const c_void, bytes: *mut uint32) -> tresult {
        self.get(id, |found| {
            let Value::Binary(found) = found else { return None };
            // SAFETY: null or variables of the plugin. What they then point to stays until the
            // attribute is set anew, as the interface says.
            unsafe {
                *data.as_mut()? = found.as_ptr().cast();
                *bytes.as_mut()? = uint32::try_from(found.len()).ok()?;
            }
            Some(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_keep_type_and_value() {
        let list = Attributes::create().unwrap();
        let (mut int, mut float) = (0, 0.0);
        let mut text = [1; 3];
        let (mut data, mut len) = (std::ptr::null(), 0);
        // SAFETY: all pointers lead to local variables of the right size.
        unsafe {
            assert_eq!(list.setInt(c"a".as_ptr(), 7), kResultOk);
            assert_eq!(list.getInt(c"a".as_ptr(), &mut int), kResultOk);
            assert_eq!(list.getFloat(c"a".as_ptr(), &mut float), kResultFalse);
            assert_eq!(list.getInt(c"b".as_ptr(), &mut int), kResultFalse);
            assert_eq!(list.getInt(std::ptr::null(), &mut int), kInvalidArgument);
            assert_eq!(list.setString(c"s".as_ptr(), [104, 105, 106, 107, 0].as_ptr()), kResultOk);
            assert_eq!(list.getString(c"s".as_ptr(), text.as_mut_ptr(), 6), kResultOk);
            assert_eq!(list.setBinary(c"x".as_ptr(), [1_u8, 2].as_ptr().cast(), 2), kResultOk);
            assert_eq!(list.getBinary(c"x".as_ptr(), &mut data, &mut len), kResultOk);
            assert_eq!(std::slice::from_raw_parts(data.cast::<u8>(), len as usize), [1, 2]);
        }
        assert_eq!((int, text), (7, [104, 105, 0]));
    }
}
