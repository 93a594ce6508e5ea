//! Editors in windows: pictures, sizes, gestures.

mod common;

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, ExitStatus, Stdio};

use common::display::Display;
use common::{Bench, PROGRAM, example};

const BAR: [u8; 3] = [0xe0, 0xa0, 0x20];
const GROUND: [u8; 3] = [0x20, 0x60, 0xc0];
const TOLD: [u8; 3] = [0x20, 0xc0, 0x40];
const UNTOLD: [u8; 3] = [0xc0, 0x20, 0x20];

/// Both formats' editors that work: the plugin, and how its window is called.
fn both(bench: &Bench) -> [(Vec<String>, &'static str); 2] {
    let module = bench.vst3_bundle("views.vst3", &example("fixture_view"));
    [(vec![bench.lv2_editor("good")], "Fixture"), (vec![module, "--class".into(), "Good".into()], "Good")]
}

/// Runs `dyad-host gui` to its end.
fn gui(display: &Display, plugin: &[String], more: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(PROGRAM);
    command.env("DISPLAY", &display.name).arg("gui").args(plugin).args(more);
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// A picture's size and pixels.
struct Picture {
    size: [usize; 2],
    rgb: Vec<u8>,
}

impl Picture {
    fn read(path: &str) -> Self {
        let mut reader = png::Decoder::new(BufReader::new(File::open(path).unwrap())).read_info().unwrap();
        let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut rgb).unwrap();
        assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
        Self { size: [info.width as usize, info.height as usize], rgb }
    }

    fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y * self.size[0] + x) * 3;
        self.rgb[at..at + 3].try_into().unwrap()
    }

    /// The fixtures' picture of a value.
    fn shows(&self, size: [usize; 2], value: f64, strip: [u8; 3]) {
        assert_eq!(self.size, size);
        let split = (size[0] as f64 * value).round() as usize;
        for (x, y, color) in [
            (split - 1, 0, BAR),
            (split, 0, GROUND),
            (size[0] - 1, size[1] - 21, GROUND),
            (0, size[1] - 20, strip),
            (size[0] - 1, size[1] - 1, strip),
        ] {
            assert_eq!(self.at(x, y), color, "at {x}, {y} of {size:?}");
        }
    }
}

/// A program with an open editor.
struct Running {
    child: Child,
    lines: BufReader<std::process::ChildStderr>,
}

impl Running {
    fn new(display: &Display, plugin: &[String], more: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.env("DISPLAY", &display.name).args(["--verbose", "gui"]).args(plugin).args(more);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap());
        Self { child, lines }
    }

    /// Reads lines until one begins like this.
    fn hears(&mut self, start: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            let read = self.lines.read_line(&mut line).unwrap();
            assert_ne!(read, 0, "it ended without saying {start:?}: {lines:?}");
            let found = line.starts_with(start);
            lines.push(line.trim_end().to_owned());
            if found {
                return lines;
            }
        }
    }

    fn ends(mut self) -> ExitStatus {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_picture_shows_values_and_what_the_running_plugin_said() {
    let (bench, display) = (Bench::new(), Display::new());
    for (plugin, _) in both(&bench) {
        for (set, value) in [(None, 0.25), (Some("level=0.75"), 0.75)] {
            let path = bench.path("a.png");
            let mut more = vec!["--screenshot", path.as_str()];
            more.extend(set.iter().flat_map(|set| ["--set", set]));
            let (code, error) = gui(&display, &plugin, &more);
            assert_eq!((code, error.as_str()), (Some(0), ""), "{plugin:?}");
            Picture::read(&path).shows([320, 200], value, TOLD);
            std::fs::remove_file(&path).unwrap();
        }
    }
}

#[test]
fn a_window_in_front_is_not_in_the_picture() {
    let (bench, display) = (Bench::new(), Display::new());
    let path = bench.path("a.png");
    let [(lv2, behind), (vst3, front)] = both(&bench);
    let mut other = Running::new(&display, &vst3, &["--set", "level=0.9"]);
    other.hears("open");
    let front = display.window(front);
    let mut picture = Running::new(&display, &lv2, &["--screenshot", &path]);
    picture.hears("open");
    display.window(behind);
    display.raise(front);
    assert_eq!(picture.ends().code(), Some(0));
    Picture::read(&path).shows([320, 200], 0.25, TOLD);
    display.close(front);
    assert_eq!(other.ends().code(), Some(0));
}

#[test]
fn an_editor_opens_while_the_plugin_is_stopped() {
    let (bench, display) = (Bench::new(), Display::new());
    // Only a running LV2 plugin sends atoms back; a VST3 editor has its timer from the host.
    for ((plugin, _), strip) in both(&bench).into_iter().zip([UNTOLD, TOLD]) {
        let path = bench.path("a.png");
        let (code, error) = gui(&display, &plugin, &["--stopped", "--screenshot", &path]);
        assert_eq!((code, error.as_str()), (Some(0), ""));
        Picture::read(&path).shows([320, 200], 0.25, strip);
    }
}

#[test]
fn sizes_and_scales_are_asked_for() {
    let (bench, display) = (Bench::new(), Display::new());
    let path = bench.path("a.png");
    let [(lv2, _), (vst3, _)] = both(&bench);
    for plugin in [&lv2, &vst3] {
        let (code, error) = gui(&display, plugin, &["--size", "400x260", "--screenshot", &path]);
        assert_eq!((code, error.as_str()), (Some(0), ""));
        Picture::read(&path).shows([400, 260], 0.25, TOLD);
    }
    // The VST3 editor takes steps of ten only, and a scale.
    let (code, error) = gui(&display, &vst3, &["--size", "405x260", "--screenshot", &path]);
    assert_eq!(code, Some(0));
    assert!(error.contains("does not take 405x260") && error.contains("400x260"), "{error}");
    Picture::read(&path).shows([400, 260], 0.25, TOLD);
    let (code, _) = gui(&display, &vst3, &["--scale", "2", "--screenshot", &path]);
    assert_eq!(code, Some(0));
    Picture::read(&path).shows([640, 400], 0.25, TOLD);
}

#[test]
fn the_window_is_resized_by_both_sides_and_closes() {
    let (bench, display) = (Bench::new(), Display::new());
    for (plugin, title) in both(&bench) {
        let mut running = Running::new(&display, &plugin, &[]);
        assert!(running.hears("open 320x200").len() < 100);
        let window = display.window(title);
        let inside = display.inside(window);
        display.await_size(inside, [320, 200]);
        display.resize(window, [500, 250]);
        display.await_size(inside, [500, 250]);
        display.point([100, 100]);
        display.button(3, true);
        display.button(3, false);
        running.hears("wish 480x300");
        display.await_size(window, [480, 300]);
        display.await_size(inside, [480, 300]);
        display.close(window);
        assert_eq!(running.ends().code(), Some(0));
    }
}

#[test]
fn a_drag_is_one_gesture() {
    let (bench, display) = (Bench::new(), Display::new());
    for (plugin, title) in both(&bench) {
        let mut running = Running::new(&display, &plugin, &[]);
        running.hears("open");
        let window = display.window(title);
        display.inside(window);
        display.point([80, 50]);
        display.button(1, true);
        for x in [120, 160, 200, 240] {
            display.point([x, 60]);
        }
        display.button(1, false);
        let lines = running.hears("edit level end");
        let edits: Vec<_> = lines.iter().filter(|line| line.starts_with("edit")).collect();
        assert_eq!(edits[0], "edit level begin");
        assert!(edits.len() > 3, "{edits:?}");
        assert!(
            edits[1..edits.len() - 1].iter().all(|line| line.starts_with("edit level value")),
            "{edits:?}"
        );
        assert_eq!(edits[edits.len() - 2], "edit level value 0.75");
        display.close(window);
        assert_eq!(running.ends().code(), Some(0));
    }
}

#[test]
fn a_plugin_that_asks_is_started_again() {
    let (bench, display) = (Bench::new(), Display::new());
    let (state, path) = (bench.path("a.state"), bench.path("a.png"));
    let [_, (plugin, title)] = both(&bench);
    let mut running = Running::new(&display, &plugin, &["--save-state", &state]);
    running.hears("open");
    let window = display.window(title);
    display.inside(window);
    display.point([240, 50]);
    display.button(2, true);
    display.button(2, false);
    running.hears("restart latency");
    display.button(1, true);
    display.button(1, false);
    running.hears("edit level end");
    display.close(window);
    assert_eq!(running.ends().code(), Some(0));
    // What it saves is what its sound has heard, so it ran.
    assert_eq!(gui(&display, &plugin, &["--state", &state, "--screenshot", &path]).0, Some(0));
    Picture::read(&path).shows([320, 200], 0.75, TOLD);
}

#[test]
fn a_socket_that_was_closed_is_named_and_left() {
    let (bench, display) = (Bench::new(), Display::new());
    let plugin =
        [bench.vst3_bundle("views.vst3", &example("fixture_view")), "--class".into(), "Careless".into()];
    let mut running = Running::new(&display, &plugin, &["--seconds", "1"]);
    running.hears("the editor closed the socket");
    let mut rest = String::new();
    running.lines.read_to_string(&mut rest).unwrap();
    assert!(!rest.contains("closed the socket"), "once is enough: {rest}");
    assert_eq!(running.ends().code(), Some(0));
}

#[test]
fn keys_go_to_the_editor() {
    let (bench, display) = (Bench::new(), Display::new());
    let [_, (plugin, title)] = both(&bench);
    let mut running = Running::new(&display, &plugin, &[]);
    running.hears("open");
    let window = display.window(title);
    display.point([100, 50]);
    for (key, said) in [(0x61, "key down 0x61 used"), (0x62, "key down 0x62 left")] {
        display.key(key);
        running.hears(said);
    }
    display.close(window);
    assert_eq!(running.ends().code(), Some(0));
}

#[test]
fn an_interrupt_closes_the_editor_properly() {
    let (bench, display) = (Bench::new(), Display::new());
    let closed = bench.path("closed");
    let mut command = Command::new(PROGRAM);
    command.env("DISPLAY", &display.name).env("DYAD_FIXTURE_CLOSED", &closed);
    let mut child = command.args(["gui", &bench.lv2_editor("good")]).spawn().unwrap();
    display.window("Fixture");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(std::fs::read_to_string(&closed).unwrap(), "closed");
}

#[test]
fn it_closes_after_some_seconds() {
    let (bench, display) = (Bench::new(), Display::new());
    let (code, error) = gui(&display, &[bench.lv2_editor("good")], &["--seconds", "0.2"]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
}

/// Real editors of others, drawn by OpenGL, one with atoms both ways.
#[test]
fn editors_of_others_are_pictured() {
    let (bench, display) = (Bench::new(), Display::new());
    let path = bench.path("a.png");
    for plugin in ["http://gareus.org/oss/lv2/fil4#stereo", "/usr/lib/vst3/ZaMultiComp.vst3"] {
        let (code, error) = gui(&display, &[plugin.to_owned()], &["--screenshot", &path]);
        assert_eq!((code, error.as_str()), (Some(0), ""), "{plugin}");
        let picture = Picture::read(&path);
        let mut colors: Vec<_> = picture.rgb.chunks_exact(3).collect();
        colors.sort_unstable();
        colors.dedup();
        assert!(
            picture.size[0] > 500 && colors.len() > 100,
            "{:?}, {} colours",
            picture.size,
            colors.len()
        );
    }
}

#[test]
fn a_state_holds_what_an_editor_has_set() {
    let (bench, display) = (Bench::new(), Display::new());
    let (state, path) = (bench.path("a.state"), bench.path("a.png"));
    for (plugin, title) in both(&bench) {
        let mut running = Running::new(&display, &plugin, &["--save-state", &state]);
        running.hears("open");
        let window = display.window(title);
        display.inside(window);
        display.point([160, 50]);
        display.button(1, true);
        display.button(1, false);
        running.hears("edit level end");
        display.close(window);
        assert_eq!(running.ends().code(), Some(0));
        let (code, error) = gui(&display, &plugin, &["--state", &state, "--screenshot", &path]);
        assert_eq!((code, error.as_str()), (Some(0), ""));
        Picture::read(&path).shows([320, 200], 0.5, TOLD);
    }
}
