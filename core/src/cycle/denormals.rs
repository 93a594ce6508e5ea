//! Flush-to-zero for the length of a block.
//!
//! Numbers close to 0 (denormals) make some processors a hundred times slower, and filters that
//! ring out are full of them. The caller's mode comes back when the guard is dropped, also when a
//! panic passes by: a host's own arithmetic is none of our business.
#![allow(unsafe_code)]

/// Sets flush-to-zero (and denormals-are-zero, where the processor has it) until dropped.
#[derive(Debug)]
pub struct FlushToZero {
    before: Option<Mode>,
}

impl FlushToZero {
    /// Switches the mode on for this thread; for code that leaves the rest alone. `[audio-thread]`
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        let mode = read();
        // Most hosts have set it already, and writing the register costs more than reading it.
        if mode & FLUSH == FLUSH {
            return Self { before: None };
        }
        write(mode | FLUSH);
        Self { before: Some(mode) }
    }

    /// Switches the mode on around code that may change it: that code finds the mode in which threads
    /// start, with flush-to-zero, and whatever it leaves is put back. `[audio-thread]`
    ///
    /// Around code that changes nothing, on a thread that is in this mode, it only reads.
    #[must_use]
    #[inline]
    pub fn around_foreign() -> Self {
        let mode = read();
        if mode & !STATUS != STANDARD | FLUSH {
            write(STANDARD | FLUSH);
        }
        Self { before: Some(mode) }
    }
}

impl Default for FlushToZero {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for FlushToZero {
    #[inline]
    fn drop(&mut self) {
        if let Some(mode) = self.before
            && (mode ^ read()) & !STATUS != 0
        {
            write(mode);
        }
    }
}

#[cfg(target_arch = "x86_64")]
type Mode = u32;
/// MXCSR: flush to zero (bit 15), denormals are zero (bit 6).
#[cfg(target_arch = "x86_64")]
const FLUSH: Mode = 0x8040;
/// Every exception masked, rounding to nearest.
#[cfg(target_arch = "x86_64")]
const STANDARD: Mode = 0x1f80;
/// Marks of what has happened, which nearly every operation leaves.
#[cfg(target_arch = "x86_64")]
const STATUS: Mode = 0x3f;

#[cfg(target_arch = "x86_64")]
#[inline]
fn read() -> Mode {
    let mut mode: Mode = 0;
    // SAFETY: stores the control register into a local of the right size; SSE is part of x86-64.
    unsafe {
        std::arch::asm!("stmxcsr [{}]", in(reg) &raw mut mode, options(nostack, preserves_flags));
    }
    mode
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn write(mode: Mode) {
    // SAFETY: loads a value that was read from the same register, with two rounding-to-zero bits
    // changed at most, or the one that threads start with: no reserved bit is set, and no exception
    // unmasked that was not before.
    unsafe {
        std::arch::asm!("ldmxcsr [{}]", in(reg) &raw const mode, options(nostack, preserves_flags));
    }
}

#[cfg(target_arch = "aarch64")]
type Mode = u64;
/// FPCR: flush to zero (bit 24), for inputs as well as results.
#[cfg(target_arch = "aarch64")]
const FLUSH: Mode = 1 << 24;
/// No traps, rounding to nearest.
#[cfg(target_arch = "aarch64")]
const STANDARD: Mode = 0;
/// What has happened is in another register.
#[cfg(target_arch = "aarch64")]
const STATUS: Mode = 0;

#[cfg(target_arch = "aarch64")]
#[inline]
fn read() -> Mode {
    let mode: Mode;
    // SAFETY: reads the floating-point control register, which user code may do.
    unsafe { std::arch::asm!("mrs {}, fpcr", out(reg) mode, options(nomem, nostack)) };
    mode
}

#[cfg(target_arch = "aarch64")]
#[inline]
fn write(mode: Mode) {
    // SAFETY: writes back what was read, with the flush bit changed at most, or what threads start with.
    unsafe { std::arch::asm!("msr fpcr, {}", in(reg) mode, options(nomem, nostack)) };
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
type Mode = u32;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const FLUSH: Mode = 0;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const STANDARD: Mode = 0;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const STATUS: Mode = 0;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn read() -> Mode {
    0
}
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn write(_mode: Mode) {}

#[cfg(all(test, any(target_arch = "x86_64", target_arch = "aarch64")))]
mod tests {
    use super::*;
    use std::hint::black_box;

    fn tiny() -> f32 {
        black_box(1e-30f32) * black_box(1e-10f32)
    }

    #[test]
    fn denormals_are_flushed_and_the_callers_mode_comes_back() {
        assert!(tiny() > 0.0);
        let before = read();
        {
            let _guard = FlushToZero::new();
            assert_eq!(tiny(), 0.0);
            let _again = FlushToZero::new();
        }
        assert_eq!(read() & FLUSH, before & FLUSH);
        assert!(tiny() > 0.0);
        let _ = std::panic::catch_unwind(|| {
            let _guard = FlushToZero::new();
            panic!("on purpose");
        });
        assert!(tiny() > 0.0, "also after a panic");
    }

    #[test]
    fn what_foreign_code_leaves_is_put_back() {
        // Rounding towards zero; the same two bits are next to each other in both registers.
        const TOWARDS_ZERO: Mode = if cfg!(target_arch = "x86_64") { 3 << 13 } else { 3 << 22 };
        let before = read() & !STATUS;
        {
            let _thread = FlushToZero::around_foreign();
            let ours = read() & !STATUS;
            assert_eq!(tiny(), 0.0);
            for left in [ours | TOWARDS_ZERO, ours & !FLUSH] {
                let _block = FlushToZero::around_foreign();
                write(left);
            }
            assert_eq!(read() & !STATUS, ours, "after a block");
            write(ours | TOWARDS_ZERO);
            {
                let _block = FlushToZero::around_foreign();
                assert_eq!(read() & !STATUS, ours, "the mode that threads start with");
            }
        }
        assert_eq!(read() & !STATUS, before, "after all");
    }
}
