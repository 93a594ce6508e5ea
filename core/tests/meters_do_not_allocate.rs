//! What meters and taps do on the audio thread asks for no memory and frees none.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use dyad_core::meter::{AudioTap, LoudnessAnalyser, MeterTap};
use dyad_core::param::{Field, GainReductionMeter, Output, TruePeakMeter};

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: the system's allocator does it all; the count is a number of this thread without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: the caller's contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        CALLS.set(CALLS.get() + 1);
        // SAFETY: the caller's contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn calls(work: impl FnOnce()) -> usize {
    let before = CALLS.get();
    work();
    CALLS.get() - before
}

fn field<F: Field>() -> F {
    let mut field = F::create(&F::describe("field"));
    field.prepare(48_000.0);
    field
}

#[test]
fn the_count_sees_what_allocates() {
    assert_eq!(calls(|| drop(black_box(Box::new(1)))), 2);
}

#[test]
fn senders_meters_and_analysers() {
    let (levels, sound) = (MeterTap::default(), AudioTap::default());
    let (mut frames, mut samples) = (levels.sender(4), sound.sender(2, 1000));
    let mut loudness = LoudnessAnalyser::new(48_000.0, 480, 2);
    let (mut peak, mut reduction) = (field::<TruePeakMeter>(), field::<GainReductionMeter>());
    let mut output = field::<Output>();
    let channels = [[0.5; 480]; 2];
    let mut block = || {
        let mut piece = samples.piece(480);
        for (n, channel) in channels.iter().enumerate() {
            frames.add(n, channel);
            piece.channel(n, channel);
            loudness.add(n, channel);
            peak.add(n, channel);
            reduction.add(channel);
        }
        drop(piece);
        frames.finish(480);
        loudness.finish();
        output.show(loudness.integrated());
        black_box(peak.finish(480) + reduction.finish(480) + output.finish(480));
    };
    assert_eq!(calls(|| (0..100).for_each(|_| block())), 0, "nobody is attached");
    let readers = (levels.attach().unwrap(), sound.attach().unwrap());
    assert_eq!(calls(|| (0..100).for_each(|_| block())), 0, "rings fill up and overflow");
    drop(readers);
    let _readers = (levels.attach().unwrap(), sound.attach().unwrap());
    assert_eq!(calls(|| (0..100).for_each(|_| block())), 0, "others come");
    let forget = calls(|| {
        loudness.restart();
        loudness.reset();
    });
    assert_eq!(forget, 0);
}
