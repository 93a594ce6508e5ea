//! Ardour reads a latency within the notice that it has changed, without a stop of the plugin, and does not know
//! `kIoChanged`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dyad_tests::gain::id;
use dyad_tests::vst3::{Handler, Heard, Pass, Plugin};
use vst3::Steinberg::Vst::RestartFlags_::{kIoChanged, kLatencyChanged};
use vst3::Steinberg::Vst::SpeakerArr::{kMono, kStereo};
use vst3::Steinberg::Vst::{IAudioProcessorTrait, IEditControllerTrait};
use vst3::Steinberg::kResultOk;

/// A block in which the plugin's delay is set, in frames.
fn delay(plugin: &Plugin, frames: u32) -> Pass {
    let position = f64::from(frames) / 1000.0;
    let mut pass = Pass::<f32>::new(1024, &[2], &[2]).with(&[(id("delay"), &[(0, position)])]);
    pass.ins[0].iter_mut().for_each(|channel| channel[0] = 1.0);
    assert_eq!(pass.run(plugin), kResultOk);
    pass
}

/// A call of the controller, within which plugins tell what they have to say.
fn call(plugin: &Plugin) {
    // SAFETY: any id and value are allowed.
    assert_eq!(unsafe { plugin.controller.setParamNormalized(id("secret"), 0.5) }, kResultOk);
}

#[test]
fn the_latency_is_the_new_one_when_it_is_told_and_the_plugin_plays_on() {
    let plugin = Plugin::ready_probe(1024);
    let seen = Arc::new(AtomicU32::new(0));
    let (inner, processor) = (Arc::clone(&seen), plugin.processor.clone());
    let (handler, news) = Handler::new(move || {
        // SAFETY: valid; hosts ask from anywhere.
        inner.store(unsafe { processor.getLatencySamples() }, Ordering::SeqCst);
    });
    // SAFETY: a valid handler.
    unsafe { plugin.controller.setComponentHandler(Handler::pointer(&handler)) };
    for frames in [100, 0, 250, 999, 1] {
        let pass = delay(&plugin, frames);
        assert_eq!(pass.outs[0][0].iter().position(|sample| *sample == 1.0), Some(frames as usize));
        call(&plugin);
        let heard = Handler::wait(&news);
        assert!(matches!(heard, Heard::Restart(flags, _) if flags == kLatencyChanged as i32), "{heard:?}");
        assert_eq!(seen.load(Ordering::SeqCst), frames);
    }
    // SAFETY: null lets go of the handler.
    unsafe { plugin.controller.setComponentHandler(std::ptr::null_mut()) };
}

#[test]
fn nothing_is_said_to_have_changed_about_buses() {
    let plugin = Plugin::probe();
    let (handler, news) = Handler::new(|| {});
    // SAFETY: a valid handler.
    unsafe { plugin.controller.setComponentHandler(Handler::pointer(&handler)) };
    let arrangements: [(&[u64], usize); 3] = [(&[kStereo, kMono], 2), (&[kMono], 1), (&[kStereo], 2)];
    let mut told = 0;
    for (n, (buses, channels)) in arrangements.into_iter().enumerate() {
        assert_eq!(plugin.arrange(buses, buses), kResultOk);
        assert_eq!(plugin.set_up(48_000.0, 64), kResultOk);
        plugin.start();
        let changes = [(id("delay"), &[(0, 0.1 * (n as f64 + 1.0))][..]), (id("press"), &[(0, 1.0)])];
        let mut pass = Pass::<f32>::new(64, &[channels], &[channels]).with(&changes);
        assert_eq!(pass.run(&plugin), kResultOk);
        assert_eq!(plugin.load(&plugin.save()), kResultOk);
        // The choice of a program.
        // SAFETY: any id and value are allowed.
        unsafe {
            let program = dyad_core::identity::PROGRAM_VST3_ID;
            assert_eq!(plugin.controller.setParamNormalized(program, n as f64 / 2.0), kResultOk);
        }
        plugin.stop();
        call(&plugin);
        for heard in news.try_iter() {
            told += 1;
            assert!(
                !matches!(heard, Heard::Restart(flags, _) if flags & kIoChanged as i32 != 0),
                "{heard:?}"
            );
        }
    }
    assert!(told >= 3, "a latency, a state: {told}");
    // SAFETY: null lets go of the handler.
    unsafe { plugin.controller.setComponentHandler(std::ptr::null_mut()) };
}
