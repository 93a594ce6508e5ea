//! Its editors, natively and as a page: the filter's node, an envelope's handle and a row of the matrix are operated.

use dyad_tests::bundle;
use dyad_tests::process::{self, Running};
use dyad_tests::sound::Format;
use dyad_tests::web::Web;
use dyad_tests::x11::{Picture, Screen, Seen};

use crate::gestures::{gestures, last_value};

/// Logical pixels from the editor's corner: the node of cutoff and resonance, of which 320 by 77 pixels are the picture.
const NODE: (f32, f32) = (327.0, 358.0);
/// The handle of the first envelope's decay and sustain: a part has 80 pixels at most, and all levels 59.
const DECAY: (f32, f32) = (423.5, 314.0);
/// The matrix' first row: the menu of its source with the second choice in the list, and the amount's slider.
const SOURCE: (f32, f32) = (92.0, 508.0);
const VELOCITY: (f32, f32) = (80.0, 562.0);
const AMOUNT: (f32, f32) = (300.0, 508.0);
/// Where the list marks what is chosen, in the accent colour.
const MARK: ((usize, usize), (usize, usize)) = ((44, 64), (528, 550));

/// Whether a pixel has the accent colour.
fn is_pink(picture: &Picture, x: usize, y: usize) -> bool {
    let at = (y * picture.width + x) * 3;
    picture.rgb.get(at..at + 3).is_some_and(|rgb| rgb[0] > 160 && rgb[1] < 130 && rgb[2] > 110)
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
    let plugin = Format::Lv2.bundle("synth");
    command.args(["--verbose", "gui"]).arg(plugin).args(["--class", "urn:dyad:synth#stereo"]);
    // Nothing looks different because it happens to be there.
    screen.point_away();
    let mut host = Running::start(&mut command);
    let drawn = |screen: &Screen| -> Option<Seen> {
        let editor = screen.editors().into_iter().next()?;
        let picture = screen.picture(editor.place);
        is_pink(&picture, NODE.0 as usize, NODE.1 as usize).then_some(editor)
    };
    let editor = screen.wait("the filter's node", &mut host, drawn);

    screen.drag(editor.place.at(NODE, 1.0), (-100, -30));
    let [cutoff, resonance] = values(&mut host, ["filter_cutoff", "filter_resonance"]);
    assert!((1750.0..=1970.0).contains(&cutoff), "{cutoff} Hz, from 20 kHz");
    assert!((53.0..=59.0).contains(&resonance), "{resonance} %, from 0");

    screen.drag(editor.place.at(DECAY, 1.0), (20, 24));
    let [decay, sustain] = values(&mut host, ["env_1_decay", "env_1_sustain"]);
    assert!((2800.0..=3400.0).contains(&decay), "{decay} ms, from 400");
    assert!((37.0..=42.0).contains(&sustain), "{sustain} %, from 80");

    screen.click(editor.place.at(SOURCE, 1.0));
    screen.wait("the list of sources", &mut host, |screen| {
        let picture = screen.picture(editor.place);
        let ((left, right), (top, bottom)) = MARK;
        (top..bottom).any(|y| (left..right).any(|x| is_pink(&picture, x, y))).then_some(())
    });
    screen.click(editor.place.at(VELOCITY, 1.0));
    assert_eq!(values(&mut host, ["mod_1_source"]), [1.0]);
    screen.drag(editor.place.at(AMOUNT, 1.0), (20, 0));
    let [amount] = values(&mut host, ["mod_1_amount"]);
    assert!((50.0..=66.0).contains(&amount), "{amount} %, from 0");
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
