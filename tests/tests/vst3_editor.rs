//! The editors of the built VST3 bundles in a host's window: what a user sees and does there.
#![allow(unsafe_code)]

use std::thread::current;

use dyad_tests::gain::{self, RATE, id, position};
use dyad_tests::lv2ui::{HostWindow, screen};
use dyad_tests::vst3::{Edit, Edits, Frame, Module, Plugin, Seen, view_of};
use dyad_tests::x11::{Button, Picture, Reference, Screen, Shown, Tolerance};
use dyad_tests::{bundle, probe};
use vst3::ComWrapper;
use vst3::Steinberg::Vst::IEditControllerTrait;
use vst3::Steinberg::{
    IPlugViewContentScaleSupport, IPlugViewContentScaleSupportTrait, IPlugViewTrait,
    kPlatformTypeX11EmbedWindowID, kResultOk,
};

/// A view in a host's window on a screen.
struct Open {
    shown: Shown,
    seen: Seen,
    window: HostWindow,
}

fn host_window(screen: &Screen, [width, height]: [i32; 2]) -> HostWindow {
    HostWindow::new(screen, width as u16, height as u16)
}

/// The editor that was opened last.
fn newest(screen: &Screen, within: &HostWindow) -> Option<dyad_tests::x11::Seen> {
    screen.editors().into_iter().find(|editor| editor.above.last() == Some(&within.id))
}

impl Open {
    fn new(screen: &Screen, plugin: Plugin, like: Reference) -> Self {
        Self::scaled(screen, plugin, like, None)
    }

    fn scaled(screen: &Screen, plugin: Plugin, like: Reference, scale: Option<f32>) -> Self {
        let seen = Seen::new(plugin, Frame::new());
        if let Some(scale) = scale {
            let support = seen.view.cast::<IPlugViewContentScaleSupport>().expect("it takes a scale");
            // SAFETY: any number is allowed.
            assert_eq!(unsafe { support.setContentScaleFactor(scale) }, kResultOk);
        }
        assert_eq!(seen.size(), like.size().map(|side| side as i32), "known before it is open");
        let window = host_window(screen, seen.size());
        assert_eq!(seen.attach(window.id as usize), kResultOk);
        let found = std::cell::RefCell::new(None);
        seen.frame.run_until("its window", || {
            *found.borrow_mut() = newest(screen, &window);
            found.borrow().is_some()
        });
        let editor = found.into_inner().expect("it was found");
        Self { shown: Shown { window: editor, like }, seen, window }
    }

    fn gain(screen: &Screen) -> Self {
        Self::new(screen, Plugin::new(), Reference::new(gain::description(), 1.0))
    }

    fn picture(&self, screen: &Screen) -> Option<Picture> {
        Some(screen.picture(screen.again(&self.shown.window)?.place))
    }

    /// Waits until it looks as it should; what was seen is kept as a picture.
    fn settle(&mut self, screen: &Screen, name: &str) {
        let expected = self.shown.like.picture();
        let last = std::cell::RefCell::new(None);
        let like = || {
            let seen = self.picture(screen);
            let like = seen.as_ref().is_some_and(|seen| seen.is_like(&expected, Tolerance::EXACT));
            *last.borrow_mut() = seen;
            like
        };
        let settled = self.seen.frame.runs_until(like);
        let last = last.into_inner().expect("it is on the screen");
        last.save(name);
        if !settled {
            last.assert_like(&expected, name, Tolerance::EXACT);
        }
    }

    /// Drags a control, and expects from then on what the host got. How many pixels a toolkit takes to
    /// tell a drag from a click depends on how fast the pointer is.
    fn drag(&mut self, screen: &Screen, param: &str, by: (i32, i32)) {
        let ends = self.ends();
        self.shown.drag(screen, param, by);
        self.seen.frame.run_until("the end of the gesture", || self.ends() == ends + 1);
        let (is, about) = (self.seen.plugin.plain(param), self.shown.like.value(param));
        assert!((is - about).abs() < 5.0, "{param} is {is} and should be about {about}");
        self.shown.like.set(param, is);
    }

    /// A host that asks what is where hears what can be seen there.
    fn finds_what_is_shown(&mut self) {
        for param in ["gain", "bypass"] {
            let at = self.shown.like.place(param);
            assert_eq!(self.seen.find(at), Some(id(param)), "{at:?}");
        }
        let [width, height] = self.seen.size();
        for corner in [(0, height - 1), (width - 1, height - 1), (-5, 5), (width + 5, height / 2)] {
            assert_eq!(self.seen.find(corner), None, "{corner:?}");
        }
        let places: Vec<_> =
            (0..height).step_by(7).flat_map(|y| (0..width).step_by(7).map(move |x| (x, y))).collect();
        let expected = self.shown.like.find(&places);
        for param in ["gain", "bypass", "peak"] {
            assert!(expected.contains(&Some(id(param))), "{param}");
        }
        for (place, expected) in places.into_iter().zip(expected) {
            assert_eq!(self.seen.find(place), expected, "{place:?}");
        }
    }

    fn ends(&self) -> usize {
        self.seen.edits.heard().iter().filter(|edit| matches!(edit, Edit::End(_))).count()
    }

    /// One gesture of this parameter was heard, from beginning to end, and nothing else.
    fn heard_one_gesture(&self, param: &str) {
        let heard = self.seen.edits.heard();
        let (first, last) = (heard.first().copied(), heard.last().copied());
        assert_eq!((first, last), (Some(Edit::Begin(id(param))), Some(Edit::End(id(param)))), "{heard:?}");
        assert!(heard.len() >= 3, "{heard:?}");
        for edit in &heard[1..heard.len() - 1] {
            assert!(matches!(edit, Edit::Set(param_id, _) if *param_id == id(param)), "{heard:?}");
        }
        assert_eq!(self.seen.frame.faults(), [""; 0]);
    }
}

#[test]
fn a_drag_moves_the_hosts_parameter_as_one_gesture_and_the_host_moves_the_knob() {
    let (screen, _turn) = screen();
    let mut open = Open::gain(&screen);
    open.settle(&screen, "vst3 gain");
    open.drag(&screen, "gain", (0, 40));
    open.heard_one_gesture("gain");
    assert!(open.seen.edits.heard_on().iter().all(|(_, thread)| *thread == current().id()));
    assert!(open.seen.plugin.plain("gain") < -10.0);
    open.settle(&screen, "vst3 gain dragged");
    // The host's automation.
    // SAFETY: any id and value are allowed.
    unsafe { open.seen.plugin.controller.setParamNormalized(id("gain"), position(18.0)) };
    open.shown.like.set("gain", 18.0);
    open.settle(&screen, "vst3 gain automated");
    // A session.
    let other = Plugin::new();
    // SAFETY: as above.
    unsafe { other.controller.setParamNormalized(id("gain"), position(-30.0)) };
    assert_eq!(open.seen.plugin.load(&other.save()), kResultOk);
    open.shown.like.set("gain", -30.0);
    open.settle(&screen, "vst3 gain restored");
}

#[test]
fn an_edit_counts_while_the_plugin_is_inactive_and_when_it_is_active() {
    let (screen, _turn) = screen();
    let mut open = Open::gain(&screen);
    open.settle(&screen, "vst3 gain inactive");
    open.drag(&screen, "gain", (0, 400));
    let other = Plugin::new();
    assert_eq!(other.load(&open.seen.plugin.save()), kResultOk);
    assert_eq!(other.plain("gain"), -60.0, "saved");
    assert_eq!(open.seen.plugin.set_up(RATE, 64), kResultOk);
    open.seen.plugin.start();
    assert_eq!(open.seen.plugin.play(&[1.0; 64], &[])[63], 0.0, "the next run begins with it");
    open.shown.like.set("gain", -60.0);
    // Meters show what the sound does.
    open.seen.plugin.flush("gain", position(0.0));
    open.shown.like.set("gain", 0.0);
    for _ in 0..60 {
        open.seen.plugin.play(&[0.0; 64], &[]);
    }
    open.settle(&screen, "vst3 gain active");
    open.seen.plugin.stop();
    open.drag(&screen, "gain", (0, -30));
    open.settle(&screen, "vst3 gain stopped");
}

#[test]
fn removed_within_a_drag_ends_the_gesture() {
    let (screen, _turn) = screen();
    let mut open = Open::gain(&screen);
    open.settle(&screen, "vst3 gain");
    open.shown.hold(&screen, "gain", (0, 30));
    let set = |edit: &Edit| matches!(edit, Edit::Set(..));
    open.seen.frame.run_until("a part of the gesture", || open.seen.edits.heard().iter().any(set));
    // SAFETY: valid.
    assert_eq!(unsafe { open.seen.view.removed() }, kResultOk);
    screen.button(Button::Left, false);
    open.heard_one_gesture("gain");
    assert_eq!(open.seen.frame.registered(), [0, 0]);
    assert!(newest(&screen, &open.window).is_none(), "its window is gone");
    // And once more.
    assert_eq!(open.seen.attach(open.window.id as usize), kResultOk);
    open.seen.frame.run_until("its window", || newest(&screen, &open.window).is_some());
}

#[test]
fn the_host_may_destroy_the_window_first() {
    let (screen, _turn) = screen();
    let mut open = Open::gain(&screen);
    open.settle(&screen, "vst3 gain");
    open.window.destroy();
    open.seen.frame.run_until("it leaves the run loop", || open.seen.frame.registered() == [0, 0]);
    assert_eq!(open.seen.frame.faults(), [""; 0]);
    // Another window.
    open.window = host_window(&screen, open.seen.size());
    assert_eq!(open.seen.attach(open.window.id as usize), kResultOk);
    let found = std::cell::RefCell::new(None);
    open.seen.frame.run_until("its window", || {
        *found.borrow_mut() = newest(&screen, &open.window);
        found.borrow().is_some()
    });
    open.shown.window = found.into_inner().expect("it was found");
    open.settle(&screen, "vst3 gain again");
    assert_eq!(open.seen.plugin.set_up(RATE, 64), kResultOk);
    open.seen.plugin.start();
    assert_eq!(open.seen.plugin.play(&[0.5; 64], &[]), [0.5; 64], "it plays on");
}

#[test]
fn sizes_and_scales_are_followed() {
    let (screen, _turn) = screen();
    // A binary of its own: it keeps the last size for the next editor, and that is another test's.
    let folder = tempfile::tempdir().expect("there is room for a module");
    std::fs::create_dir(folder.path().join("editor")).expect("a folder can be made");
    for name in ["gain.so", "editor/gain_ui.so"] {
        let from = bundle::vst3_binary().with_file_name("").join(name);
        std::fs::copy(from, folder.path().join(name)).expect("it can be copied");
    }
    let module = Module::load(&folder.path().join("gain.so"));
    let like = Reference::new(gain::description(), 2.0);
    let mut open = Open::scaled(&screen, Plugin::of(&module), like, Some(2.0));
    open.settle(&screen, "vst3 gain 2x");
    open.finds_what_is_shown();
    let [width, height] = open.seen.size();
    let larger = [width + 150, height + 90];
    assert_eq!(open.seen.constrained(larger), larger);
    screen.resize(open.window.id, larger[0] as u32, larger[1] as u32);
    assert_eq!(open.seen.resize(larger), kResultOk);
    open.shown.like.resize(larger[0] as u32, larger[1] as u32);
    open.settle(&screen, "vst3 gain 2x larger");
    open.finds_what_is_shown();
    assert_eq!(open.seen.size(), larger);
    // Reaper says the scale late. The frame gives the size that the view asks for.
    let support = open.seen.view.cast::<IPlugViewContentScaleSupport>().expect("it takes a scale");
    // SAFETY: any number is allowed.
    assert_eq!(unsafe { support.setContentScaleFactor(1.0) }, kResultOk);
    let half = larger.map(|side| (side + 1) / 2);
    open.seen.frame.run_until("the wish", || !open.seen.frame.wishes().is_empty());
    assert_eq!((open.seen.frame.wishes()[0], open.seen.size()), (half, half));
    screen.resize(open.window.id, half[0] as u32, half[1] as u32);
    open.shown.like = Reference::new(gain::description(), 1.0);
    open.shown.like.resize(half[0] as u32, half[1] as u32);
    open.settle(&screen, "vst3 gain 1x");
    open.finds_what_is_shown();
}

#[test]
fn two_instances_have_two_editors() {
    let (screen, _turn) = screen();
    let mut first = Open::gain(&screen);
    let [width, _] = first.seen.size();
    let mut second = Open::gain(&screen);
    screen.put(second.window.id, 60 + width, 30);
    first.settle(&screen, "vst3 first");
    second.settle(&screen, "vst3 second");
    first.drag(&screen, "gain", (0, 40));
    second.seen.frame.run(10);
    assert_eq!((second.seen.edits.heard(), second.seen.plugin.plain("gain")), (Vec::new(), 0.0));
    second.settle(&screen, "vst3 second");
    first.settle(&screen, "vst3 first dragged");
    drop(first);
    second.settle(&screen, "vst3 second alone");
}

#[test]
fn without_a_run_loop_the_editor_works_too() {
    let (screen, _turn) = screen();
    let plugin = Plugin::new();
    let edits: ComWrapper<Edits> = Edits::new();
    let view = view_of(&plugin).expect("it has an editor");
    let mut like = Reference::new(gain::description(), 1.0);
    let window = host_window(&screen, like.size().map(|side| side as i32));
    let parent = std::ptr::without_provenance_mut(window.id as usize);
    // SAFETY: a valid handler and a window's number.
    unsafe {
        plugin.controller.setComponentHandler(Edits::pointer(&edits));
        assert_eq!(view.attached(parent, kPlatformTypeX11EmbedWindowID), kResultOk);
    }
    let frame = Frame::new();
    let shows = |expected: &Picture| {
        newest(&screen, &window)
            .is_some_and(|editor| screen.picture(editor.place).is_like(expected, Tolerance::EXACT))
    };
    let expected = like.picture();
    frame.run_until("the editor", || shows(&expected));
    let corner = newest(&screen, &window).expect("it is there").place;
    let (x, y) = like.place("gain");
    screen.drag((corner.x + x, corner.y + y), (0, 40));
    screen.point_away();
    frame.run_until("the gesture", || edits.heard().last() == Some(&Edit::End(id("gain"))));
    // It can be undone.
    like.drag("gain", (0, 40));
    // SAFETY: any id and value are allowed.
    unsafe { plugin.controller.setParamNormalized(id("gain"), position(6.0)) };
    like.set("gain", 6.0);
    let expected = like.picture();
    frame.run_until("the host's value", || shows(&expected));
    // SAFETY: valid; null lets go of the handler.
    unsafe {
        view.removed();
        plugin.controller.setComponentHandler(std::ptr::null_mut());
    }
    assert!(newest(&screen, &window).is_none());
}

#[test]
fn the_probes_editor_shows_all_that_it_has() {
    let (screen, _turn) = screen();
    let like = Reference::new(probe::description(), 1.0);
    let mut open = Open::new(&screen, Plugin::of(Module::probe()), like);
    open.settle(&screen, "vst3 probe");
    open.drag(&screen, "follow", (0, -40));
    open.heard_one_gesture("follow");
}
