//! Its editors, natively and as a page: the picture of the echoes is dragged, the loop is frozen.

use dyad_tests::process::Running;
use dyad_tests::sound::Format;
use dyad_tests::web::Web;
use dyad_tests::x11::{Screen, Seen};
use dyad_tests::{bundle, process};

use crate::gestures::{gestures, last_value};

/// Logical pixels from the editor's corner: within the echoes' picture, and on the large switch.
const PICTURE: (f32, f32) = (300.0, 180.0);
const FREEZE: (f32, f32) = (700.0, 358.0);
/// Where the sound itself stands in the picture, in the signal's colour.
const SOUND: (usize, usize) = (57, 120);

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
    let plugin = Format::Lv2.bundle("delay");
    command.args(["--verbose", "gui"]).arg(plugin).args(["--class", "urn:dyad:delay#stereo"]);
    let mut host = Running::start(&mut command);
    let drawn = |screen: &Screen| -> Option<Seen> {
        let editor = screen.editors().into_iter().next()?;
        let picture = screen.picture(editor.place);
        let at = (SOUND.1 * picture.width + SOUND.0) * 3;
        let [red, green, blue] = picture.rgb.get(at..at + 3)?.try_into().ok()?;
        (blue > 100 && green > 80 && red < 80).then_some(editor)
    };
    let editor = screen.wait("the picture of the echoes", &mut host, drawn);

    // To the right and upwards: a longer note and more feedback, a gesture each.
    screen.drag(editor.place.at(PICTURE, 1.0), (60, -40));
    let both = gestures(&mut host, ["note_left", "feedback"]);
    for gesture in &both {
        assert_eq!(gesture.iter().filter(|line| *line == "begin").count(), 1, "{gesture:?}");
    }
    let [note, feedback] = both.each_ref().map(|gesture| last_value(gesture));
    assert!((14.0..=16.0).contains(&note), "from 1/8 dotted, number 12: {both:?}");
    assert!((50.0..=65.0).contains(&feedback), "from 40 %: {both:?}");

    for on in [1.0, 0.0] {
        screen.click(editor.place.at(FREEZE, 1.0));
        let [freeze] = gestures(&mut host, ["freeze"]);
        assert_eq!(last_value(&freeze), on);
    }
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
