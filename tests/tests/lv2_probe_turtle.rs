//! The Turtle of the test plugin, through the tools that LV2 people check theirs with.

use std::process::Command;

use dyad_tests::command::run;
use dyad_tests::{probe, turtle};

/// The Turtle of a port of a layout: from its symbol to its end.
fn port(layout: &str, symbol: &str) -> String {
    let text = std::fs::read_to_string(probe::built("probe.lv2/probe.ttl")).expect("it can be read");
    let start = text.find(&format!("\n<urn:dyad:probe#{layout}>\n")).expect("the layout is there");
    let (_, port) =
        text[start..].split_once(&format!("lv2:symbol \"{symbol}\"")).expect("the port is there");
    port.split("\n    ]").next().expect("it ends").to_owned()
}

#[test]
fn the_vocabulary_is_used_as_lv2_has_it() {
    let (_, noise) = turtle::validate(&[]);
    let (errors, lines) = turtle::validate(&turtle::files(&probe::built("probe.lv2")));
    let ours: Vec<_> = lines.into_iter().filter(|line| !noise.contains(line)).collect();
    assert!(errors == 0 && ours.is_empty(), "{errors} errors: {ours:#?}");
}

#[test]
fn lilv_sees_every_layout_and_what_it_needs() {
    for layout in ["stereo", "sidechained", "mono"] {
        let mut lv2info = Command::new("lv2info");
        lv2info.env("LV2_PATH", probe::lv2_path());
        let said = run(lv2info.arg(format!("urn:dyad:probe#{layout}"))).expect_success("lv2info");
        assert_eq!(said.err, "", "nothing to complain about");
        for expected in [
            "Required Features: http://lv2plug.in/ns/ext/urid#map\n",
            "worker#schedule",
            "worker#interface",
            "state#mapPath",
            "state#freePath",
            "control-input-port-change-request",
            "port-props#trigger",
            "port-props#notAutomatic",
            "probe#stereo/group/voice_1",
        ] {
            let expected = expected.replace("#stereo", &format!("#{layout}"));
            assert!(said.out.contains(&expected), "{layout} says {expected:?}:\n{}", said.out);
        }
    }
}

#[test]
fn hosts_learn_what_controls_are_for() {
    let has = |symbol: &str, part: &str| {
        let port = port("sidechained", symbol);
        assert!(port.contains(part), "{symbol} has {part}: {port}");
    };
    has("press", "pprops:trigger");
    has("press", "lv2:toggled");
    has("secret", "pprops:notOnGUI");
    has("coarse", "pprops:notAutomatic");
    has("tempo", "units:unit units:bpm");
    has("gain", "midi:binding [ a midi:Controller ; midi:controllerNumber 7 ]");
    has("voice_1_level", "pg:group <urn:dyad:probe#sidechained/group/voice_1>");
    has("voice_2_on", "pg:group <urn:dyad:probe#sidechained/group/voice_2>");
    has("sidechain", "lv2:isSideChain");
    has("cue", "pg:group <urn:dyad:probe#sidechained/cue>");
    for property in ["trigger", "notOnGUI", "notAutomatic", "pg:group", "binding"] {
        assert!(!port("stereo", "follow").contains(property), "an ordinary one is no {property}");
    }
}

#[test]
fn hosts_learn_what_can_be_sent() {
    let supported = |layout: &str, symbol: &str| {
        let port = port(layout, symbol);
        let line =
            port.lines().find_map(|line| line.trim().strip_prefix("atom:supports ")).map(str::to_owned);
        let line = line.expect("it supports something");
        let mut all: Vec<_> = line.trim_end_matches(" ;").split(" , ").map(str::to_owned).collect();
        all.sort();
        all
    };
    for layout in ["stereo", "sidechained", "mono"] {
        assert_eq!(supported(layout, "control"), ["midi:MidiEvent", "patch:Message", "time:Position"]);
        assert_eq!(supported(layout, "notify"), ["midi:MidiEvent", "patch:Message"]);
    }
    let text = std::fs::read_to_string(probe::built("probe.lv2/probe.ttl")).expect("it can be read");
    for (id, range) in [("title", "String"), ("file", "Path")] {
        let uri = format!("<urn:dyad:probe#property/{id}>");
        assert_eq!(text.matches(&uri).count(), 4, "writable in three layouts, described once");
        let (_, described) = text.split_once(&format!("\n{uri}\n")).expect("it is described");
        let described = described.split(" .\n").next().expect("it ends");
        assert!(described.contains("a lv2:Parameter"), "{described}");
        assert!(described.ends_with(&format!("rdfs:range atom:{range}")), "{described}");
    }
}
