//! `dyad-host play` with a JACK server that has no sound card: sound and MIDI both ways, plugins that fail, a server
//! that changes or ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dyad_tests::jack::{Jack, client};
use dyad_tests::jack_player::{Heard, LEVELS, Player};
use dyad_tests::process::{Alone, Running, alone};
use dyad_tests::x11::Screen;
use dyad_tests::{bundle, gain, probe, system};

/// What the client under test is called.
const NAME: &str = "plugin";
/// The inputs and outputs of a plugin in stereo.
const STEREO: [&str; 4] = ["in_1", "in_2", "out_1", "out_2"];

/// A server, the program, and a player around it. They end in this order.
struct Session {
    player: Player,
    host: Running,
    jack: Jack,
    _alone: Alone,
}

/// The program as a client of the tests' server. Blocks are late on no machine, however busy it is.
fn command(words: &[&str]) -> Command {
    hurried(words, "20")
}

/// The same with another part of a block's length for the plugins.
fn hurried(words: &[&str], patience: &str) -> Command {
    let program = bundle::host();
    let mut command = client(program.get_program().to_str().expect("a path in Unicode"));
    command.args(["play", "--driver", "jack", "--name", NAME, "--patience", patience]).args(words);
    command
}

/// Starts the program and waits until it plays.
fn start(command: &mut Command) -> Running {
    let mut host = Running::start(command);
    let playing = host.hear(|line| line.starts_with("playing ").then_some(()));
    assert_eq!(playing, Some(()), "it ended:\n{}", host.all());
    host
}

impl Session {
    fn start(words: &[&str], ports: &[&str]) -> Self {
        Self::with(&mut command(words), ports)
    }

    fn with(command: &mut Command, ports: &[&str]) -> Self {
        let alone = alone();
        let jack = Jack::start();
        let host = start(command);
        let player = Player::new().unwrap_or_else(|failed| panic!("{failed}\n{}", host.all()));
        player.around(NAME, ports).unwrap_or_else(|failed| panic!("{failed}\n{}", host.all()));
        Self { player, host, jack, _alone: alone }
    }

    #[track_caller]
    fn hear(&mut self, what: &str, is: impl Fn(&Heard) -> bool) -> Heard {
        self.player.hear(what, &mut self.host, is)
    }

    /// Waits until each channel is the player's, times a factor.
    #[track_caller]
    fn hear_factor(&mut self, what: &str, factor: f64) {
        self.hear(what, |heard| is_factor(heard, factor));
    }

    /// Waits until the program says a line with this in it.
    #[track_caller]
    fn line(&mut self, text: &str) -> String {
        let line = self.host.hear(|line| line.contains(text).then(|| line.to_owned()));
        line.unwrap_or_else(|| panic!("it ended and did not say {text:?}:\n{}", self.host.all()))
    }

    /// Ends the program and gives what it has said.
    #[track_caller]
    fn end(mut self) -> String {
        self.host.terminate();
        let status = self.host.end();
        assert_eq!(status.code(), Some(0), "{}", self.host.all());
        self.host.all()
    }
}

fn is_factor(heard: &Heard, factor: f64) -> bool {
    let near = |got: f32, level: f32| (f64::from(got) / f64::from(level) - factor).abs() < 1e-3;
    heard.last.iter().zip(LEVELS).all(|(got, level)| near(*got, level))
}

/// What it complained of.
fn complaints(said: &str) -> Vec<&str> {
    said.lines().filter(|line| line.starts_with("dyad-host: ")).collect()
}

/// A place for a file of a test's own, where there is none yet.
fn place(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("play");
    fs::create_dir_all(&folder).expect("the target folder can be written to");
    let file = folder.join(name);
    let _ = fs::remove_file(&file);
    file
}

fn utf8(path: &Path) -> &str {
    path.to_str().expect("the target folder's name is Unicode")
}

/// All of a port's line and what is indented below it, as `jack_lsp` shows it.
fn about(port: &str, option: &str) -> Vec<String> {
    let (_, said) = Jack::ask(client("jack_lsp").arg(option));
    let mut lines = said.lines().skip_while(|line| *line != port);
    assert!(lines.next().is_some(), "there is no {port}:\n{said}");
    lines.take_while(|line| line.starts_with([' ', '\t'])).map(|line| line.trim().to_owned()).collect()
}

fn print(state: &Path) -> String {
    let output = bundle::host().args(["state", "print"]).arg(state).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it prints text")
}

/// Ends all of the program's children as a crash does; the spare one too.
fn kill_children(host: &Running) {
    for child in system::descendants(host.id()) {
        let killed = Command::new("kill").args(["-KILL", &child.id.to_string()]).status();
        assert!(killed.is_ok_and(|status| status.success()), "{child:?}");
    }
}

#[test]
fn sound_goes_through_and_hardware_is_connected() {
    for plugin in [bundle::lv2(), bundle::vst3()] {
        let mut session = Session::start(&[utf8(&plugin), "--set", "gain=-6"], &STEREO);
        session.hear_factor("the gain", gain::factor(-6.0));
        for channel in ["1", "2"] {
            let sources = about(&format!("{NAME}:in_{channel}"), "-c");
            assert!(sources.contains(&format!("system:capture_{channel}")), "{sources:?}");
            let sinks = about(&format!("{NAME}:out_{channel}"), "-c");
            assert!(sinks.contains(&format!("system:playback_{channel}")), "{sinks:?}");
        }
        let said = session.end();
        assert_eq!(complaints(&said), [""; 0], "{said}");
        let last = said.lines().last().unwrap_or_default();
        let blocks = last.strip_prefix(&format!("{}: ", utf8(&plugin)));
        let blocks = blocks.and_then(|rest| rest.strip_suffix(" blocks")?.parse::<u64>().ok());
        assert!(blocks.is_some_and(|blocks| blocks > 0), "no block was dry, or the like:\n{said}");
        assert!(!said.contains("allocator"), "{said}");
    }
}

#[test]
fn nothing_is_connected_that_nobody_wants() {
    let mut session = Session::start(&["__through__", "--no-connect"], &STEREO);
    session.hear_factor("the sound", 1.0);
    assert_eq!(about(&format!("{NAME}:in_1"), "-c"), ["player:out_1"]);
    assert_eq!(about(&format!("{NAME}:out_1"), "-c"), ["player:in_1"]);
    session.end();
}

#[test]
fn named_ports_are_connected() {
    let alone = alone();
    let jack = Jack::start();
    let player = Player::new().expect("a client");
    let words = ["__through__", "--no-connect", "--input", "player", "--midi", "player:midi_out"];
    let host = start(&mut command(&words));
    let mut session = Session { player, host, jack, _alone: alone };
    assert_eq!(about(&format!("{NAME}:in_2"), "-c"), ["player:out_2"]);
    assert_eq!(about(&format!("{NAME}:midi_in"), "-c"), ["player:midi_out"]);
    session.player.around(NAME, &["out_1", "out_2"]).expect("JACK connects");
    session.hear_factor("the sound", 1.0);
    let mut other = Running::start(&mut command(&["__through__", "--midi", "nobody"]));
    assert_eq!(other.end().code(), Some(17), "{}", other.all());
    let said = other.all();
    let [line] = complaints(&said)[..] else { panic!("one line:\n{said}") };
    assert!(line.contains("nobody: JACK has no midi port") && line.contains("player:midi_out"), "{line}");
    session.end();
}

#[test]
fn midi_plays_an_instrument() {
    let words = ["http://drobilla.net/plugins/mda/EPiano"];
    let mut session = Session::start(&words, &["out_1", "out_2", "midi_in"]);
    session.hear("silence", |heard| heard.blocks > 2 && heard.range == [0.0; 2]);
    session.player.send(&[0x90, 60, 100]);
    session.hear("the note", |heard| heard.range[1] > 0.01);
    // Longer than plugins take messages.
    session.player.send(&[0xF0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xF7]);
    session.player.send(&[0x80, 60, 0]);
    let blocks = session.hear("anything", |_| true).blocks;
    session.hear("two blocks more", |heard| heard.blocks > blocks + 2);
    let said = session.end();
    assert!(said.contains("MIDI: 2 in, 0 out, 1 dropped"), "{said}");
}

#[test]
fn midi_comes_out() {
    let words = ["http://gareus.org/oss/lv2/midifilter#passthru"];
    let mut session = Session::start(&words, &["midi_in", "midi_out"]);
    session.player.send(&[0x95, 61, 99]);
    session.hear("the message", |heard| heard.messages == [vec![0x95, 61, 99]]);
    let said = session.end();
    assert!(said.contains("MIDI: 1 in, 1 out, 0 dropped"), "{said}");
}

#[test]
fn midi_goes_past_a_plugin_that_takes_none() {
    let words = ["http://lv2plug.in/plugins/eg-amp", "--then", "http://lv2plug.in/plugins/eg-midigate"];
    let mut session = Session::start(&words, &["in_1", "out_1", "midi_in"]);
    session.hear("silence", |heard| heard.blocks > 2 && heard.last[0] == 0.0);
    session.player.send(&[0x90, 60, 100]);
    session.hear("the sound", |heard| heard.last[0] == LEVELS[0]);
    session.player.send(&[0x80, 60, 0]);
    session.hear("silence again", |heard| heard.last[0] == 0.0);
    session.end();
}

#[test]
fn a_plugin_that_crashes_is_replaced_while_the_sound_goes_on() {
    let mut session =
        Session::start(&["__faulty__", "--set", "p0=0.5"], &[&STEREO[..], &["midi_in"]].concat());
    session.hear_factor("the plugin", -1.5);
    session.player.forget();
    // A program change makes it crash.
    session.player.send(&[0xC0, 1]);
    let failed = session.line("crashed");
    assert!(failed.ends_with("while running; the sound passes dry"), "{failed}");
    session.line("replaced, with its last state");
    session.hear_factor("the plugin again", -1.5);
    let [low, high] = session.hear("anything", |_| true).range;
    assert_eq!(low, -1.5 * LEVELS[0], "nothing but the plugin's sound");
    assert!(high == low || high == LEVELS[0], "and the dry one: {high}");
    let said = session.end();
    assert_eq!(complaints(&said).len(), 2, "a line for each: {said}");
    assert!(said.contains(", replaced once"), "{said}");
}

/// The gain shows its level, and what a plugin shows is not set in the next one.
#[test]
fn a_process_that_is_killed_is_replaced_with_all_values_and_saved() {
    for plugin in [bundle::lv2(), bundle::vst3()] {
        let state = place("killed.state");
        let words = [utf8(&plugin), "--set", "gain=-12", "--save", utf8(&state)];
        let mut session = Session::start(&words, &STEREO);
        session.hear_factor("the gain", gain::factor(-12.0));
        kill_children(&session.host);
        session.line("killed from outside");
        session.line("replaced, with its last state");
        session.hear_factor("the gain again", gain::factor(-12.0));
        let blocks = session.hear("anything", |_| true).blocks;
        session.hear("two blocks more", |heard| heard.blocks > blocks + 2);
        let said = session.end();
        assert!(said.contains(", replaced once") && !said.contains("refused"), "{said}");
        let mut session = Session::start(&[utf8(&plugin), "--state", utf8(&state)], &STEREO);
        session.hear_factor("the gain that was saved", gain::factor(-12.0));
        session.end();
    }
}

#[test]
fn one_that_always_crashes_is_left_out_and_the_sound_goes_on() {
    // Whether or not there is a state to save in the end.
    let state = place("given-up.state");
    let words = ["__faulty__", "--save", utf8(&state)];
    let mut session = Session::start(&words, &[&STEREO[..], &["midi_in"]].concat());
    for _ in 0..3 {
        session.hear_factor("the plugin", -1.0);
        session.player.send(&[0xC0, 1]);
        session.line("replaced, with its last state");
    }
    session.hear_factor("the plugin", -1.0);
    session.player.send(&[0xC0, 1]);
    session.line("failed too often");
    session.hear_factor("the sound as it is", 1.0);
    session.host.interrupt();
    let status = session.host.end();
    assert_eq!(status.code(), Some(16), "a plugin has failed: {}", session.host.all());
}

#[test]
fn another_block_length_starts_the_plugins_anew_with_their_states() {
    let mut session = Session::start(&["__faulty__", "--set", "p0=0.25"], &STEREO);
    session.hear_factor("the plugin", -1.25);
    for (frames, anew) in [("256", false), ("4096", true), ("8192", true)] {
        assert!(Jack::ask(client("jack_bufsize").arg(frames)).0, "jack_bufsize {frames}");
        if anew {
            session.line(&format!("{frames} frames now"));
        }
        session.player.forget();
        let blocks = session.hear("anything", |_| true).blocks;
        let heard = session.hear("some blocks", |heard| heard.blocks > blocks + 4);
        assert!(is_factor(&heard, -1.25), "{frames}: {heard:?}");
        assert_eq!(heard.range, [-1.25 * LEVELS[0]; 2], "{frames}: nothing else in between");
    }
    let said = session.end();
    assert_eq!(complaints(&said).len(), 2, "{said}");
}

#[test]
fn a_server_that_ends_is_one_error_and_states_are_saved() {
    let state = place("ended.state");
    let mut session = Session::start(&["__faulty__", "--set", "p0=0.75", "--save", utf8(&state)], &STEREO);
    session.hear_factor("the plugin", -1.75);
    let Session { player, mut host, jack, _alone } = session;
    // The server goes with its clients in place, as it does when it is killed.
    drop(jack);
    assert_eq!(host.end().code(), Some(17), "{}", host.all());
    drop(player);
    assert_eq!(
        complaints(&host.all()),
        ["dyad-host: JACK: its server has ended, or does not want this client any more"]
    );
    assert!(print(&state).contains("p0: 0.75"), "{}", print(&state));
}

/// The server stops, as one does that hangs. `ask` is whether the program is asked to end then.
fn with_a_server_that_hangs(ask: bool) {
    let state = place("hung.state");
    let mut session = Session::start(&["__faulty__", "--set", "p0=0.5", "--save", utf8(&state)], &STEREO);
    session.hear_factor("the plugin", -1.5);
    session.jack.suspend();
    if ask {
        session.host.interrupt();
    }
    let Session { player, mut host, jack, _alone } = session;
    let status = host.end();
    // Without the server, the player can leave.
    drop(jack);
    drop(player);
    let said = host.all();
    assert_eq!(status.code(), Some(17), "{said}");
    let [line] = complaints(&said)[..] else { panic!("one line:\n{said}") };
    let reason = if ask { "it does not end within" } else { "nothing was played for" };
    assert!(line.starts_with("dyad-host: JACK: ") && line.contains(reason), "{line}");
    assert!(print(&state).contains("p0: 0.5"), "{}", print(&state));
}

#[test]
fn a_server_that_hangs_does_not_keep_it_from_ending() {
    with_a_server_that_hangs(true);
}

#[test]
fn a_server_that_hangs_is_one_error_and_states_are_saved() {
    with_a_server_that_hangs(false);
}

#[test]
fn it_can_be_ended_while_plugins_are_loaded() {
    let alone = alone();
    let jack = Jack::start();
    let mut host = Running::start(command(&["__hang__", "--class", "any"]).args(["--limit", "1000"]));
    // It hears signals before it starts anything.
    while system::descendants(host.id()).is_empty() {
        assert!(host.runs(), "{}", host.all());
    }
    host.interrupt();
    let status = host.end();
    assert_eq!(status.code(), Some(0), "{}", host.all());
    let said = host.all();
    assert_eq!(complaints(&said), ["dyad-host: ended before anything was played; no state is saved"]);
    drop((jack, alone));
}

#[test]
fn the_transport_reaches_the_plugin() {
    let words = ["http://lv2plug.in/plugins/eg-metro"];
    let mut session = Session::start(&words, &["out_1"]);
    session.hear("silence", |heard| heard.blocks > 2 && heard.range == [0.0; 2]);
    let mut transport = Running::start(&mut client("jack_transport"));
    transport.say("play");
    session.hear("the metronome", |heard| heard.range[1] > 0.01);
    transport.say("stop");
    transport.kill();
    session.end();
}

#[test]
fn latency_is_told_and_other_buses_have_ports() {
    let mut with = command(&["urn:dyad:probe#sidechained", "--no-connect", "--set", "delay=100"]);
    with.env("LV2_PATH", probe::lv2_path());
    // One way only: a player that hears itself is late by any number.
    let mut session = Session::with(&mut with, &["in_1"]);
    for port in ["in_2", "out_2", "out2_1", "midi_in", "midi_out"] {
        about(&format!("{NAME}:{port}"), "-p");
    }
    session.hear("a block", |heard| heard.blocks > 2);
    let late = format!("port playback latency = [ {0} {0} ] frames", 100);
    let lines = about("player:out_1", "-l");
    assert!(lines.contains(&late), "{lines:?}");
    session.end();
}

#[test]
fn a_sidechain_has_a_port_of_its_own() {
    // A gate that listens to its other input.
    let words = ["urn:zamaudio:ZamGateX2", "--no-connect", "--set", "sidechain=1", "--set", "att=1"];
    let mut session = Session::start(&words, &STEREO);
    session.hear("silence", |heard| heard.blocks > 2 && heard.last[0].abs() < 0.02);
    session.player.connect("player:out_2", &format!("{NAME}:in2_1")).expect("JACK connects");
    session.hear("the sound", |heard| heard.last[0] > 0.2);
    session.end();
}

#[test]
fn mono_fills_the_channels_of_what_follows() {
    let plugin = bundle::lv2();
    let plugin = utf8(&plugin);
    let mono = ["--class", "urn:dyad:gain#mono", "--set", "gain=-6"];
    let stereo = ["--then", plugin, "--class", "urn:dyad:gain#stereo", "--set", "gain=-6"];
    let words = [&[plugin], &mono[..], &stereo].concat();
    let mut session = Session::start(&words, &["in_1", "out_1", "out_2"]);
    let expected = LEVELS[0] * gain::factor(-12.0) as f32;
    let near = |got: f32| (got - expected).abs() < 1e-3 * expected;
    session.hear("both channels", |heard| heard.last.into_iter().all(near));
    session.end();
}

#[test]
fn a_server_that_does_not_wait_for_the_clock_gets_every_block() {
    // So little patience that no block is in time.
    let mut session = Session::with(&mut hurried(&["__faulty__"], "0.01"), &STEREO);
    assert!(Jack::ask(client("jack_freewheel").arg("y")).0, "jack_freewheel");
    session.hear_factor("the plugin", -1.0);
    session.player.forget();
    let blocks = session.hear("anything", |_| true).blocks;
    let heard = session.hear("many blocks", |heard| heard.blocks > blocks + 200);
    assert_eq!(heard.range, [-LEVELS[0]; 2], "not one was dry");
    assert!(Jack::ask(client("jack_freewheel").arg("n")).0, "jack_freewheel");
    session.end();
}

#[test]
fn a_server_that_does_not_wait_for_the_clock_does_not_wait_for_a_plugin_that_is_gone() {
    let mut session = Session::start(&["__faulty__"], &[&STEREO[..], &["midi_in"]].concat());
    session.hear_factor("the plugin", -1.0);
    assert!(Jack::ask(client("jack_freewheel").arg("y")).0, "jack_freewheel");
    session.player.send(&[0xC0, 1]);
    session.line("replaced, with its last state");
    session.hear_factor("the plugin again", -1.0);
    assert!(Jack::ask(client("jack_freewheel").arg("n")).0, "jack_freewheel");
    let said = session.end();
    assert!(
        said.contains(" without it") && !said.contains(" late,"),
        "not one was waited for to its end:\n{said}"
    );
}

/// MIDI goes past the first while it is not there, as the sound does.
#[test]
fn midi_goes_past_a_plugin_that_is_left_out() {
    let words = ["__faulty__", "--then", "__faulty__"];
    let mut session = Session::start(&words, &[&STEREO[..], &["midi_in"]].concat());
    for _ in 0..3 {
        session.hear_factor("both", 1.0);
        session.player.send(&[0xC0, 1]);
        session.line("replaced, with its last state");
    }
    session.hear_factor("both", 1.0);
    session.player.send(&[0xC0, 1]);
    session.line("failed too often");
    assert!(!session.host.all().contains("(plugin 2 of 2)"), "{}", session.host.all());
    session.hear_factor("the second", -1.0);
    session.player.send(&[0xC0, 1]);
    session.line("__faulty__ (plugin 2 of 2): the plugin crashed");
    session.host.interrupt();
    assert_eq!(session.host.end().code(), Some(16), "{}", session.host.all());
}

#[test]
fn an_editor_is_shown_and_ends_it_when_it_is_closed() {
    let screen = Screen::bare();
    let alone = alone();
    let jack = Jack::start();
    let plugin = bundle::lv2();
    let mut command = command(&[utf8(&plugin), "--gui", "--verbose"]);
    screen.prepare(&mut command);
    let mut host = start(&mut command);
    let open = |host: &mut Running| {
        let opened = host.hear(|line| line.contains(": open ").then_some(()));
        assert_eq!(opened, Some(()), "{}", host.all());
    };
    open(&mut host);
    // It comes again with the plugin.
    kill_children(&host);
    open(&mut host);
    assert!(host.all().contains("replaced, with its last state"), "{}", host.all());
    let window = screen.wait("the editor", &mut host, |screen| screen.editors().into_iter().next());
    screen.close(window.above[1]);
    assert_eq!(host.end().code(), Some(0), "{}", host.all());
    drop((jack, alone));
}

/// The display goes, so that the editor of the next process can't be shown.
#[test]
fn the_sound_goes_on_where_editors_are_lost() {
    let screen = Screen::bare();
    let plugin = bundle::lv2();
    let mut command = command(&[utf8(&plugin), "--gui", "--set", "gain=-6"]);
    screen.prepare(&mut command);
    let mut session = Session::with(&mut command, &STEREO);
    session.hear_factor("the gain", gain::factor(-6.0));
    screen.end();
    session.line("no editor is left; it plays on until Ctrl-C");
    session.hear_factor("the gain still", gain::factor(-6.0));
    kill_children(&session.host);
    session.line("replaced, with its last state");
    session.player.forget();
    session.hear_factor("the gain again", gain::factor(-6.0));
    session.end();
}
