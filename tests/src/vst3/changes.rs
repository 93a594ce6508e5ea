//! Parameter changes of a block. Made beforehand: nothing here allocates while a block is processed.

use std::cell::{Cell, RefCell};

use vst3::Steinberg::Vst::{
    IParamValueQueue, IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait, ParamID, ParamValue,
};
use vst3::Steinberg::{int32, kInvalidArgument, kResultFalse, kResultOk, tresult};
use vst3::{Class, ComWrapper};

/// The changes of one parameter.
#[derive(Debug)]
pub struct Queue {
    id: Cell<u32>,
    points: RefCell<Vec<(i32, f64)>>,
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
        let point = usize::try_from(index).ok().and_then(|index| points.get(index));
        // SAFETY: null or places for the answers.
        let places = unsafe { (offset.as_mut(), value.as_mut()) };
        let (Some(point), (Some(offset), Some(value))) = (point, places) else { return kInvalidArgument };
        (*offset, *value) = *point;
        kResultOk
    }

    unsafe fn addPoint(&self, offset: int32, value: ParamValue, index: *mut int32) -> tresult {
        let mut points = self.points.borrow_mut();
        if points.len() == points.capacity() {
            return kResultFalse;
        }
        points.push((offset, value));
        // SAFETY: null or a place for the answer.
        if let Some(index) = unsafe { index.as_mut() } {
            *index = points.len() as int32 - 1;
        }
        kResultOk
    }
}

/// The changes of all parameters.
pub struct Changes {
    queues: Vec<ComWrapper<Queue>>,
    used: Cell<usize>,
    /// Gives null instead of the queue at this index.
    missing: Option<usize>,
}

impl Class for Changes {
    type Interfaces = (IParameterChanges,);
}

impl Changes {
    /// Changes for a plugin: for each parameter's id, `(frame, position 0…1)` in order.
    #[must_use]
    pub fn new(changes: &[(u32, &[(i32, f64)])]) -> ComWrapper<Self> {
        Self::with_missing(changes, None)
    }

    /// The same, with null in the place of one queue.
    #[must_use]
    pub fn with_missing(changes: &[(u32, &[(i32, f64)])], missing: Option<usize>) -> ComWrapper<Self> {
        let queue = |(id, points): &(u32, &[(i32, f64)])| {
            ComWrapper::new(Queue { id: Cell::new(*id), points: RefCell::new(points.to_vec()) })
        };
        let queues: Vec<_> = changes.iter().map(queue).collect();
        ComWrapper::new(Self { used: Cell::new(queues.len()), queues, missing })
    }

    /// Room for what a plugin reports: 32 parameters, eight changes of each in a block.
    #[must_use]
    pub fn room() -> ComWrapper<Self> {
        let queue =
            || ComWrapper::new(Queue { id: Cell::new(0), points: RefCell::new(Vec::with_capacity(8)) });
        let queues = (0..32).map(|_| queue()).collect();
        ComWrapper::new(Self { queues, used: Cell::new(0), missing: None })
    }

    /// The last value that was reported for a parameter.
    #[must_use]
    pub fn reported(&self, id: u32) -> Option<f64> {
        let mut queues = self.queues[..self.used.get()].iter();
        let queue = queues.find(|queue| queue.id.get() == id)?;
        queue.points.borrow().last().map(|(_, value)| *value)
    }

    /// All that was reported for a parameter: `(frame, position 0…1)`.
    #[must_use]
    pub fn all(&self, id: u32) -> Vec<(i32, f64)> {
        let mut queues = self.queues[..self.used.get()].iter();
        queues
            .find(|queue| queue.id.get() == id)
            .map_or_else(Vec::new, |queue| queue.points.borrow().clone())
    }

    /// Makes room again.
    pub fn clear(&self) {
        for queue in &self.queues {
            queue.points.borrow_mut().clear();
        }
        self.used.set(0);
    }

    /// The pointer for a plugin, which lives as long as the changes.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn pointer(changes: &ComWrapper<Self>) -> *mut IParameterChanges {
        changes.as_com_ref::<IParameterChanges>().expect("they are changes").as_ptr()
    }
}

impl IParameterChangesTrait for Changes {
    unsafe fn getParameterCount(&self) -> int32 {
        self.used.get() as int32
    }

    unsafe fn getParameterData(&self, index: int32) -> *mut IParamValueQueue {
        let used = &self.queues[..self.used.get()];
        let queue =
            usize::try_from(index).ok().filter(|n| Some(*n) != self.missing).and_then(|n| used.get(n));
        queue.and_then(|queue| queue.as_com_ref()).map_or(std::ptr::null_mut(), |queue| queue.as_ptr())
    }

    unsafe fn addParameterData(&self, id: *const ParamID, index: *mut int32) -> *mut IParamValueQueue {
        // SAFETY: null or an id.
        let Some(id) = (unsafe { id.as_ref() }) else { return std::ptr::null_mut() };
        let used = self.used.get();
        let known = self.queues[..used].iter().position(|queue| queue.id.get() == *id);
        let at = known.unwrap_or(used);
        let Some(queue) = self.queues.get(at) else { return std::ptr::null_mut() };
        queue.id.set(*id);
        self.used.set(used.max(at + 1));
        // SAFETY: null or a place for the answer.
        if let Some(index) = unsafe { index.as_mut() } {
            *index = at as int32;
        }
        queue.as_com_ref().map_or(std::ptr::null_mut(), |queue| queue.as_ptr())
    }
}
