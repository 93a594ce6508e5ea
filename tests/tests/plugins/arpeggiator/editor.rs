//! Its editors, natively and as a page: a stroke paints steps, a kind is switched, a key of the keyboard is played.

use dyad_tests::process::Running;
use dyad_tests::sound::Format;
use dyad_tests::web::Web;
use dyad_tests::x11::{Screen, Seen};
use dyad_tests::{bundle, process};

use crate::gestures::{gesture, gestures, last_value};

/// Logical pixels from the editor's corner: the middle of a step's column.
fn column(step: usize) -> f32 {
    // 8 around all, 12 within the panel, 84 for names; 16 columns to the right edge.
    104.0 + (step as f32 - 0.5) * 50.25
}
/// Heights within the lanes of velocities, kinds and transpositions, and of the numbers.
const VELOCITY: (f32, f32) = (90.0, 210.0);
const KIND: f32 = 270.0;
const TRANSPOSE: f32 = 305.0;
const NUMBERS: f32 = 71.0;
/// In the bar of the first step, whose velocity is 100.
const BAR: (usize, usize) = (129, 220);

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
    command.args(["--verbose", "gui"]).arg(Format::Lv2.bundle("arpeggiator"));
    let mut host = Running::start(&mut command);
    let drawn = |screen: &Screen| -> Option<Seen> {
        let editor = screen.editors().into_iter().next()?;
        let picture = screen.picture(editor.place);
        let at = (BAR.1 * picture.width + BAR.0) * 3;
        let [red, green, blue] = picture.rgb.get(at..at + 3)?.try_into().ok()?;
        (red > 70 && green > 70 && blue < 70).then_some(editor)
    };
    let editor = screen.wait("the bar of a step", &mut host, drawn);
    let at = |x: f32, y: f32| editor.place.at((x, y), 1.0);

    // From step 2 down to step 4: a gesture on each.
    screen.drag(at(column(2), VELOCITY.0), (100, (VELOCITY.1 - VELOCITY.0) as i32));
    let painted = gestures(&mut host, ["step_2_velocity", "step_3_velocity", "step_4_velocity"]);
    for gesture in &painted {
        assert_eq!(gesture.iter().filter(|line| *line == "begin").count(), 1, "{painted:?}");
    }
    let [second, third, fourth] = painted.each_ref().map(|gesture| last_value(gesture));
    assert!(second > third && third > fourth && fourth < 60.0, "{painted:?}");

    for kind in [1.0, 2.0] {
        screen.click(at(column(5), KIND));
        assert_eq!(last_value(&gesture(&mut host, "step_5_kind")), kind);
    }
    screen.click(at(column(6), TRANSPOSE));
    let moved = last_value(&gesture(&mut host, "step_6_transpose"));
    assert!((-12.0..12.0).contains(&moved) && moved.fract() == 0.0, "{moved}");
    screen.click(at(column(12), NUMBERS));
    assert_eq!(last_value(&gesture(&mut host, "steps")), 12.0);
    screen.close(editor.above[1]);
    assert!(host.end().success(), "{}", host.all());
}

#[test]
fn the_native_editor_is_painted() {
    story(false);
}

#[test]
fn the_page_is_painted() {
    story(true);
}
