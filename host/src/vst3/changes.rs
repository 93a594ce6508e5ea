//! `IParameterChanges` and `IParamValueQueue`: parameter values with sample offsets.
//!
//! One list per direction is made at activation and used for every block, so that the audio thread
//! only allocates when a block holds more than any before it.
#![allow(unsafe_code)]

use std::cell::{Cell, RefCell};

use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{Class, ComPtr, ComWrapper};

/// Points that a queue has room for from the start.
const POINTS: usize = 16;
/// More queues or points than fit into a block are refused.
const MAX: usize = crate::shared::EVENTS;

/// All points of one parameter in one block.
struct Queue {
    id: Cell<ParamID>,
    points: RefCell<Vec<(int32, ParamValue)>>,
}

impl Class for Queue {
    type Interfaces = (IParamValueQueue,);
}

impl IParamValueQueueTrait for Queue {
    unsafe fn getParameterId(&self) -> ParamID {
        self.id.get()
    }

    unsafe fn getPointCount(&self) -> int32 {
        self.points.borrow().len() as int32
    }

    unsafe fn getPoint(&self, index: int32, offset: *mut int32, value: *mut ParamValue) -> tresult {
        let points = self.points.borrow();
        let Some(point) = usize::try_from(index).ok().and_then(|i| points.get(i)) else {
            return kInvalidArgument;
        };
        // SAFETY: null or variables of the plugin.
        let (Some(offset), Some(value)) = (unsafe { (offset.as_mut(), value.as_mut()) }) else {
            return kInvalidArgument;
        };
        (*offset, *value) = *point;
        kResultOk
    }

    unsafe fn addPoint(&self, offset: int32, value: ParamValue, index: *mut int32) -> tresult {
        let mut points = self.points.borrow_mut();
        if points.len() >= MAX {
            return kOutOfMemory;
        }
        let at = points.partition_point(|(other, _)| *other <= offset);
        points.insert(at, (offset, value));
        // SAFETY: null or a variable of the plugin.
        if let Some(index) = unsafe { index.as_mut() } {
            *index = at as int32;
        }
        kResultOk
    }
}

/// The queues of one block.
struct List {
    queues: RefCell<Vec<ComWrapper<Queue>>>,
    used: Cell<usize>,
    /// Which queue a parameter has, in order of ids.
    by_id: RefCell<Vec<(ParamID, usize)>>,
}

impl Class for List {
    type Interfaces = (IParameterChanges,);
}

impl List {
    /// The queue of a parameter, a new one where it has none yet.
    fn queue(&self, id: ParamID) -> Option<usize> {
        let mut by_id = self.by_id.borrow_mut();
        let place = match by_id.binary_search_by_key(&id, |(id, _)| *id) {
            Ok(found) => return Some(by_id[found].1),
            Err(place) => place,
        };
        let at = self.used.get();
        if at >= MAX {
            return None;
        }
        let mut queues = self.queues.borrow_mut();
        if at == queues.len() {
            queues.push(new_queue());
        }
        queues[at].id.set(id);
        queues[at].points.borrow_mut().clear();
        by_id.insert(place, (id, at));
        self.used.set(at + 1);
        Some(at)
    }

    fn pointer(&self, at: usize) -> *mut IParamValueQueue {
        let queues = self.queues.borrow();
        let queue = queues.get(at).and_then(|q| q.as_com_ref::<IParamValueQueue>());
        queue.map_or(std::ptr::null_mut(), |queue| queue.as_ptr())
    }
}

impl IParameterChangesTrait for List {
    unsafe fn getParameterCount(&self) -> int32 {
        self.used.get() as int32
    }

    unsafe fn getParameterData(&self, index: int32) -> *mut IParamValueQueue {
        match usize::try_from(index) {
            Ok(at) if at < self.used.get() => self.pointer(at),
            _ => std::ptr::null_mut(),
        }
    }

    unsafe fn addParameterData(&self, id: *const ParamID, index: *mut int32) -> *mut IParamValueQueue {
        // SAFETY: null or a variable of the plugin.
        let Some(at) = (unsafe { id.as_ref() }).and_then(|id| self.queue(*id)) else {
            return std::ptr::null_mut();
        };
        // SAFETY: null or a variable of the plugin.
        if let Some(index) = unsafe { index.as_mut() } {
            *index = at as int32;
        }
        self.pointer(at)
    }
}

fn new_queue() -> ComWrapper<Queue> {
    ComWrapper::new(Queue { id: Cell::new(0), points: RefCell::new(Vec::with_capacity(POINTS)) })
}

/// The host's end of a list.
pub(super) struct Changes {
    list: ComWrapper<List>,
    pointer: ComPtr<IParameterChanges>,
}

impl Changes {
    /// A list with room for `parameters` queues.
    pub(super) fn new(parameters: usize) -> Option<Self> {
        let room = parameters.min(MAX);
        let list = ComWrapper::new(List {
            queues: RefCell::new((0..room).map(|_| new_queue()).collect()),
            used: Cell::new(0),
            by_id: RefCell::new(Vec::with_capacity(room)),
        });
        let pointer = list.to_com_ptr()?;
        Some(Self { list, pointer })
    }

    pub(super) fn as_ptr(&self) -> *mut IParameterChanges {
        self.pointer.as_ptr()
    }

    pub(super) fn clear(&self) {
        self.list.used.set(0);
        self.list.by_id.borrow_mut().clear();
    }

    /// Adds a point; false where there is no room.
    pub(super) fn add(&self, id: ParamID, offset: u32, value: f64) -> bool {
        let Some(at) = self.list.queue(id) else { return false };
        let queues = self.list.queues.borrow();
        let mut points = queues[at].points.borrow_mut();
        let room = points.len() < MAX;
        if room {
            points.push((offset as int32, value));
        }
        room
    }

    /// Calls `found` with every parameter's last point.
    pub(super) fn last_points(&self, mut found: impl FnMut(ParamID, int32, f64)) {
        let queues = self.list.queues.borrow();
        for queue in &queues[..self.list.used.get()] {
            if let Some((offset, value)) = queue.points.borrow().last() {
                found(queue.id.get(), *offset, *value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_grouped_by_parameter() {
        let changes = Changes::new(1).unwrap();
        for (id, offset, value) in [(7, 0, 0.1), (9, 3, 0.2), (7, 5, 0.3)] {
            assert!(changes.add(id, offset, value));
        }
        let list = &changes.list;
        let (mut offset, mut value) = (0, 0.0);
        // SAFETY: the pointers lead to local variables, and the queues live in the list.
        unsafe {
            assert_eq!(list.getParameterCount(), 2);
            assert!(list.getParameterData(2).is_null());
            assert!(list.getParameterData(-1).is_null());
            let queue = ComPtr::from_raw(list.getParameterData(0)).unwrap();
            assert_eq!((queue.getParameterId(), queue.getPointCount()), (7, 2));
            assert_eq!(queue.getPoint(1, &mut offset, &mut value), kResultOk);
            assert_eq!(queue.getPoint(2, &mut offset, &mut value), kInvalidArgument);
            assert_eq!(queue.getPoint(-1, &mut offset, &mut value), kInvalidArgument);
            // It was borrowed from the list, not given.
            let _ = queue.into_raw();
        }
        assert_eq!((offset, value), (5, 0.3));
        changes.clear();
        // SAFETY: no arguments.
        assert_eq!(unsafe { list.getParameterCount() }, 0);
        assert!(changes.add(7, 1, 0.5));
        let mut last = vec![];
        changes.last_points(|id, offset, value| last.push((id, offset, value)));
        assert_eq!(last, [(7, 1, 0.5)]);
    }
}
