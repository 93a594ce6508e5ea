//! Its editors, natively and as a page: files are stepped through, and what can't be used is told.

use dyad_core::state::Document;
use dyad_tests::process::{self, Running};
use dyad_tests::web::Web;
use dyad_tests::x11::{Screen, Seen};

use super::*;

/// The button for the next file, in logical pixels from the editor's corner.
const NEXT: (f32, f32) = (642.0, 85.0);
/// In the picture: near the end of the response, half way up.
const LATE: (usize, usize) = (690, 165);
/// The same near its beginning.
const EARLY: (usize, usize) = (40, 165);
/// Where the sign of a notice stands: left, top, right, bottom.
const SIGN: [usize; 4] = [14, 316, 38, 344];

fn story(page: bool) {
    let _alone = process::alone();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let files = ["a.wav", "b.wav", "c.wav"].map(|name| folder.path().join(name));
    wav::write_at(&files[0], RATE, &vec![decaying(1, 48_000)]);
    wav::write_at(&files[1], RATE, &vec![noise(2, 48_000)]);
    std::fs::write(&files[2], "no sound").expect("a file can be written");
    let class = format!("{ID}#stereo");
    let state = lv2_state(&class, folder.path(), &state_with(folder.path(), &files[0], None));
    let saved = folder.path().join("saved.state");

    let (screen, web) = (Screen::bare(), Web::new());
    let mut command = bundle::host();
    screen.prepare(&mut command);
    if page {
        web.prepare(&mut command);
        command.env_remove("DYAD_EDITOR");
    } else {
        command.env("DYAD_EDITOR", "native");
    }
    command.args(["--verbose", "gui"]).arg(Format::Lv2.bundle(PLUGIN)).args(["--class", &class, "--state"]);
    command.arg(&state).arg("--save-state").arg(&saved);
    let mut host = Running::start(&mut command);
    let ink = |screen: &Screen, editor: &Seen, (x, y): (usize, usize)| -> Option<[u8; 3]> {
        let picture = screen.picture(editor.place);
        let at = (y * picture.width + x) * 3;
        picture.rgb.get(at..at + 3)?.try_into().ok()
    };
    let is_signal = |[red, green, blue]: [u8; 3]| blue > 120 && green > 90 && red < 100;
    let shows = |early: bool, late: bool| {
        move |screen: &Screen| -> Option<Seen> {
            let editor = screen.editors().into_iter().next()?;
            let there = |at| ink(screen, &editor, at).map(is_signal);
            (there(EARLY)? == early && there(LATE)? == late).then_some(editor)
        }
    };
    let editor = screen.wait("a response that decays", &mut host, shows(true, false));
    screen.click(editor.place.at(NEXT, 1.0));
    screen.wait("one that does not", &mut host, shows(true, true));
    screen.click(editor.place.at(NEXT, 1.0));
    screen.wait("none", &mut host, shows(false, false));
    let told = |screen: &Screen| -> Option<()> {
        let editor = screen.editors().into_iter().next()?;
        let [left, top, right, bottom] = SIGN;
        let mut places = (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y)));
        let is_hot = |[red, green, blue]: [u8; 3]| red > 180 && green < 130 && blue < 130;
        places.any(|at| ink(screen, &editor, at).is_some_and(is_hot)).then_some(())
    };
    screen.wait("the sign of an error", &mut host, told);
    screen.close(editor.above[1]);
    assert!(host.end().success(), "{}", host.all());

    let bytes = std::fs::read(&saved).expect("it was saved");
    let head = b"\xa6format\xa4dyad\xa7version";
    let start = bytes.windows(head.len()).position(|window| window == head).expect("a document") - 1;
    let whole = (start..=bytes.len()).find_map(|end| Document::parse(&bytes[start..end]).ok());
    let whole = whole.expect("a whole document");
    let path = whole.properties.iter().find_map(|(_, value)| value).expect("a path");
    assert_eq!((path.text, path.hash), (files[2].to_str().expect("text"), None));
}

#[test]
fn the_native_editor_steps_through_files() {
    story(false);
}

#[test]
fn the_page_steps_through_files() {
    story(true);
}
