//! How large a view is, and at which scale.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dyad_editor_abi::{EditorV1, Measure};

/// Scales outside are absurd.
const SCALES: std::ops::RangeInclusive<f64> = 0.5..=8.0;

/// The size of the view that was open last, for the next one: two `f32` in logical pixels, 0 for none.
pub(crate) type Memory = Arc<AtomicU64>;

/// A view's size.
pub(crate) struct Size {
    /// Physical pixels for each logical one; 0 where the host did not say.
    said: f64,
    /// In logical pixels, so that another scale keeps it; none for what the editor wants.
    logical: Option<[f64; 2]>,
    memory: Memory,
}

impl Size {
    pub(crate) fn new(memory: &Memory) -> Self {
        // Relaxed: a number by itself.
        let bits = memory.load(Ordering::Relaxed);
        let side = |bits: u32| f64::from(f32::from_bits(bits));
        let logical = (bits != 0).then(|| [side((bits >> 32) as u32), side(bits as u32)]);
        Self { said: 0.0, logical, memory: Arc::clone(memory) }
    }

    /// As the host said; 0 where it did not.
    pub(crate) fn said_scale(&self) -> f64 {
        self.said
    }

    fn scale(&self) -> f64 {
        if self.said > 0.0 { self.said } else { 1.0 }
    }

    /// Takes the host's scale. `false` where it is absurd.
    pub(crate) fn set_scale(&mut self, scale: f64) -> bool {
        let known = SCALES.contains(&scale);
        if known {
            self.said = scale;
        }
        known
    }

    /// Physical pixels to open at; 0 for what the editor wants.
    pub(crate) fn wanted(&self) -> [u32; 2] {
        self.logical
            .map_or([0; 2], |logical| logical.map(|side| ((side * self.scale()).round() as u32).max(1)))
    }

    /// Physical pixels.
    pub(crate) fn get(&self, table: &EditorV1) -> [u32; 2] {
        if self.logical.is_some() {
            return self.wanted();
        }
        let measure = self.measure(table);
        [measure.width.max(1), measure.height.max(1)]
    }

    /// Takes physical pixels.
    pub(crate) fn set(&mut self, size: [u32; 2]) {
        self.logical = Some(size.map(|side| f64::from(side) / self.scale()));
    }

    /// Keeps them for the next view, unless they are none that the editor can have: some hosts make views
    /// tiny before they close them.
    pub(crate) fn keep(&self, table: &EditorV1) {
        let Some(logical) = self.logical.filter(|_| self.fit(table, self.wanted()) == self.wanted()) else {
            return;
        };
        let [width, height] = logical.map(|side| u64::from((side as f32).to_bits()));
        // Relaxed: as above.
        self.memory.store(width << 32 | height, Ordering::Relaxed);
    }

    /// What the editor can be at this scale.
    pub(crate) fn measure(&self, table: &EditorV1) -> Measure {
        let mut measure = Measure::default();
        // SAFETY: a table that was checked, and a place for the answer.
        unsafe { (table.measure)(self.said, &mut measure) };
        measure
    }

    /// The nearest size that the editor can have.
    pub(crate) fn fit(&self, table: &EditorV1, [width, height]: [u32; 2]) -> [u32; 2] {
        let measure = self.measure(table);
        if measure.resizable == 0 {
            return self.get(table);
        }
        // Not `clamp`, which panics where the ends are crossed.
        [
            width.min(measure.max_width).max(measure.min_width).max(1),
            height.min(measure.max_height).max(measure.min_height).max(1),
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::c_void;

    use super::*;

    unsafe extern "C" fn measure(_: f64, measure: *mut Measure) -> i32 {
        let size =
            Measure { width: 400, height: 300, max_width: 4000, max_height: 4000, ..Default::default() };
        // SAFETY: the caller has room for it.
        unsafe { measure.write(Measure { min_width: 1, min_height: 5, resizable: 1, ..size }) };
        0
    }

    /// The table of an editor that nobody opens.
    fn table() -> EditorV1 {
        unsafe extern "C" fn open(_: *const dyad_editor_abi::OpenV1) -> *mut c_void {
            std::ptr::null_mut()
        }
        unsafe extern "C" fn close(_: *mut c_void) {}
        unsafe extern "C" fn tell(_: *mut c_void, _: *const u8, _: usize) -> i32 {
            0
        }
        unsafe extern "C" fn number(_: *mut c_void) -> i32 {
            0
        }
        unsafe extern "C" fn window(_: *mut c_void) -> u64 {
            0
        }
        unsafe extern "C" fn key(_: *mut c_void, _: u32, _: u32, _: u32, _: u32) -> i32 {
            0
        }
        unsafe extern "C" fn find(_: *mut c_void, _: i32, _: i32) -> i32 {
            -1
        }
        let (version, size, fingerprint) = (dyad_editor_abi::VERSION, size_of::<EditorV1>() as u32, 0);
        let (poll, fd) = (number, number);
        EditorV1 { version, size, fingerprint, measure, open, close, tell, poll, fd, window, key, find }
    }

    #[test]
    fn what_an_editor_can_not_be_is_not_remembered() {
        let (memory, table) = (Memory::default(), table());
        let mut size = Size::new(&memory);
        size.set([500, 350]);
        size.keep(&table);
        for absurd in [[1, 1], [500, 4], [20_000, 20_000]] {
            size.set(absurd);
            size.keep(&table);
            assert_eq!(size.get(&table), absurd, "it is the host's window");
            assert_eq!(Size::new(&memory).get(&table), [500, 350]);
        }
    }

    #[test]
    fn another_scale_keeps_the_logical_size_and_the_next_view_has_it() {
        let memory = Memory::default();
        let mut size = Size::new(&memory);
        assert_eq!((size.wanted(), size.said_scale()), ([0, 0], 0.0));
        size.set([301, 199]);
        assert_eq!(size.wanted(), [301, 199]);
        for absurd in [0.0, -1.0, 1e-9, 1e9, f64::NAN, f64::INFINITY] {
            assert!(!size.set_scale(absurd), "{absurd}");
        }
        assert!(size.set_scale(2.0));
        assert_eq!(size.wanted(), [602, 398]);
        assert!(size.set_scale(1.5));
        for side in 1..4000 {
            size.set([side, 7]);
            size.keep(&table());
            assert_eq!(size.wanted(), [side, 7], "nothing is lost by rounding");
            let mut next = Size::new(&memory);
            next.set_scale(1.5);
            assert_eq!(next.wanted(), [side, 7]);
        }
    }
}
