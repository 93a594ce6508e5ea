//! Its editors, natively and as a page: the threshold is dragged in both pictures, the sidechain is switched on.

use dyad_tests::process::Running;
use dyad_tests::sound::Format;
use dyad_tests::web::Web;
use dyad_tests::x11::{Screen, Seen};
use dyad_tests::{bundle, process};

use crate::gestures::{gesture, last_value};

/// Logical pixels from the editor's corner. 252 pixels of the history are 60 dB; the threshold is at −20 dB.
const LEVEL_LINE: (f32, f32) = (150.0, 150.0);
/// The threshold at −30 dB on the transfer curve, which is about as wide.
const UPRIGHT_LINE: (f32, f32) = (590.0, 290.0);
const SIDECHAIN: (f32, f32) = (33.0, 492.0);
/// The arc of the threshold's knob, in the accent colour.
const ARC: (usize, usize) = (21, 380);

fn story(page: bool) {
    let _alone = process::alone();
    let (screen, web) = (Screen::bare(), Web::new());
    let mut command = bundle::host();
    screen.prepare(&mut command);
    if page {
        web.prepare(&mut command);
        command.env_remove("DYAD_EDITOR");
    } else {
        command.env("DYAD_EDITOR", "native");
    }
    let plugin = Format::Lv2.bundle("compressor");
    command
        .args(["--verbose", "gui"])
        .arg(plugin)
        .args(["--class", "urn:dyad:compressor#stereo_sidechain"]);
    let mut host = Running::start(&mut command);
    let drawn = |screen: &Screen| -> Option<Seen> {
        let editor = screen.editors().into_iter().next()?;
        let picture = screen.picture(editor.place);
        let at = (ARC.1 * picture.width + ARC.0) * 3;
        let [red, green, blue] = picture.rgb.get(at..at + 3)?.try_into().ok()?;
        (red > 180 && (100..200).contains(&green) && blue < 130).then_some(editor)
    };
    let editor = screen.wait("the knob of the threshold", &mut host, drawn);

    screen.drag(editor.place.at(LEVEL_LINE, 1.0), (0, 42));
    let moved = gesture(&mut host, "threshold");
    assert_eq!(moved.iter().filter(|line| *line == "begin").count(), 1, "{moved:?}");
    assert!((-31.0..=-29.0).contains(&last_value(&moved)), "42 pixels down are 10 dB: {moved:?}");
    screen.drag(editor.place.at(UPRIGHT_LINE, 1.0), (44, 0));
    let moved = gesture(&mut host, "threshold");
    assert!((-21.0..=-19.0).contains(&last_value(&moved)), "and back to the right: {moved:?}");

    screen.click(editor.place.at(SIDECHAIN, 1.0));
    assert_eq!(last_value(&gesture(&mut host, "external_key")), 1.0);
    screen.close(editor.above[1]);
    assert!(host.end().success(), "{}", host.all());
}

#[test]
fn the_native_editor_is_operated_by_its_pictures() {
    story(false);
}

#[test]
fn the_page_is_operated_by_its_pictures() {
    story(true);
}
