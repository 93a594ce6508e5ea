//! Carla's run loop calls a plugin whenever its socket can be read from or written to.

use dyad_editor_abi::{FromEditor, ToEditor};
use dyad_tests::gain::{self, id};
use dyad_tests::lv2ui::{HostWindow, screen};
use dyad_tests::vst3::{Edit, Frame, Plugin, Seen, StandIn};
use dyad_tests::x11::{Reference, Tolerance};
use vst3::Steinberg::Vst::IEditControllerTrait;
use vst3::Steinberg::kResultOk;

/// One that can always be written to would keep the host's loop from ever resting.
#[test]
fn the_socket_of_an_editor_at_rest_can_be_neither_read_nor_written_to() {
    let (screen, _turn) = screen();
    let mut like = Reference::new(gain::description(), 1.0);
    let [width, height] = like.size();
    let seen = Seen::new(Plugin::new(), Frame::new());
    let host = HostWindow::new(&screen, width as u16, height as u16);
    assert_eq!(seen.attach(host.id as usize), kResultOk);
    let expected = like.picture();
    seen.frame.run_until("the editor", || {
        let editor = screen.editors().into_iter().find(|editor| editor.above.last() == Some(&host.id));
        editor.is_some_and(|editor| screen.picture(editor.place).is_like(&expected, Tolerance::EXACT))
    });
    let [socket] = seen.frame.sockets()[..] else { panic!("it has one") };
    let state = || {
        let mut asked = libc::pollfd { fd: socket, events: libc::POLLIN | libc::POLLOUT, revents: 0 };
        // SAFETY: one.
        unsafe { libc::poll(&mut asked, 1, 0) };
        asked.revents
    };
    seen.frame.run_until("it is read empty", || state() & libc::POLLIN == 0);
    assert_eq!(state() & libc::POLLOUT, 0, "and can't be written to");
}

#[test]
fn calls_for_nothing_do_no_harm() {
    let frame = Frame::new();
    frame.look_for_writing();
    let stand_in = StandIn::new();
    let seen = Seen::new(Plugin::of(&stand_in.module), frame);
    assert_eq!(seen.attach(77), kResultOk);
    let polls = stand_in.polls(0);
    seen.frame.run(50);
    assert!(stand_in.polls(0) >= polls + 50, "its socket can always be written to");
    let told = stand_in.told_so_far(0);
    seen.frame.run(50);
    assert_eq!(stand_in.told_so_far(0), told, "nothing is told twice");
    // What there is to do is done, once.
    let index = stand_in.index("gain");
    let gesture =
        [FromEditor::Begin(index), FromEditor::Set { index, plain: 24.0 }, FromEditor::End(index)];
    stand_in.say(0, &gesture);
    stand_in.say(0, &[FromEditor::Size { width: 500, height: 400 }]);
    seen.frame.run_until("the gesture", || seen.edits.heard().len() >= 3);
    // SAFETY: any id and value are allowed.
    unsafe { seen.plugin.controller.setParamNormalized(id("follow"), 0.5) };
    seen.frame.run(50);
    let gain = id("gain");
    assert_eq!(seen.edits.heard(), [Edit::Begin(gain), Edit::Set(gain, 1.0), Edit::End(gain)]);
    assert_eq!(seen.frame.wishes(), [[500, 400]]);
    let index = stand_in.index("follow");
    let values = |frame: &&ToEditor<'_>| matches!(frame, ToEditor::Value { index: i, .. } if *i == index);
    assert_eq!(stand_in.told(0, |frames| frames[told..].iter().filter(values).count()), 1);
    assert_eq!((seen.frame.faults(), stand_in.faults()), (vec![], 0));
}
