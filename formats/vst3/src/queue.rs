//! One parameter queue of a host, point by point.

use vst3::ComRef;
use vst3::Steinberg::Vst::{IParamValueQueue, IParamValueQueueTrait};
use vst3::Steinberg::{int32, kResultOk};

/// A place in a queue, at a point.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Points {
    queue: *mut IParamValueQueue,
    next: int32,
    count: int32,
    /// The point's frame; never before that of the point before it.
    pub(crate) frame: u32,
    /// The point's value: 0 to 1 from good hosts, anything but NaN from all.
    pub(crate) value: f64,
}

impl Points {
    /// At the first point; `None` where there is none.
    ///
    /// # Safety
    /// `queue` is valid until the value is dropped or not used any more.
    #[inline]
    pub(crate) unsafe fn new(queue: ComRef<'_, IParamValueQueue>) -> Option<Self> {
        // SAFETY: valid.
        let count = unsafe { queue.getPointCount() };
        let mut points = Self { queue: queue.as_ptr(), next: 0, count, frame: 0, value: 0.0 };
        // SAFETY: the caller's contract.
        unsafe { points.advance() }.then_some(points)
    }

    /// Goes on to the next point that is good; `false` at the end.
    ///
    /// # Safety
    /// The queue is still valid.
    #[inline]
    pub(crate) unsafe fn advance(&mut self) -> bool {
        while self.next < self.count {
            // SAFETY: the caller's contract.
            let queue = unsafe { ComRef::from_raw_unchecked(self.queue) };
            let (mut offset, mut value) = (0, 0.0);
            // SAFETY: as above, with places for its results.
            let result = unsafe { queue.getPoint(self.next, &mut offset, &mut value) };
            self.next += 1;
            if result == kResultOk && !value.is_nan() {
                // Points that go back in time count as late ones.
                self.frame = self.frame.max(u32::try_from(offset).unwrap_or(0));
                self.value = value;
                return true;
            }
        }
        false
    }
}
