#![allow(clippy::disallowed_types, reason = "tests may wait")]

use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::thread;

use super::super::monitor::lock;
use super::*;
use crate::task::Tasks;

/// How long anything may take on a busy machine; nothing waits for the time itself.
const LONG: Duration = Duration::from_secs(60);

/// How many threads of this process have a name.
fn threads(name: &CStr) -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|found| found.trim_end() == name.to_str().unwrap()).count()
}

/// Whether a service has no thread any more. The kernel lists a thread for a moment after it was joined.
fn is_without_thread(service: &Service) -> bool {
    let until = Instant::now() + LONG;
    while threads(service.name) > 0 && Instant::now() < until {
        thread::yield_now();
    }
    service.state.enter().thread.is_none() && threads(service.name) == 0
}

/// Whether nobody is left who could say something, after all that was said.
fn is_over<T>(hears: &Receiver<T>) -> bool {
    loop {
        if let Err(error) = hears.recv_timeout(LONG) {
            return error == RecvTimeoutError::Disconnected;
        }
    }
}

/// Says each time it is polled, and waits to be let go where there is somebody to let it go.
struct Probe {
    polled: Mutex<Sender<()>>,
    go: Option<Mutex<Receiver<()>>>,
}

impl Probe {
    fn new() -> (Arc<Self>, Receiver<()>) {
        let (polled, says) = channel();
        (Arc::new(Self { polled: Mutex::new(polled), go: None }), says)
    }
}

impl Poll for Probe {
    fn background(&self) {
        let _ = lock(&self.polled).send(());
        if let Some(go) = &self.go {
            let _ = lock(go).recv();
        }
    }
}

#[test]
fn the_thread_comes_with_the_first_and_goes_with_the_last() {
    static SERVICE: Service = Service::new(c"dyad-test-first", STACK);
    let service = &SERVICE;
    let count = || threads(service.name);
    assert_eq!(count(), 0);
    let ((first, says), (second, also_says)) = (Probe::new(), Probe::new());
    let first = service.register(first);
    says.recv_timeout(LONG).unwrap();
    let second = service.register(second);
    also_says.recv_timeout(LONG).unwrap();
    assert_eq!(count(), 1, "one for both");
    drop(first);
    assert_eq!(count(), 1);
    assert!(is_over(&says), "and its entry is gone");
    drop(second);
    assert!(is_without_thread(service));
    let (third, says) = Probe::new();
    let third = service.register(third);
    says.recv_timeout(LONG).unwrap();
    assert_eq!(count(), 1, "and it comes back");
    drop(third);
    assert!(is_without_thread(service));
}

#[test]
fn tasks_are_done_though_no_host_polls() {
    static SERVICE: Service = Service::new(c"dyad-test-tasks", STACK);
    let service = &SERVICE;
    let (say, hear) = channel();
    let mut tasks = Tasks::new();
    let say_main = say.clone();
    let mut background = tasks.background(2, move |n: u32| say.send(("background", n)).unwrap());
    let mut main = tasks.main_thread(2, move |n: u32| say_main.send(("main", n)).unwrap());
    let run = tasks.finish().unwrap();
    let registration = service.register(run);
    main.send(1).unwrap();
    background.send(2).unwrap();
    let heard = [(); 2].map(|()| hear.recv_timeout(LONG).unwrap());
    assert_eq!(heard, [("background", 2), ("main", 1)], "the main thread has 200 ms to do its own");
    drop(registration);
    background.send(3).unwrap();
    assert!(is_over(&hear), "nothing is done any more, and the closures are freed");
}

/// A poll that gives up its own entry and then calls a host, which waits for whoever drops the others.
#[test]
fn the_last_to_go_does_not_wait_for_a_poll_that_has_given_up_its_entry() {
    struct Calls {
        own: Mutex<Option<Registration>>,
        inside: Mutex<Sender<()>>,
        go: Mutex<Receiver<()>>,
    }
    impl Poll for Calls {
        fn background(&self) {
            let Some(own) = lock(&self.own).take() else { return };
            drop(own);
            lock(&self.inside).send(()).unwrap();
            lock(&self.go).recv().unwrap();
        }
    }
    static SERVICE: Service = Service::new(c"dyad-test-calls", STACK);
    let service = &SERVICE;
    let other = service.register(Probe::new().0);
    let ((say, inside), (go, gone)) = (channel(), channel());
    let calls = Arc::new(Calls { own: Mutex::default(), inside: Mutex::new(say), go: Mutex::new(gone) });
    let mut own = lock(&calls.own);
    *own = Some(service.register(Arc::clone(&calls) as Arc<dyn Poll>));
    drop(own);
    inside.recv_timeout(LONG).unwrap();
    let (say, dropped) = channel();
    let dropper = thread::spawn(move || {
        drop(other);
        say.send(()).unwrap();
    });
    let in_time = dropped.recv_timeout(Duration::from_secs(10));
    go.send(()).unwrap();
    dropper.join().unwrap();
    assert_eq!(in_time, Ok(()), "nobody waits for the host");
    service.settle();
    assert!(is_without_thread(service), "and the thread ends all the same");
}

#[test]
fn dropping_a_registration_waits_for_its_poll() {
    static SERVICE: Service = Service::new(c"dyad-test-waits", STACK);
    let service = &SERVICE;
    // Another stays, so that there is no thread to join.
    let other_registration = service.register(Probe::new().0);
    let ((polled, says), (go, gone)) = (channel(), channel());
    let probe = Arc::new(Probe { polled: Mutex::new(polled), go: Some(Mutex::new(gone)) });
    let registration = service.register(Arc::clone(&probe) as Arc<dyn Poll>);
    says.recv_timeout(LONG).unwrap();
    let dropped = Arc::new(AtomicBool::new(false));
    let other = {
        let dropped = Arc::clone(&dropped);
        thread::spawn(move || {
            drop(registration);
            dropped.store(true, Ordering::SeqCst);
        })
    };
    // Until the other thread waits, which it must.
    while service.state.enter().leaving == 0 && !dropped.load(Ordering::SeqCst) {
        thread::yield_now();
    }
    assert!(!dropped.load(Ordering::SeqCst));
    go.send(()).unwrap();
    other.join().unwrap();
    assert_eq!(Arc::strong_count(&probe), 1, "the service has let go of it");
    drop(other_registration);
}

/// Drops its own registration while it is polled.
struct Quits(Mutex<Option<Registration>>, Mutex<Sender<()>>);

impl Poll for Quits {
    fn background(&self) {
        let registration = lock(&self.0).take();
        if registration.is_some() {
            drop(registration);
            let _ = lock(&self.1).send(());
        }
    }
}

#[test]
fn a_poll_may_end_its_own_registration() {
    static SERVICE: Service = Service::new(c"dyad-test-quits", STACK);
    let service = &SERVICE;
    let (says, hears) = channel();
    for round in 0..20 {
        let quits = Arc::new(Quits(Mutex::new(None), Mutex::new(says.clone())));
        let registration = service.register(Arc::clone(&quits) as Arc<dyn Poll>);
        *lock(&quits.0) = Some(registration);
        hears.recv_timeout(LONG).unwrap();
        if round % 2 == 0 {
            // Where the thread has ended already, the next one joins it; where not, it goes on.
            let (probe, says) = Probe::new();
            let registration = service.register(probe);
            says.recv_timeout(LONG).unwrap();
            drop(registration);
            assert!(is_without_thread(service));
        }
    }
    // It ends by itself as soon as it sees that it has nothing left.
    while !service.state.enter().ended {
        thread::yield_now();
    }
    service.settle();
    assert!(is_without_thread(service));
}

#[test]
fn a_poll_may_register_and_drop_others() {
    struct Makes(&'static Service, Mutex<Sender<()>>);
    impl Poll for Makes {
        fn background(&self) {
            let (probe, _says) = Probe::new();
            drop(self.0.register(probe));
            let _ = lock(&self.1).send(());
        }
    }
    static SERVICE: Service = Service::new(c"dyad-test-makes", STACK);
    let service = &SERVICE;
    let (says, hears) = channel();
    let registration = service.register(Arc::new(Makes(service, Mutex::new(says))));
    (0..3).for_each(|_| hears.recv_timeout(LONG).unwrap());
    drop(registration);
    assert!(is_without_thread(service));
}

#[test]
fn a_panic_in_a_poll_does_not_end_the_service() {
    struct Panics(Mutex<Sender<()>>);
    impl Poll for Panics {
        fn background(&self) {
            let says = lock(&self.0);
            let _ = says.send(());
            panic!("on purpose");
        }
    }
    static SERVICE: Service = Service::new(c"dyad-test-panic", STACK);
    let service = &SERVICE;
    let (says, hears) = channel();
    let registration = service.register(Arc::new(Panics(Mutex::new(says))));
    (0..3).for_each(|_| hears.recv_timeout(LONG).unwrap());
    drop(registration);
}

#[test]
fn instances_come_and_go_on_many_threads() {
    static SERVICE: Service = Service::new(c"dyad-test-many", STACK);
    let service = &SERVICE;
    let polls = Arc::new(AtomicUsize::new(0));
    struct Counts(Arc<AtomicUsize>);
    impl Poll for Counts {
        fn background(&self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let threads_at_work: Vec<_> = (0..4)
        .map(|n| {
            let polls = Arc::clone(&polls);
            thread::spawn(move || {
                for round in 0..100 {
                    let kept = service.register(Arc::new(Counts(Arc::clone(&polls))));
                    let passing = service.register(Arc::new(Counts(Arc::clone(&polls))));
                    if (n + round) % 3 == 0 {
                        // Some stay until they have been polled by somebody's thread.
                        let before = polls.load(Ordering::Relaxed);
                        while polls.load(Ordering::Relaxed) == before {
                            thread::yield_now();
                        }
                    }
                    drop(if round % 2 == 0 { (kept, passing) } else { (passing, kept) });
                }
            })
        })
        .collect();
    threads_at_work.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(Arc::strong_count(&polls), 1, "nothing is left of them");
    assert!(is_without_thread(service));
}

#[test]
fn without_a_thread_the_host_does_it() {
    static SERVICE: Service = Service::new(c"dyad-test-none", (usize::MAX / 2) & !0xffff);
    let service = &SERVICE;
    let (probe, says) = Probe::new();
    let registration = service.register(Arc::clone(&probe) as Arc<dyn Poll>);
    assert_eq!(threads(service.name), 0);
    probe.background();
    says.recv_timeout(LONG).unwrap();
    drop(registration);
    assert_eq!(Arc::strong_count(&probe), 1);
}

#[test]
fn the_thread_leaves_no_thread_locals_behind() {
    struct Noisy(Sender<()>);
    impl Drop for Noisy {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }
    std::thread_local! {
        static KEPT: Cell<Option<Noisy>> = const { Cell::new(None) };
    }
    struct Keeps(Mutex<Sender<()>>, Mutex<Sender<()>>);
    impl Poll for Keeps {
        fn background(&self) {
            KEPT.set(Some(Noisy(lock(&self.0).clone())));
            let _ = lock(&self.1).send(());
        }
    }
    static SERVICE: Service = Service::new(c"dyad-test-local", STACK);
    let service = &SERVICE;
    let ((freed, hears), (polled, says)) = (channel(), channel());
    let registration = service.register(Arc::new(Keeps(Mutex::new(freed), Mutex::new(polled))));
    says.recv_timeout(LONG).unwrap();
    drop(registration);
    // At once: the thread was joined, and what it had is freed by then.
    assert!(hears.try_iter().count() > 0);
    assert_eq!(hears.try_recv(), Err(TryRecvError::Disconnected));
}
