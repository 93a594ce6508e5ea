//! Meters on their way to the host: read-only parameters whose values leave with the block.

use dyad_core::param::Role;
use dyad_core::{Description, Store};
use vst3::ComRef;
use vst3::Steinberg::Vst::{IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait};

/// As often as a screen shows them.
const REPORTS_PER_SECOND: f64 = 60.0;

/// When meters go to the host.
#[derive(Debug, Default)]
pub(crate) struct Meters {
    /// Frames between two reports.
    period: i64,
    left: i64,
}

impl Meters {
    /// For a run at this sample rate, in Hz.
    pub(crate) fn new(sample_rate: f64) -> Self {
        Self { period: (sample_rate / REPORTS_PER_SECOND) as i64, left: 0 }
    }

    /// # Safety
    /// `changes` is null or valid.
    pub(crate) unsafe fn report(
        &mut self,
        changes: *mut IParameterChanges,
        frames: usize,
        description: &Description,
        store: &Store,
    ) {
        self.left -= frames as i64;
        if self.left > 0 {
            return;
        }
        self.left = self.period;
        // SAFETY: the caller's contract.
        let Some(changes) = (unsafe { ComRef::from_raw(changes) }) else { return };
        let meters = description.params.iter().enumerate().filter(|(_, p)| p.info.role == Role::Meter);
        for (index, param) in meters {
            let value = param.info.range.normalize(store.shown(index));
            let mut place = 0;
            // SAFETY: valid; what it gives is null or valid.
            unsafe {
                let queue = changes.addParameterData(&param.vst3_id, &mut place);
                if let Some(queue) = ComRef::from_raw(queue) {
                    queue.addPoint(0, value, &mut place);
                }
            }
        }
    }
}
