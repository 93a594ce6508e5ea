//! What a plugin wants of its host: told on the main thread, or by the service thread where the host does
//! not come by; never with anything of ours locked.
#![allow(unsafe_code)]
#![allow(clippy::unnecessary_cast, reason = "Steinberg's enums are signed on Windows only")]

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::thread::current;
use std::time::{Duration, Instant};

use dyad_tests::gain::id;
use dyad_tests::vst3::{Handler, Heard, Pass, Plugin};
use vst3::Steinberg::Vst::RestartFlags_::kLatencyChanged;
use vst3::Steinberg::Vst::{IAudioProcessorTrait, IComponentTrait, IEditControllerTrait};
use vst3::Steinberg::{IPluginBaseTrait, kResultOk};

const LATENCY: i32 = kLatencyChanged as i32;

/// Processes a block in which the delay is set, in frames.
fn delay(plugin: &Plugin, frames: u32) {
    let position = f64::from(frames) / 1000.0;
    let mut pass = Pass::<f32>::new(64, &[2], &[2]).with(&[(id("delay"), &[(0, position)])]);
    assert_eq!(pass.run(plugin), kResultOk);
}

fn latency(plugin: &Plugin) -> u32 {
    // SAFETY: valid.
    unsafe { plugin.processor.getLatencySamples() }
}

/// A call of the controller.
fn call(plugin: &Plugin) {
    // SAFETY: any id and value are allowed.
    assert_eq!(unsafe { plugin.controller.setParamNormalized(id("secret"), 0.5) }, kResultOk);
}

/// What a call of the controller makes the plugin tell. It does not run meanwhile, so that the service
/// thread can't be faster.
fn told(plugin: &Plugin, news: &Receiver<Heard>) -> Vec<Heard> {
    plugin.stop();
    call(plugin);
    let told = news.try_iter().collect();
    plugin.start();
    told
}

#[test]
fn a_new_latency_is_there_before_it_is_told_and_told_once() {
    let plugin = Rc::new(Plugin::ready_probe(64));
    let seen = Rc::new(Cell::new(0));
    let inner = (Rc::clone(&plugin), Rc::clone(&seen));
    // Hosts ask at once, and come back to us from within.
    let (handler, news) = Handler::new(move || {
        inner.1.set(latency(&inner.0));
        call(&inner.0);
    });
    // SAFETY: a valid handler.
    unsafe { plugin.controller.setComponentHandler(Handler::pointer(&handler)) };
    assert_eq!(latency(&plugin), 0);
    delay(&plugin, 100);
    assert_eq!(latency(&plugin), 100, "at once");
    // SAFETY: valid.
    assert_eq!(unsafe { plugin.processor.getTailSamples() }, 100);
    assert_eq!(told(&plugin, &news), [Heard::Restart(LATENCY, current().id())]);
    assert_eq!(seen.get(), 100);
    delay(&plugin, 100);
    assert_eq!(told(&plugin, &news), [], "nothing new");
    // SAFETY: null lets go of the handler.
    unsafe { plugin.controller.setComponentHandler(std::ptr::null_mut()) };
}

#[test]
fn a_restart_because_of_a_latency_is_not_followed_by_another_one() {
    let plugin = Plugin::ready_probe(64);
    let (handler, news) = Handler::new(|| {});
    // SAFETY: a valid handler.
    unsafe { plugin.controller.setComponentHandler(Handler::pointer(&handler)) };
    delay(&plugin, 100);
    for expected in [&[Heard::Restart(LATENCY, current().id())][..], &[], &[]] {
        // Stopped and started, as VST3 wants it.
        assert_eq!(told(&plugin, &news), expected, "a second one would go on for ever");
        assert_eq!(latency(&plugin), 100, "though the plugin says it with its first block only");
        assert_eq!(Pass::<f32>::new(64, &[2], &[2]).run(&plugin), kResultOk);
        assert_eq!(latency(&plugin), 100);
    }
    // A change in the meantime is told.
    delay(&plugin, 0);
    assert_eq!(told(&plugin, &news), [Heard::Restart(LATENCY, current().id())]);
    assert_eq!(latency(&plugin), 0);
}

#[test]
fn what_must_be_saved_is_told_and_waits_for_a_handler() {
    let plugin = Plugin::ready_probe(64);
    let mut press = Pass::<f32>::new(64, &[2], &[2]).with(&[(id("press"), &[(0, 1.0)])]);
    assert_eq!(press.run(&plugin), kResultOk);
    plugin.stop();
    call(&plugin);
    let (handler, news) = Handler::new(|| {});
    // SAFETY: a valid handler.
    unsafe { plugin.controller.setComponentHandler(Handler::pointer(&handler)) };
    assert_eq!(news.try_recv(), Ok(Heard::Dirty(true, current().id())), "as soon as there is one");
    call(&plugin);
    assert!(news.try_recv().is_err(), "once");
}

#[test]
fn the_service_thread_tells_where_the_host_does_not_come_by() {
    let plugin = Plugin::ready_probe(64);
    let (handler, news) = Handler::new(|| {});
    // SAFETY: a valid handler.
    unsafe { plugin.controller.setComponentHandler(Handler::pointer(&handler)) };
    for frames in [100, 200] {
        delay(&plugin, frames);
        let Heard::Restart(LATENCY, thread) = Handler::wait(&news) else { panic!("the latency") };
        assert_ne!(thread, current().id(), "nobody called");
        assert_eq!(latency(&plugin), frames);
    }
    // SAFETY: null lets go of the handler.
    unsafe { plugin.controller.setComponentHandler(std::ptr::null_mut()) };
}

/// A host that hands over to its main thread and waits for it there, while that thread stops us.
#[test]
fn stopping_never_waits_for_a_host_that_waits_for_the_stop() {
    let plugin = Plugin::ready_probe(64);
    let (inside, stopped) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let released = Arc::new(AtomicBool::new(false));
    let shared = (Arc::clone(&inside), Arc::clone(&stopped), Arc::clone(&released));
    let (handler, news) = Handler::new(move || {
        shared.0.store(true, Ordering::Release);
        // As long as it takes; the limit is there for a test that fails to end.
        let start = Instant::now();
        while !shared.1.load(Ordering::Acquire) && start.elapsed() < Duration::from_secs(20) {
            std::thread::yield_now();
        }
        shared.2.store(shared.1.load(Ordering::Acquire), Ordering::Release);
    });
    // SAFETY: a valid handler.
    unsafe { plugin.controller.setComponentHandler(Handler::pointer(&handler)) };
    delay(&plugin, 100);
    let start = Instant::now();
    while !inside.load(Ordering::Acquire) {
        assert!(start.elapsed() < Duration::from_secs(20), "the host hears of it");
        std::thread::yield_now();
    }
    plugin.stop();
    // SAFETY: valid.
    assert_eq!(unsafe { plugin.component.terminate() }, kResultOk);
    stopped.store(true, Ordering::Release);
    assert!(matches!(Handler::wait(&news), Heard::Restart(LATENCY, _)));
    assert!(released.load(Ordering::Acquire), "it was let go by the stop, and not by the clock");
    // And it runs again afterwards.
    // SAFETY: valid.
    assert_eq!(unsafe { plugin.component.initialize(std::ptr::null_mut()) }, kResultOk);
    plugin.start();
    delay(&plugin, 300);
    assert_eq!(latency(&plugin), 300);
}

/// A host that frees its handler once the plugin is terminated, counted or not, as Ardour does.
#[test]
fn a_handler_that_is_just_being_told_is_kept_until_it_has_returned() {
    let (plugin, other) = (Plugin::ready_probe(64), Plugin::ready_probe(64));
    let flags = || Arc::new(AtomicBool::new(false));
    let (inside, ending, returned) = (flags(), flags(), flags());
    let shared = (Arc::clone(&inside), Arc::clone(&ending), Arc::clone(&returned));
    let (handler, news) = Handler::new(move || {
        shared.0.store(true, Ordering::Release);
        let start = Instant::now();
        while !shared.1.load(Ordering::Acquire) && start.elapsed() < Duration::from_secs(20) {
            std::thread::yield_now();
        }
        // The other one is on its way into `terminate`.
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(20) {
            std::thread::yield_now();
        }
        shared.2.store(true, Ordering::Release);
    });
    // SAFETY: a valid handler.
    unsafe { plugin.controller.setComponentHandler(Handler::pointer(&handler)) };
    delay(&plugin, 100);
    let start = Instant::now();
    while !inside.load(Ordering::Acquire) {
        assert!(start.elapsed() < Duration::from_secs(20), "the host hears of it");
        std::thread::yield_now();
    }
    ending.store(true, Ordering::Release);
    plugin.stop();
    // SAFETY: valid.
    assert_eq!(unsafe { plugin.component.terminate() }, kResultOk);
    assert!(returned.load(Ordering::Acquire), "it may be freed now");
    assert!(matches!(Handler::wait(&news), Heard::Restart(LATENCY, _)));
    drop(other);
}

/// A latency that automation has changed, and that the user has set back while the plugin was stopped.
#[test]
fn a_run_begins_with_the_latency_of_its_own_values() {
    let plugin = Plugin::ready_probe(64);
    delay(&plugin, 100);
    plugin.stop();
    plugin.start();
    assert_eq!(latency(&plugin), 100);
    delay(&plugin, 0);
    assert_eq!(latency(&plugin), 0);
    plugin.stop();
    // SAFETY: any id and value are allowed.
    assert_eq!(unsafe { plugin.controller.setParamNormalized(id("delay"), 0.1) }, kResultOk);
    plugin.start();
    assert_eq!(latency(&plugin), 100, "an export asks once, here");
}

/// Instances that come and go while the service thread looks after others.
#[test]
fn instances_come_and_go_beside_the_service_thread() {
    let steady = Plugin::ready_probe(64);
    let (handler, news) = Handler::new(|| {});
    // SAFETY: a valid handler.
    unsafe { steady.controller.setComponentHandler(Handler::pointer(&handler)) };
    for round in 0..50 {
        let other = Plugin::ready_probe(64);
        delay(&other, round);
        if round % 2 == 0 {
            // Let go of while it runs.
            // SAFETY: valid.
            unsafe { other.component.setActive(1) };
        } else {
            other.stop();
        }
    }
    delay(&steady, 100);
    assert!(matches!(Handler::wait(&news), Heard::Restart(LATENCY, _)));
    // SAFETY: null lets go of the handler.
    unsafe { steady.controller.setComponentHandler(std::ptr::null_mut()) };
}

/// What a task for the main thread has answered, once another block has run.
fn answer(plugin: &Plugin) -> f64 {
    assert_eq!(Pass::<f32>::new(64, &[2], &[2]).run(plugin), kResultOk);
    plugin.value("told") * 1000.0
}

#[test]
fn main_thread_tasks_are_done_by_the_hosts_calls_and_without_them_by_the_service_thread() {
    let plugin = Plugin::ready_probe(64);
    let press = || {
        for level in [1.0, 0.0] {
            let mut pass = Pass::<f32>::new(64, &[2], &[2]).with(&[(id("press"), &[(0, level)])]);
            assert_eq!(pass.run(&plugin), kResultOk);
        }
    };
    assert_eq!(answer(&plugin), 0.0);
    press();
    call(&plugin);
    assert_eq!(answer(&plugin), 1.0, "done by the call");
    press();
    let start = Instant::now();
    while answer(&plugin) < 2.0 {
        assert!(start.elapsed() < Duration::from_secs(20), "nobody has done it");
        std::thread::yield_now();
    }
}
