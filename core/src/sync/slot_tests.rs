use std::cell::Cell;

use super::*;

#[cfg(loom)]
loom::thread_local! {
    /// Set where nothing may be freed.
    static AUDIO: Cell<bool> = Cell::new(false);
}
#[cfg(not(loom))]
std::thread_local! {
    /// Set where nothing may be freed.
    static AUDIO: Cell<bool> = const { Cell::new(false) };
}

fn on_audio<R>(body: impl FnOnce() -> R) -> R {
    AUDIO.with(|audio| audio.set(true));
    let result = body();
    AUDIO.with(|audio| audio.set(false));
    result
}

fn is_audio() -> bool {
    AUDIO.with(Cell::get)
}

#[cfg(not(loom))]
mod threads {
    use std::collections::BTreeSet;
    use std::sync::atomic::{AtomicBool, AtomicUsize};
    use std::thread;

    use proptest::prelude::*;

    use super::*;

    /// Counts those alive, and refuses to be freed on the audio thread.
    struct Probe {
        number: usize,
        alive: Arc<AtomicUsize>,
    }

    impl Probe {
        fn new(number: usize, alive: &Arc<AtomicUsize>) -> Self {
            alive.fetch_add(1, Ordering::SeqCst);
            Self { number, alive: Arc::clone(alive) }
        }
    }

    impl Drop for Probe {
        fn drop(&mut self) {
            assert!(!is_audio(), "freed on the audio thread");
            assert_ne!(self.alive.fetch_sub(1, Ordering::SeqCst), 0, "freed twice");
        }
    }

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Send,
        Collect,
        Take,
        Get,
        DropSender,
        DropReceiver,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => Just(Step::Send),
            2 => Just(Step::Collect),
            4 => Just(Step::Take),
            2 => Just(Step::Get),
            1 => Just(Step::DropSender),
            1 => Just(Step::DropReceiver),
        ]
    }

    proptest! {
        #[test]
        fn the_newest_is_seen_and_all_are_freed(steps in prop::collection::vec(step(), 0..40)) {
            let alive = Arc::new(AtomicUsize::new(0));
            let (sender, receiver) = handover();
            let (mut sender, mut receiver) = (Some(sender), Some(receiver));
            let (mut sent, mut taken) = (0, 0);
            for step in steps {
                match step {
                    Step::Send => if let Some(sender) = &mut sender {
                        sent += 1;
                        sender.send(Probe::new(sent, &alive));
                    },
                    Step::Collect => if let Some(sender) = &mut sender {
                        sender.collect();
                        prop_assert!(!sender.collect(), "one comes back at a time");
                    },
                    Step::Take => if let Some(receiver) = &mut receiver {
                        let new = on_audio(|| receiver.take());
                        prop_assert_eq!(new, sent > taken);
                        prop_assert!(!receiver.is_waiting());
                        taken = sent;
                    },
                    Step::Get => if let Some(receiver) = &mut receiver {
                        let number = on_audio(|| receiver.get_mut().map(|probe| probe.number));
                        prop_assert_eq!(number, (sent > 0).then_some(sent));
                        prop_assert_eq!(receiver.get().map(|probe| probe.number), number);
                        taken = sent;
                    },
                    Step::DropSender => sender = None,
                    Step::DropReceiver => receiver = None,
                }
                prop_assert!(alive.load(Ordering::SeqCst) <= 2, "one in use, one on its way");
            }
            drop((sender, receiver));
            prop_assert_eq!(alive.load(Ordering::SeqCst), 0);
        }
    }

    #[test]
    fn a_busy_sender_and_a_busy_receiver_lose_nothing() {
        const LAST: usize = 50_000;
        let alive = Arc::new(AtomicUsize::new(0));
        let (mut sender, mut receiver) = handover::<Probe>();
        let done = Arc::new(AtomicBool::new(false));
        let audio = {
            let done = Arc::clone(&done);
            thread::spawn(move || {
                let mut seen = BTreeSet::new();
                on_audio(|| {
                    while !done.load(Ordering::Acquire) {
                        if let Some(probe) = receiver.get_mut() {
                            assert!(
                                seen.last().is_none_or(|last| *last <= probe.number),
                                "never an older one"
                            );
                            seen.insert(probe.number);
                        }
                        thread::yield_now();
                    }
                    assert_eq!(
                        receiver.get_mut().map(|probe| probe.number),
                        Some(LAST),
                        "the last one wins"
                    );
                });
                receiver
            })
        };
        for number in 1..=LAST {
            sender.send(Probe::new(number, &alive));
            if number % 3 == 0 {
                sender.collect();
            }
        }
        done.store(true, Ordering::Release);
        let receiver = audio.join().unwrap();
        assert!(alive.load(Ordering::SeqCst) <= 2);
        drop(sender);
        assert_eq!(receiver.get().map(|probe| probe.number), Some(LAST), "it outlives its sender");
        drop(receiver);
        assert_eq!(alive.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn values_without_a_size_or_alignment_travel_too() {
        let (mut sender, mut receiver) = handover();
        sender.send(());
        assert_eq!(receiver.get_mut(), Some(&mut ()));
        sender.send(());
        assert!(receiver.take());
        let (mut sender, mut receiver) = handover();
        (0..=255_u8).for_each(|byte| {
            sender.send(byte);
            assert_eq!(receiver.get_mut(), Some(&mut byte.clone()));
        });
    }
}

/// Every order of the threads' steps. loom fails where memory is left, or where a value is touched by
/// two threads that did not agree on an order.
#[cfg(loom)]
mod every_order {
    use loom::cell::UnsafeCell;
    use loom::thread;

    use super::*;

    struct Probe {
        /// loom watches who touches it.
        number: UnsafeCell<usize>,
        /// loom watches that it is freed.
        _alive: Arc<()>,
    }

    impl Probe {
        fn new(number: usize) -> Self {
            Self { number: UnsafeCell::new(number), _alive: Arc::new(()) }
        }

        /// Reads and writes, as a processor may.
        fn touch(&mut self) -> usize {
            // SAFETY: `&mut self`.
            self.number.with_mut(|number| unsafe { *number })
        }
    }

    impl Drop for Probe {
        fn drop(&mut self) {
            self.touch();
            assert!(!is_audio(), "freed on the audio thread");
        }
    }

    #[test]
    fn loom_the_last_value_wins() {
        loom::model(|| {
            let (mut sender, mut receiver) = handover();
            let audio = thread::spawn(move || {
                let mut last = 0;
                for _ in 0..2 {
                    let now = on_audio(|| receiver.get_mut().map_or(0, Probe::touch));
                    assert!(now >= last, "never an older one");
                    last = now;
                }
                receiver
            });
            sender.send(Probe::new(1));
            sender.send(Probe::new(2));
            sender.collect();
            let mut receiver = audio.join().unwrap();
            assert_eq!(receiver.get_mut().map(Probe::touch), Some(2));
        });
    }

    #[test]
    fn loom_the_sender_may_go_first() {
        loom::model(|| {
            let (mut sender, mut receiver) = handover();
            sender.send(Probe::new(1));
            let audio = thread::spawn(move || {
                on_audio(|| receiver.get_mut().map(Probe::touch));
                on_audio(|| receiver.take());
                receiver
            });
            sender.send(Probe::new(2));
            drop(sender);
            let mut receiver = audio.join().unwrap();
            assert_eq!(receiver.get_mut().map(Probe::touch), Some(2), "what was sent can be taken");
        });
    }

    #[test]
    fn loom_the_receiver_may_go_first() {
        loom::model(|| {
            let (mut sender, mut receiver) = handover();
            sender.send(Probe::new(1));
            let other = thread::spawn(move || {
                receiver.take();
                drop(receiver);
            });
            sender.collect();
            sender.send(Probe::new(2));
            drop(sender);
            other.join().unwrap();
        });
    }
}
