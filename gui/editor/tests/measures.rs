//! The size that a host learns before it opens an editor, on a display with large dots. A program of its own: the
//! display is asked once.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use common::{gain, request};
use dyad_editor::{Session, measure};

#[test]
fn a_host_without_a_scale_learns_the_size_at_which_the_editor_will_open() {
    let screen = common::Screen::new();
    screen.resources("Xft.dpi:\t192\n");
    let told = measure(&gain(), None);
    assert_eq!(told, measure(&gain(), Some(2.0)));
    let mut request = request(screen.window([1000, 700]));
    request.scale = None;
    let session = Session::open(&gain(), &request).unwrap();
    assert_eq!(screen.size_of(session.window()), Some([told.width, told.height]));
    session.close(&mut |_| {});
}
