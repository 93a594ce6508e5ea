//! A host with a run loop in its context: what a plugin wants of it is told there, on the main thread, without an
//! editor, and without any other call of the host's.
#![allow(unsafe_code)]
#![allow(clippy::unnecessary_cast, reason = "Steinberg's enums are signed on Windows only")]

use std::thread::current;

use dyad_tests::gain::{RATE, id};
use dyad_tests::vst3::{Frame, Handler, Heard, Module, Pass, Plugin};
use vst3::Steinberg::Vst::RestartFlags_::kLatencyChanged;
use vst3::Steinberg::Vst::{IComponentTrait, IEditControllerTrait};
use vst3::Steinberg::{FUnknown, IPluginBaseTrait, IPluginFactory3Trait, kResultOk};

const LATENCY: i32 = kLatencyChanged as i32;

fn delay(plugin: &Plugin, frames: u32) {
    let position = f64::from(frames) / 1000.0;
    let mut pass = Pass::<f32>::new(64, &[2], &[2]).with(&[(id("delay"), &[(0, position)])]);
    assert_eq!(pass.run(plugin), kResultOk);
}

#[test]
fn it_is_entered_while_active_and_left_before_the_plugin_goes() {
    let host = Frame::new();
    let context: *mut FUnknown = Frame::pointer(&host).cast();
    let plugin = Plugin::within(Module::probe(), context);
    assert_eq!(host.registered(), [0, 0]);
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    for _ in 0..3 {
        plugin.start();
        assert_eq!(host.registered(), [0, 1], "a timer, and no socket");
        // SAFETY: valid.
        assert_eq!(unsafe { plugin.component.setActive(1) }, kResultOk);
        assert_eq!(host.registered(), [0, 1], "once");
        plugin.stop();
        assert_eq!(host.registered(), [0, 0]);
    }
    plugin.start();
    // SAFETY: valid.
    assert_eq!(unsafe { plugin.component.terminate() }, kResultOk);
    assert_eq!(host.registered(), [0, 0], "terminated while active");
    drop(plugin);
    assert_eq!(host.faults(), Vec::<String>::new());
}

#[test]
fn a_plugin_that_is_dropped_while_active_leaves_it() {
    let host = Frame::new();
    let context: *mut FUnknown = Frame::pointer(&host).cast();
    let plugin = Plugin::within(Module::probe(), context);
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    plugin.start();
    let timers = host.handlers().1;
    let component = plugin.component.clone();
    drop(plugin);
    drop(component);
    assert_eq!(host.registered(), [0, 0]);
    // Some hosts call once more.
    for timer in timers {
        // SAFETY: a handler that we still own a reference of.
        unsafe { vst3::Steinberg::Linux::ITimerHandlerTrait::onTimer(&timer) };
    }
    assert_eq!(host.faults(), Vec::<String>::new());
}

#[test]
fn news_come_there_on_the_hosts_own_thread() {
    let host = Frame::new();
    let context: *mut FUnknown = Frame::pointer(&host).cast();
    let plugin = Plugin::within(Module::probe(), context);
    let (handler, news) = Handler::new(|| {});
    // SAFETY: a valid handler.
    unsafe { plugin.controller.setComponentHandler(Handler::pointer(&handler)) };
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    plugin.start();
    for frames in [100, 200, 0] {
        delay(&plugin, frames);
        let mut heard = Vec::new();
        host.run_until("the latency", || {
            heard.extend(news.try_iter());
            !heard.is_empty()
        });
        // The service thread would have been another one.
        assert_eq!(heard, [Heard::Restart(LATENCY, current().id())]);
    }
    // The plugin's own task for the main thread is done there, too.
    let mut press = Pass::<f32>::new(64, &[2], &[2]).with(&[(id("press"), &[(0, 1.0)])]);
    assert_eq!(press.run(&plugin), kResultOk);
    host.run_until("the task's answer", || {
        assert_eq!(Pass::<f32>::new(64, &[2], &[2]).run(&plugin), kResultOk);
        plugin.plain("told") == 1.0
    });
    assert_eq!(plugin.plain("worker"), 1.0, "on the host's thread");
    // SAFETY: null lets go of the handler.
    unsafe { plugin.controller.setComponentHandler(std::ptr::null_mut()) };
    drop(plugin);
    assert_eq!(host.faults(), Vec::<String>::new());
}

#[test]
fn the_factorys_context_does_where_the_components_has_none() {
    // A module of its own, because a factory keeps what it was given.
    let module = Module::of(&Module::probe_binary(), "urn:dyad:probe");
    let host = Frame::new();
    let context: *mut FUnknown = Frame::pointer(&host).cast();
    // SAFETY: a valid object.
    assert_eq!(unsafe { module.factory().setHostContext(context) }, kResultOk);
    // The component's context is something else.
    let (other, _) = Handler::new(|| {});
    let plugin = Plugin::within(&module, Handler::pointer(&other).cast());
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    plugin.start();
    assert_eq!(host.registered(), [0, 1]);
    plugin.stop();
    assert_eq!(host.registered(), [0, 0]);
    drop(plugin);
    // SAFETY: null lets go of it.
    assert_eq!(unsafe { module.factory().setHostContext(std::ptr::null_mut()) }, kResultOk);
    assert_eq!(host.faults(), Vec::<String>::new());
}

#[test]
fn a_host_without_a_run_loop_is_left_alone() {
    let (context, _) = Handler::new(|| {});
    let plugin = Plugin::within(Module::probe(), Handler::pointer(&context).cast());
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    plugin.start();
    delay(&plugin, 10);
    plugin.stop();
}
