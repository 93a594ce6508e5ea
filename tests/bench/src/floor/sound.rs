//! The hand-written plugin's sound.

use std::slice;

use wide::f32x4;

/// Frames that a change takes, at 48 kHz.
pub(crate) const LENGTH: i32 = 960;

/// One instance's gain, on its way from `start` to `target`, and its meters.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) start: f32,
    pub(crate) target: f32,
    pub(crate) step: f32,
    pub(crate) position: i32,
    pub(crate) held: f32,
    pub(crate) power: f32,
}

/// Four vectors of four, so that sums do not wait for each other, and what came one by one.
#[derive(Default)]
pub(crate) struct Levels {
    peak: [f32x4; 4],
    sum: [f32x4; 4],
    single_peak: [f32; 2],
    single_sum: [f32; 2],
}

impl State {
    /// Multiplies and measures, with the gain moving or not. `frames` is a multiple of 16.
    pub(crate) unsafe fn piece<const MOVES: bool>(
        &self,
        from: *const f32,
        to: *mut f32,
        frames: usize,
        levels: &mut Levels,
    ) {
        let (from, to) =
            unsafe { (slice::from_raw_parts(from, frames), slice::from_raw_parts_mut(to, frames)) };
        let k = (self.position + 1) as f32;
        let first = f32x4::new([k, k + 1.0, k + 2.0, k + 3.0]);
        let mut at = [0.0, 4.0, 8.0, 12.0].map(|later| first + f32x4::splat(later));
        let (start, step) = (f32x4::splat(self.start), f32x4::splat(self.step));
        let mut gain = f32x4::splat(self.target);
        let (mut peak, mut sum) = (levels.peak, levels.sum);
        for (from, to) in from.as_chunks::<16>().0.iter().zip(to.as_chunks_mut::<16>().0) {
            for lane in 0..4 {
                if MOVES {
                    gain = start + step * at[lane];
                    at[lane] += f32x4::splat(16.0);
                }
                let x = f32x4::new(from.as_chunks::<4>().0[lane]) * gain;
                to.as_chunks_mut::<4>().0[lane] = x.to_array();
                peak[lane] = x.abs().fast_max(peak[lane]);
                sum[lane] += x * x;
            }
        }
        (levels.peak, levels.sum) = (peak, sum);
    }

    /// The same for any number of frames, one by one and both channels at once.
    #[inline(always)]
    pub(crate) unsafe fn few(
        &self,
        from: [*const f32; 2],
        to: [*mut f32; 2],
        done: usize,
        frames: usize,
        levels: &mut Levels,
    ) {
        for i in done..frames {
            let k = self.position + 1 + i as i32;
            let gain = if k < LENGTH { self.start + self.step * k as f32 } else { self.target };
            for channel in 0..2 {
                let x = unsafe { *from[channel].add(i) } * gain;
                unsafe { *to[channel].add(i) = x };
                let (size, peak) = (x.abs(), levels.single_peak[channel]);
                levels.single_peak[channel] = if size > peak { size } else { peak };
                levels.single_sum[channel] += x * x;
            }
        }
    }

    /// Starts to move to a value 0…1; the bare one is there at once, and takes it for a factor.
    #[inline(always)]
    pub(crate) fn set<const SAME: bool>(&mut self, value: f64) {
        if !SAME {
            self.target = value as f32;
            return;
        }
        let decibels = (value * 84.0 - 60.0) as f32;
        let moving = self.position < LENGTH;
        self.start = if moving { self.start + self.step * self.position as f32 } else { self.target };
        let factor = (decibels * (std::f32::consts::LN_10 / 20.0)).exp();
        self.target = if decibels <= -60.0 { 0.0 } else { factor };
        self.step = (self.target - self.start) / LENGTH as f32;
        self.position = 0;
    }

    /// Closes the meters.
    pub(crate) fn finish(&mut self, levels: &Levels, frames: usize) {
        let [a, b, c, d] = levels.peak;
        let highest = a.fast_max(b).fast_max(c.fast_max(d)).to_array();
        let highest =
            highest.into_iter().chain(levels.single_peak).fold(0.0f32, |a, b| if b > a { b } else { a });
        let [a, b, c, d] = levels.sum;
        let sum = levels.single_sum.iter().sum::<f32>() + ((a + b) + (c + d)).reduce_add();
        let mean = sum / (2 * frames) as f32;
        let frames = frames as f32;
        let fallen = self.held / (1.0 + frames * (std::f32::consts::LN_10 / 48_000.0));
        self.held = if highest > fallen { highest } else { fallen };
        self.power += (mean - self.power) * (frames / (frames + 14_400.0));
        std::hint::black_box(self.power.sqrt());
    }
}
