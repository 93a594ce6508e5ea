#![allow(clippy::disallowed_types, reason = "tests may wait")]

use std::sync::mpsc;
use std::sync::{Barrier, Mutex};
use std::thread;

use std::sync::atomic::AtomicUsize;

use super::*;
use crate::sync::handover;
use crate::task::{TaskSender, Tasks};

/// What a task was given so far.
type Seen = Arc<Mutex<Vec<u32>>>;

/// One kind of background task, that notes what it was given.
fn noting(capacity: usize) -> (TaskSender<u32>, Arc<dyn Run>, Seen) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = Tasks::new();
    let note = Arc::clone(&seen);
    let sender = tasks.background(capacity, move |task| {
        assert_ne!(task, 13, "on purpose");
        lock(&note).push(task);
    });
    (sender, tasks.finish().unwrap(), seen)
}

#[test]
fn a_run_without_tasks_has_no_set() {
    assert!(Tasks::new().finish().is_none());
}

#[test]
fn tasks_are_done_in_order_by_who_polls() {
    let (mut sender, run, seen) = noting(4);
    assert!(!run.poll_background(), "nothing waits");
    let refused: Vec<_> = (0..6).filter_map(|task| sender.send(task).err()).collect();
    assert_eq!((refused, run.dropped()), (vec![4, 5], 2), "the new ones are refused");
    assert_eq!((run.pending(), sender.pending(), run.pending_main()), (4, 4, 0));
    assert_eq!(run.sent(), 4, "those that were taken");
    assert!(!run.poll_main(), "that is another list");
    assert!(run.poll_background());
    assert_eq!((run.pending(), sender.pending(), run.sent()), (0, 0, 4));
    assert_eq!(*lock(&seen), [0, 1, 2, 3]);
}

#[test]
fn a_panic_in_a_task_stops_that_task_only() {
    let (mut sender, run, seen) = noting(4);
    for task in [1, 13, 2] {
        sender.send(task).unwrap();
    }
    assert!(run.poll_background());
    assert_eq!((run.pending(), lock(&seen).clone()), (0, vec![1, 2]));
    sender.send(3).unwrap();
    run.wait_idle();
    assert_eq!(*lock(&seen), [1, 2, 3]);
}

#[test]
fn main_thread_tasks_run_where_the_main_thread_polls() {
    let mut tasks = Tasks::new();
    let (mut finished, mut results) = handover();
    let mut sender =
        tasks.main_thread(1, move |text: &'static str| finished.send((text, thread::current().id())));
    let run = tasks.finish().unwrap();
    thread::spawn(move || sender.send("resize")).join().unwrap().unwrap();
    assert!(!run.has_background(), "nobody has to look for it every 5 ms");
    assert_eq!((run.pending(), run.pending_main(), run.main_waiting()), (0, 1, Some(0)));
    assert!(!run.poll_background() && run.poll_main());
    assert_eq!(results.get_mut(), Some(&mut ("resize", thread::current().id())));
    assert_eq!(run.main_waiting(), None);
}

#[test]
fn tasks_may_send_tasks_and_offline_all_are_done_at_once() {
    let mut tasks = Tasks::new();
    let (mut finished, mut results) = handover();
    let mut second = tasks.background(1, move |number: u32| finished.send(number * 2));
    let mut first = tasks.background(1, move |number: u32| second.send(number + 1).unwrap());
    let run = tasks.finish().unwrap();
    first.send(20).unwrap();
    run.wait_idle();
    assert_eq!((results.get_mut().copied(), run.pending()), (Some(42), 0));
}

#[test]
fn who_finds_somebody_at_work_leaves_and_the_task_is_done() {
    let (inside, entered) = mpsc::channel();
    let (go, gone) = mpsc::channel::<()>();
    let count = Arc::new(AtomicUsize::new(0));
    let mut tasks = Tasks::new();
    let counted = Arc::clone(&count);
    let mut sender = tasks.background(4, move |()| {
        inside.send(()).unwrap();
        gone.recv().unwrap();
        counted.fetch_add(1, Ordering::SeqCst);
    });
    let run = tasks.finish().unwrap();
    sender.send(()).unwrap();
    let worker = {
        let run = Arc::clone(&run);
        thread::spawn(move || run.poll_background())
    };
    entered.recv().unwrap();
    sender.send(()).unwrap();
    assert!(!run.poll_background(), "leaves at once");
    assert_eq!((run.pending(), count.load(Ordering::SeqCst)), (2, 0));
    go.send(()).unwrap();
    go.send(()).unwrap();
    // Offline, a block waits for both.
    run.wait_idle();
    assert_eq!((run.pending(), count.load(Ordering::SeqCst)), (0, 2));
    assert!(worker.join().unwrap());
}

#[test]
fn many_threads_poll_and_nothing_is_lost_or_done_by_two() {
    const TASKS: usize = 20_000;
    let done = Arc::new(AtomicUsize::new(0));
    let busy = Arc::new(AtomicUsize::new(0));
    let overlaps = Arc::new(AtomicUsize::new(0));
    let mut tasks = Tasks::new();
    let mut sender = {
        let (done, busy, overlaps) = (Arc::clone(&done), Arc::clone(&busy), Arc::clone(&overlaps));
        tasks.background(16, move |()| {
            overlaps.fetch_add(busy.fetch_add(1, Ordering::SeqCst), Ordering::SeqCst);
            done.fetch_add(1, Ordering::SeqCst);
            busy.fetch_sub(1, Ordering::SeqCst);
        })
    };
    let run = tasks.finish().unwrap();
    let start = Arc::new(Barrier::new(4));
    let pollers: Vec<_> = (0..3)
        .map(|n| {
            let (run, done, start) = (Arc::clone(&run), Arc::clone(&done), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                while done.load(Ordering::SeqCst) < TASKS {
                    if n == 0 {
                        run.wait_idle()
                    } else {
                        _ = run.poll_background()
                    }
                    thread::yield_now();
                }
            })
        })
        .collect();
    start.wait();
    let mut sent = 0;
    while sent < TASKS {
        if sender.send(()).is_ok() { sent += 1 } else { thread::yield_now() }
    }
    pollers.into_iter().for_each(|poller| poller.join().unwrap());
    assert_eq!((done.load(Ordering::SeqCst), run.pending()), (TASKS, 0));
    assert_eq!(overlaps.load(Ordering::SeqCst), 0, "one at a time");
}

#[test]
fn each_task_is_followed_by_a_poll_and_none_stays_behind() {
    // The case that a plain try-lock loses: both send and poll once, and then nobody comes any more.
    for _ in 0..2_000 {
        let mut tasks = Tasks::new();
        let count = Arc::new(AtomicUsize::new(0));
        let senders = [(); 2].map(|()| {
            let count = Arc::clone(&count);
            tasks.background(1, move |()| _ = count.fetch_add(1, Ordering::Relaxed))
        });
        let run = tasks.finish().unwrap();
        let threads = senders.map(|mut sender| {
            let run = Arc::clone(&run);
            thread::spawn(move || {
                sender.send(()).unwrap();
                run.poll_background();
            })
        });
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!((run.pending(), count.load(Ordering::Relaxed)), (0, 2));
    }
}

#[test]
fn dropping_the_set_does_no_more_tasks() {
    let (mut sender, run, seen) = noting(4);
    sender.send(1).unwrap();
    drop(run);
    assert!(lock(&seen).is_empty());
    assert_eq!(Arc::strong_count(&seen), 1, "and what the task had is freed");
    assert_eq!(sender.send(2), Ok(()), "the processor may not know yet");
}
