//! Ardour has a run loop for open editors alone (newer ones for factories too): what a plugin wants of its host, and
//! its tasks for the main thread, come there by it.

use std::thread::current;

use dyad_tests::gain::{RATE, id};
use dyad_tests::vst3::{Frame, Handler, Heard, Pass, Plugin, Seen, StandIn};
use vst3::Steinberg::Vst::IEditControllerTrait;
use vst3::Steinberg::kResultOk;

#[test]
fn an_open_editor_brings_the_plugin_to_the_main_thread() {
    let stand_in = StandIn::new();
    let seen = Seen::new(Plugin::of(&stand_in.module), Frame::new());
    let plugin = &seen.plugin;
    let (handler, news) = Handler::new(|| {});
    // SAFETY: a valid handler.
    unsafe { plugin.controller.setComponentHandler(Handler::pointer(&handler)) };
    assert_eq!(seen.attach(77), kResultOk);
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    plugin.start();
    assert_eq!(seen.frame.registered(), [1, 1], "of the view; the plugin itself has no other");
    // The service thread steps in where the main thread does not come by for a while, which on a slow machine may be
    // now and then. Nothing but the run loop is called.
    let mut here = 0;
    for frames in 1..=200 {
        let position = f64::from(frames) / 1000.0;
        let mut pass = Pass::<f32>::new(64, &[2], &[2]).with(&[(id("delay"), &[(0, position)])]);
        assert_eq!(pass.run(plugin), kResultOk);
        let mut heard = None;
        seen.frame.run_until("the latency is told", || {
            heard = heard.or_else(|| news.try_recv().ok());
            heard.is_some()
        });
        let Some(Heard::Restart(_, thread)) = heard else { panic!("{heard:?}") };
        here += usize::from(thread == current().id());
        if here == 3 {
            break;
        }
    }
    assert_eq!(here, 3, "on the host's own thread");
    // A task of the plugin's for that thread, too; the plugin shows who has done it.
    for n in 1..=200 {
        let mut pass = Pass::<f32>::new(64, &[2], &[2]).with(&[(id("press"), &[(0, 1.0), (1, 0.0)])]);
        assert_eq!(pass.run(plugin), kResultOk);
        pass.data.inputParameterChanges = std::ptr::null_mut();
        seen.frame.run_until("the task is done", || {
            assert_eq!(pass.run(plugin), kResultOk);
            plugin.plain("told").round() == f64::from(n)
        });
        if plugin.plain("worker") == 1.0 {
            break;
        }
    }
    assert_eq!(plugin.plain("worker"), 1.0, "a thread of the host's has done it");
    assert_eq!((seen.frame.faults(), stand_in.faults()), (vec![], 0));
    // SAFETY: null lets go of the handler.
    unsafe { plugin.controller.setComponentHandler(std::ptr::null_mut()) };
}
