//! Its editors, natively and as a page: a node is dragged in the picture, and a chip brings a band's controls.

use dyad_tests::bundle;
use dyad_tests::process::{self, Running};
use dyad_tests::sound::Format;
use dyad_tests::web::Web;
use dyad_tests::x11::{Picture, Screen, Seen};

use crate::gestures::{gestures, last_value};

/// Logical pixels from the editor's corner: the third band's node, the chip of the fifth band, and the switch of the
/// one that is selected.
const NODE: (f32, f32) = (344.0, 252.0);
const CHIP: (f32, f32) = (32.0, 528.0);
const SWITCH: (f32, f32) = (40.0, 570.0);
/// Beside the number in that node.
const COLOR: (usize, usize) = (338, 252);
/// Where a light line runs around that chip while its band is selected: at this column, in one of these rows.
const FRAME: (usize, std::ops::Range<usize>) = (32, 511..517);

/// The colour of a pixel of an editor.
fn pixel(picture: &Picture, x: usize, y: usize) -> Option<[u8; 3]> {
    let at = (y * picture.width + x) * 3;
    picture.rgb.get(at..at + 3)?.try_into().ok()
}

/// Waits until the gestures of these parameters have ended, one of each, and gives the values that they ended at.
fn values<const N: usize>(host: &mut Running, parameters: [&str; N]) -> [f64; N] {
    gestures(host, parameters).map(|heard| {
        assert_eq!(heard.iter().filter(|line| *line == "begin").count(), 1, "one gesture in {heard:?}");
        last_value(&heard)
    })
}

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
    let plugin = Format::Lv2.bundle("equaliser");
    command.args(["--verbose", "gui"]).arg(plugin).args(["--class", "urn:dyad:equaliser#stereo"]);
    let mut host = Running::start(&mut command);
    let drawn = |screen: &Screen| -> Option<Seen> {
        let editor = screen.editors().into_iter().next()?;
        let picture = screen.picture(editor.place);
        let [red, green, blue] = pixel(&picture, COLOR.0, COLOR.1)?;
        (red > 140 && green > 140 && blue < 130).then_some(editor)
    };
    let editor = screen.wait("the third band's node", &mut host, drawn);

    // An octave to the right is 82 pixels, and 6 dB upwards are 46.
    screen.drag(editor.place.at(NODE, 1.0), (82, -93));
    let [hertz, gain] = values(&mut host, ["band_3_freq", "band_3_gain"]);
    assert!((470.0..=530.0).contains(&hertz), "{hertz} Hz, from 250");
    assert!((11.0..=13.0).contains(&gain), "{gain} dB, from 0");

    screen.click(editor.place.at(CHIP, 1.0));
    screen.wait("the fifth band's frame", &mut host, |screen| {
        let picture = screen.picture(editor.place);
        let light = |y| pixel(&picture, FRAME.0, y).is_some_and(|rgb| rgb.iter().all(|part| *part > 190));
        FRAME.1.clone().any(light).then_some(())
    });
    screen.click(editor.place.at(SWITCH, 1.0));
    assert_eq!(values(&mut host, ["band_5_on"]), [0.0]);
    screen.click(editor.place.at(SWITCH, 1.0));
    assert_eq!(values(&mut host, ["band_5_on"]), [1.0]);
    screen.close(editor.above[1]);
    assert!(host.end().success(), "{}", host.all());
}

#[test]
fn the_native_editor_is_operated_by_its_picture() {
    story(false);
}

#[test]
fn the_page_is_operated_by_its_picture() {
    story(true);
}
