//! Values on their way to the host: what the plugin has set by itself, and meters, which are
//! read-only parameters.

use dyad_core::param::Role;
use dyad_core::{Description, Edit, Store};
use vst3::ComRef;
use vst3::Steinberg::Vst::{IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait};

/// As often as a screen shows them.
const METERS_PER_SECOND: f64 = 60.0;

/// When meters go to the host, and which edits have gone.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    /// Frames between two reports of meters.
    period: i64,
    left: i64,
    /// Reports so far.
    count: u64,
    /// The last one of each parameter.
    said: Box<[u64]>,
}

impl Reports {
    /// For a run at this sample rate, in Hz, of a plugin with so many parameters. `[main-thread]`
    pub(crate) fn new(sample_rate: f64, params: usize) -> Self {
        let period = (sample_rate / METERS_PER_SECOND) as i64;
        Self { period, said: vec![0; params].into(), ..Self::default() }
    }

    /// Reports a block; what the host has no room for is lost. Of several edits of a parameter the last one goes, because
    /// a second point confuses FL Studio. `[audio-thread]`
    ///
    /// # Safety
    /// `changes` is null or valid.
    #[inline]
    pub(crate) unsafe fn report(
        &mut self,
        changes: *mut IParameterChanges,
        frames: usize,
        edits: &[Edit],
        description: &Description,
        store: &Store,
    ) {
        self.left -= frames as i64;
        let meters = self.left <= 0;
        if meters {
            self.left = self.period;
        } else if edits.is_empty() {
            return;
        }
        // SAFETY: the caller's contract.
        let Some(changes) = (unsafe { ComRef::from_raw(changes) }) else { return };
        let say = |index: usize, frame: u32, plain: f64| {
            let Some(param) = description.params.get(index) else { return };
            let value = param.info.range.normalize(plain);
            let mut place = 0;
            // SAFETY: valid; what it gives is null or valid.
            unsafe {
                let queue = changes.addParameterData(&param.vst3_id, &mut place);
                if let Some(queue) = ComRef::from_raw(queue) {
                    queue.addPoint(i32::try_from(frame).unwrap_or(i32::MAX), value, &mut place);
                }
            }
        };
        self.count += 1;
        for edit in edits.iter().rev() {
            let new = |said: &mut u64| std::mem::replace(said, self.count) != self.count;
            if self.said.get_mut(edit.index).is_some_and(new) {
                say(edit.index, edit.frame, edit.plain);
            }
        }
        if meters {
            for (index, param) in description.params.iter().enumerate() {
                if param.info.role == Role::Meter {
                    say(index, 0, store.shown(index));
                }
            }
        }
    }
}
