//! The processor's floating-point mode, which belongs to the host.

/// Flush to zero and denormals are zero.
#[cfg(target_arch = "x86_64")]
pub const FLUSH: u64 = 0x8040;
/// Flush to zero.
#[cfg(target_arch = "aarch64")]
pub const FLUSH: u64 = 1 << 24;
/// Rounding towards zero.
#[cfg(target_arch = "x86_64")]
pub const TRUNCATE: u64 = 0x6000;
/// Rounding towards zero.
#[cfg(target_arch = "aarch64")]
pub const TRUNCATE: u64 = 3 << 22;

/// The mode of this thread, without the marks that any operation may leave in it.
#[cfg(target_arch = "x86_64")]
#[must_use]
pub fn mode() -> u64 {
    let mut word = 0u32;
    // SAFETY: stores the control register into a local of the right size.
    unsafe { std::arch::asm!("stmxcsr [{}]", in(reg) &raw mut word, options(nostack, preserves_flags)) };
    u64::from(word & !0x3f)
}

/// The mode of this thread.
#[cfg(target_arch = "aarch64")]
#[must_use]
pub fn mode() -> u64 {
    let word: u64;
    // SAFETY: reads the control register, which user code may do.
    unsafe { std::arch::asm!("mrs {}, fpcr", out(reg) word, options(nomem, nostack)) };
    word
}

/// Runs `body`, which must be a call into a plugin and nothing else, in another mode; gives the mode
/// that it left behind.
#[must_use]
pub fn within(other: u64, body: impl FnOnce()) -> u64 {
    let before = mode();
    set(other);
    body();
    let after = mode();
    set(before);
    after
}

#[cfg(target_arch = "x86_64")]
fn set(mode: u64) {
    let word = mode as u32;
    // SAFETY: bits of rounding and flushing only; no exception is unmasked.
    unsafe { std::arch::asm!("ldmxcsr [{}]", in(reg) &raw const word, options(nostack, preserves_flags)) };
}

#[cfg(target_arch = "aarch64")]
fn set(mode: u64) {
    // SAFETY: as for x86-64.
    unsafe { std::arch::asm!("msr fpcr, {}", in(reg) mode, options(nomem, nostack)) };
}
