//! Measuring: one core, medians, and everything that is compared in turns.

use std::time::Instant;

/// Keeps this thread on one core, the last that it may use; gives its number.
pub(crate) fn stay_on_one_core() -> Option<usize> {
    // SAFETY: plain sets of bits of the size that is named; 0 is this thread.
    unsafe {
        let mut cores: libc::cpu_set_t = std::mem::zeroed();
        libc::sched_getaffinity(0, size_of_val(&cores), &mut cores);
        let last = (0..libc::CPU_SETSIZE as usize).rfind(|core| libc::CPU_ISSET(*core, &cores))?;
        let mut one: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(last, &mut one);
        (libc::sched_setaffinity(0, size_of_val(&one), &one) == 0).then_some(last)
    }
}

/// Whether numbers close to 0 count as 0 in this thread, as most hosts have it. Elsewhere than on
/// x86-64 nothing changes.
pub(crate) fn flush_to_zero(on: bool) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: sets or clears two rounding bits; exceptions stay masked as they were.
    unsafe {
        let mut mode = 0u32;
        std::arch::asm!("stmxcsr [{}]", in(reg) &raw mut mode, options(nostack));
        mode = if on { mode | 0x8040 } else { mode & !0x8040 };
        std::arch::asm!("ldmxcsr [{}]", in(reg) &raw const mode, options(nostack));
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = on;
}

/// The middle of some numbers.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// Something that can be called over and over.
pub(crate) trait Case {
    /// Calls it `times` times.
    fn call(&mut self, times: u32);
}

impl<F: FnMut()> Case for F {
    fn call(&mut self, times: u32) {
        (0..times).for_each(|_| self());
    }
}

/// What was measured of some cases, the first of which is compared with the others.
pub(crate) struct Times {
    /// Nanoseconds for one call of each.
    pub(crate) ns: Vec<f64>,
    /// How many times the first one's time is that of each.
    pub(crate) ratio: Vec<f64>,
}

/// Calls all cases in turns, so that what slows the machine down for a while slows all of them down.
pub(crate) fn in_turns(rounds: u32, times: u32, cases: &mut [Box<dyn Case + '_>]) -> Times {
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for round in 0..rounds + rounds / 10 {
        let row = cases.iter_mut().map(|case| {
            let start = Instant::now();
            case.call(times);
            start.elapsed().as_secs_f64() * 1e9 / f64::from(times)
        });
        let row = row.collect();
        // The first ones fill the caches.
        if round >= rounds / 10 {
            rows.push(row);
        }
    }
    let column = |of: &dyn Fn(&Vec<f64>) -> f64| median(rows.iter().map(of).collect());
    Times {
        ns: (0..cases.len()).map(|n| column(&|row| row[n])).collect(),
        ratio: (0..cases.len()).map(|n| column(&|row| row[0] / row[n])).collect(),
    }
}

/// Nanoseconds for one call.
pub(crate) fn alone(rounds: u32, times: u32, case: impl FnMut()) -> f64 {
    in_turns(rounds, times, &mut [Box::new(case)]).ns[0]
}

/// Bytes that are allocated in this process.
pub(crate) fn heap() -> usize {
    // SAFETY: asks for numbers.
    let info = unsafe { libc::mallinfo2() };
    info.uordblks + info.hblkhd
}

/// Bytes for each of many things that are made.
pub(crate) fn heap_of<T>(make: impl Fn() -> T) -> usize {
    const COUNT: usize = 64;
    let mut all = Vec::with_capacity(COUNT);
    let before = heap();
    all.extend((0..COUNT).map(|_| make()));
    (heap() - before) / COUNT
}
