//! Reaper resizes a view only when it is asked to from its run loop, and may say the scale after the window is open.

use std::cell::Cell;
use std::rc::Rc;

use dyad_editor_abi::FromEditor;
use dyad_tests::vst3::{Frame, Plugin, Seen, StandIn};
use vst3::Steinberg::{
    IPlugViewContentScaleSupport, IPlugViewContentScaleSupportTrait, IPlugViewTrait, kResultFalse,
    kResultOk,
};

#[test]
fn no_call_of_the_hosts_is_answered_with_a_wish_for_a_size() {
    let (in_loop, outside) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(0)));
    let shared = (Rc::clone(&in_loop), Rc::clone(&outside));
    let frame = Frame::with(move |view, rect| {
        if !shared.0.get() {
            shared.1.set(shared.1.get() + 1);
            return kResultFalse;
        }
        // SAFETY: the view, and a rectangle.
        unsafe { view.onSize(rect) }
    });
    let stand_in = StandIn::new();
    let seen = Seen::new(Plugin::of(&stand_in.module), frame);
    assert_eq!(seen.attach(77), kResultOk);
    let scale = seen.view.cast::<IPlugViewContentScaleSupport>().expect("it takes a scale");
    // Whatever is called, the editor wishes for a size of its own just then.
    let calls: [(&str, &dyn Fn()); 9] = [
        ("onSize", &|| assert_eq!(seen.resize([640, 480]), kResultOk)),
        ("the scale", &|| {
            // SAFETY: any number is allowed.
            assert_eq!(unsafe { scale.setContentScaleFactor(1.5) }, kResultOk);
        }),
        ("checkSizeConstraint", &|| assert_eq!(seen.constrained([1, 1]), [300, 150])),
        ("getSize", &|| assert!(seen.size() > [0; 2])),
        ("canResize", &|| {
            // SAFETY: valid.
            assert_eq!(unsafe { seen.view.canResize() }, kResultOk);
        }),
        ("onFocus", &|| {
            // SAFETY: valid.
            unsafe { seen.view.onFocus(1) };
        }),
        ("a key", &|| {
            // SAFETY: any key is allowed.
            unsafe {
                seen.view.onKeyDown(u16::from(b'y'), 0, 0);
                seen.view.onKeyUp(u16::from(b'y'), 0, 0);
            }
        }),
        ("setFrame", &|| {
            // SAFETY: a valid frame.
            unsafe { seen.view.setFrame(Frame::pointer(&seen.frame)) };
        }),
        ("a value", &|| {
            // SAFETY: any id and value are allowed.
            unsafe {
                use vst3::Steinberg::Vst::IEditControllerTrait;
                seen.plugin.controller.setParamNormalized(dyad_tests::gain::id("gain"), 0.5);
            }
        }),
    ];
    for (n, (what, call)) in calls.iter().enumerate() {
        let wish = [400 + n as i32 * 10, 300];
        stand_in.say(0, &[FromEditor::Size { width: wish[0] as u32, height: wish[1] as u32 }]);
        call();
        assert_eq!(outside.get(), 0, "within {what}");
        in_loop.set(true);
        seen.frame.run_until("the wish", || seen.frame.wishes().contains(&wish));
        in_loop.set(false);
    }
    // A wish that is still there when the view goes is nobody's any more.
    stand_in.say_at_close(0, &[FromEditor::Size { width: 777, height: 555 }]);
    // SAFETY: valid.
    assert_eq!(unsafe { seen.view.removed() }, kResultOk);
    assert!(outside.get() == 0 && !seen.frame.wishes().contains(&[777, 555]));
    assert_eq!((seen.frame.faults(), stand_in.faults()), (vec![], 0));
}

#[test]
fn a_scale_that_comes_late_is_followed_from_there() {
    let (in_loop, stand_in) = (Rc::new(Cell::new(false)), StandIn::new());
    let shared = Rc::clone(&in_loop);
    let frame = Frame::with(move |view, rect| {
        assert!(shared.get(), "from the run loop");
        // SAFETY: the view, and a rectangle.
        unsafe { view.onSize(rect) }
    });
    let seen = Seen::new(Plugin::of(&stand_in.module), frame);
    assert_eq!(seen.attach(77), kResultOk);
    let before = seen.size();
    let scale = seen.view.cast::<IPlugViewContentScaleSupport>().expect("it takes a scale");
    for (factor, times) in [(2.0, 2), (1.0, 1), (3.0, 3)] {
        let wishes = seen.frame.wishes().len();
        // SAFETY: any number is allowed.
        assert_eq!(unsafe { scale.setContentScaleFactor(factor) }, kResultOk);
        in_loop.set(true);
        seen.frame.run_until("the wish", || seen.frame.wishes().len() > wishes);
        in_loop.set(false);
        assert_eq!(seen.size(), before.map(|side| side * times), "at {factor}");
    }
    assert_eq!(seen.frame.faults(), [""; 0]);
}
