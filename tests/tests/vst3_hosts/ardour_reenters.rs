//! Ardour comes back to a plugin while it is within `setActive` or a restart, with `setProcessing` among others.
#![allow(clippy::disallowed_types, reason = "no audio thread is near")]

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::current;
use std::time::Duration;

use dyad_tests::gain::{RATE, id};
use dyad_tests::vst3::{Call, Handler, Heard, Module, Pass, Plugin, Stream};
use vst3::Steinberg::Linux::{
    FileDescriptor, IEventHandler, IRunLoop, IRunLoopTrait, ITimerHandler, TimerInterval,
};
use vst3::Steinberg::Vst::{
    IAudioProcessor, IAudioProcessorTrait, IComponent, IComponentTrait, IEditControllerTrait,
};
use vst3::Steinberg::{FUnknown, kNotImplemented, kNotInitialized, kResultOk, tresult};
use vst3::{Class, ComPtr, ComRef, ComWrapper};

/// What a host does within a call of the plugin's.
type Within = Rc<RefCell<Option<Box<dyn Fn()>>>>;

/// A host whose run loop the plugin enters within `setActive`, and leaves there.
struct Host {
    within: Within,
    timers: RefCell<Vec<ComPtr<ITimerHandler>>>,
}

impl Class for Host {
    type Interfaces = (IRunLoop,);
}

impl Host {
    fn come_back(&self) {
        // Once: what it does may bring the plugin here again.
        let within = self.within.borrow_mut().take();
        if let Some(within) = within {
            within();
        }
    }
}

impl IRunLoopTrait for Host {
    unsafe fn registerEventHandler(&self, _handler: *mut IEventHandler, _fd: FileDescriptor) -> tresult {
        kNotImplemented
    }

    unsafe fn unregisterEventHandler(&self, _handler: *mut IEventHandler) -> tresult {
        kNotImplemented
    }

    unsafe fn registerTimer(&self, handler: *mut ITimerHandler, _every: TimerInterval) -> tresult {
        // SAFETY: the plugin's handler.
        let handler = unsafe { ComRef::from_raw(handler) }.expect("a handler").to_com_ptr();
        self.timers.borrow_mut().push(handler);
        self.come_back();
        kResultOk
    }

    unsafe fn unregisterTimer(&self, handler: *mut ITimerHandler) -> tresult {
        self.timers.borrow_mut().retain(|known| known.as_ptr() != handler);
        self.come_back();
        kResultOk
    }
}

/// A plugin in such a host, set up.
fn plugin() -> (Plugin, ComWrapper<Host>) {
    let host = ComWrapper::new(Host { within: Within::default(), timers: RefCell::default() });
    let context: *mut FUnknown = host.as_com_ref::<IRunLoop>().expect("a run loop").as_ptr().cast();
    let plugin = Plugin::within(Module::probe(), context);
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    (plugin, host)
}

/// What comes back: all that a host may want to do to an instance that has just become active.
fn comes_back(component: &ComPtr<IComponent>, processor: &ComPtr<IAudioProcessor>) -> Vec<tresult> {
    let (stream, mut flush) = (Stream::new(&[], 0, 100), Call::flush());
    // SAFETY: valid.
    unsafe {
        vec![
            processor.setProcessing(1),
            processor.process(&mut flush.data),
            component.getState(Stream::pointer(&stream)),
            component.setState(Stream::pointer(&Stream::new(&stream.bytes(), 0, 100))),
            processor.setProcessing(0),
        ]
    }
}

#[test]
fn set_processing_within_set_active_is_answered() {
    let (plugin, host) = plugin();
    let answers = Rc::new(RefCell::new(Vec::new()));
    let (inner, component, processor) =
        (Rc::clone(&answers), plugin.component.clone(), plugin.processor.clone());
    *host.within.borrow_mut() = Some(Box::new(move || {
        inner.borrow_mut().extend(comes_back(&component, &processor));
        // Once more, as hosts do that have lost track.
        // SAFETY: valid.
        inner.borrow_mut().push(unsafe { component.setActive(1) });
    }));
    plugin.start();
    assert_eq!(*answers.borrow(), [kResultOk; 6], "within setActive(1)");
    assert_eq!(host.timers.borrow().len(), 1, "and it is in the run loop once");
    assert_eq!(Pass::<f32>::new(64, &[2], &[2]).run(&plugin), kResultOk);
    let (inner, processor) = (Rc::clone(&answers), plugin.processor.clone());
    *host.within.borrow_mut() = Some(Box::new(move || {
        let mut flush = Call::flush();
        // SAFETY: valid.
        let answers = unsafe {
            [processor.setProcessing(0), processor.setProcessing(1), processor.process(&mut flush.data)]
        };
        *inner.borrow_mut() = answers.to_vec();
    }));
    plugin.stop();
    assert_eq!(*answers.borrow(), [kResultOk, kResultOk, kNotInitialized], "within setActive(0)");
    assert!(host.timers.borrow().is_empty());
}

#[test]
fn another_thread_does_not_wait_for_the_one_that_is_in_the_host() {
    let (plugin, host) = plugin();
    let all = Rc::new(RefCell::new(Vec::new()));
    let (inner, component, processor) =
        (Rc::clone(&all), plugin.component.clone(), plugin.processor.clone());
    *host.within.borrow_mut() = Some(Box::new(move || {
        let (done, answers) = channel();
        let (component, processor) = (component.clone(), processor.clone());
        let other = std::thread::spawn(move || {
            let _ = done.send(comes_back(&component, &processor));
        });
        // Longer than any machine is slow.
        let heard = answers.recv_timeout(Duration::from_secs(20)).expect("it waits for us");
        other.join().expect("nothing panics");
        inner.borrow_mut().extend(heard);
    }));
    plugin.start();
    assert_eq!(*all.borrow(), [kResultOk; 5]);
}

#[test]
fn a_restart_may_stop_and_start_within_the_notice_of_it() {
    let plugin = Plugin::ready_probe(64);
    let answers = Arc::new(Mutex::new(Vec::new()));
    let (inner, component, processor) =
        (Arc::clone(&answers), plugin.component.clone(), plugin.processor.clone());
    let (handler, news) = Handler::new(move || {
        // SAFETY: valid.
        let mut all =
            unsafe { vec![processor.setProcessing(0), component.setActive(0), component.setActive(1)] };
        all.extend(comes_back(&component, &processor));
        // SAFETY: valid.
        all.push(unsafe { processor.setProcessing(1) });
        inner.lock().expect("nobody panics").extend(all);
    });
    // SAFETY: a valid handler.
    unsafe { plugin.controller.setComponentHandler(Handler::pointer(&handler)) };
    let mut pass = Pass::<f32>::new(64, &[2], &[2]).with(&[(id("delay"), &[(0, 0.1)])]);
    assert_eq!(pass.run(&plugin), kResultOk);
    // SAFETY: any id and value are allowed.
    unsafe { plugin.controller.setParamNormalized(id("secret"), 0.5) };
    Handler::wait(&news);
    assert_eq!(*answers.lock().expect("nobody panics"), [kResultOk; 9]);
    assert_eq!(pass.run(&plugin), kResultOk, "it plays on");
    // SAFETY: null lets go of the handler.
    unsafe { plugin.controller.setComponentHandler(std::ptr::null_mut()) };
}

#[test]
fn set_active_and_set_up_are_over_before_a_host_hears_of_anything() {
    let plugin = Plugin::ready_probe(64);
    let (handler, news) = Handler::new(|| {});
    // SAFETY: a valid handler.
    unsafe { plugin.controller.setComponentHandler(Handler::pointer(&handler)) };
    // Another thread may tell of it at any time.
    let thread = |heard: &Heard| match heard {
        Heard::Restart(_, thread) | Heard::Dirty(_, thread) => *thread,
        Heard::Edit => current().id(),
    };
    for frames in 1..=20 {
        // A new latency, and a new state.
        let position = f64::from(frames) / 1000.0;
        let changes = [(id("delay"), &[(0, position)][..]), (id("press"), &[(0, 0.0), (1, 1.0)])];
        let mut pass = Pass::<f32>::new(64, &[2], &[2]).with(&changes);
        assert_eq!(pass.run(&plugin), kResultOk);
        plugin.stop();
        assert_eq!(plugin.set_up(RATE, 64), kResultOk);
        plugin.start();
        let mut heard: Vec<_> = news.try_iter().collect();
        assert!(heard.iter().all(|heard| thread(heard) != current().id()), "{heard:?}");
        // SAFETY: any id and value are allowed.
        unsafe { plugin.controller.setParamNormalized(id("secret"), 0.5) };
        // Where the other thread is at it already, it may take its time.
        while !heard.iter().any(|heard| matches!(heard, Heard::Dirty(true, _))) {
            heard.push(news.try_recv().unwrap_or_else(|_| Handler::wait(&news)));
        }
    }
    // SAFETY: null lets go of the handler.
    unsafe { plugin.controller.setComponentHandler(std::ptr::null_mut()) };
}
