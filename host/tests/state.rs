//! State files: saved, loaded, refused.

mod common;

use common::{Bench, FIXTURE, example, noise, read, run};
use dyad_core::identity::vst3_class_words;
use dyad_core::state::Writer;
use dyad_host::state::{Bytes, Container, PluginState};

const AMBIENCE: &str = "http://drobilla.net/plugins/mda/Ambience";

#[test]
fn lv2_ports_come_back() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 2);
    let [first, second, third, state] = ["b.wav", "c.wav", "d.wav", "s.state"].map(|n| bench.path(n));
    let base = |output| ["render", AMBIENCE, "--in", &input, "--out", output, "--tail", "1"];
    bench.good(
        &[&base(&first)[..], &["--set", "size=0.2", "--set", "mix=0.7", "--save-state", &state]].concat(),
    );
    bench.good(&[&base(&second)[..], &["--state", &state]].concat());
    bench.good(&base(&third));
    assert_eq!(read(&first), read(&second));
    assert_ne!(read(&first), read(&third));
    // What is set explicitly comes after the state.
    bench.good(
        &[&base(&second)[..], &["--state", &state, "--set", "size=0.7", "--set", "mix=0.9"]].concat(),
    );
    assert_eq!(read(&second), read(&third));
}

#[test]
fn automation_is_part_of_what_is_saved() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let [output, moved, set] = ["b.wav", "a.state", "b.state"].map(|n| bench.path(n));
    let amp = "http://lv2plug.in/plugins/eg-amp";
    let base = ["render", amp, "--in", &input, "--out", &output];
    bench.good(&[&base[..], &["--automate", "gain@0.25=-12", "--save-state", &moved]].concat());
    bench.good(&[&base[..], &["--set", "gain=-12", "--save-state", &set]].concat());
    assert_eq!(std::fs::read(&moved).unwrap(), std::fs::read(&set).unwrap());
}

#[test]
fn vst3_component_and_controller_come_back() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 2);
    let plugin = example("fixture_vst3");
    let plugin = plugin.to_str().unwrap();
    let [first, second, state, again] = ["b.wav", "c.wav", "s.state", "t.state"].map(|n| bench.path(n));
    let base = |output| ["render", plugin, "--class", FIXTURE, "--in", &input, "--out", output];
    bench.good(
        &[&base(&first)[..], &["--set", "output_gain=-7", "--set", "shape=Hard", "--save-state", &state]]
            .concat(),
    );
    bench.good(&[&base(&second)[..], &["--state", &state, "--save-state", &again]].concat());
    assert_eq!(read(&first), read(&second));
    assert_eq!(std::fs::read(&state).unwrap(), std::fs::read(&again).unwrap());
}

#[test]
fn files_that_are_no_state() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 2);
    let [output, state] = ["b.wav", "s.state"].map(|n| bench.path(n));
    let base = ["render", AMBIENCE, "--in", &input, "--out", &output];
    bench.good(&[&base[..], &["--save-state", &state]].concat());
    std::fs::remove_file(&output).unwrap();
    let good = std::fs::read(&state).unwrap();
    let refuse = |bytes: &[u8], reason: &str| {
        std::fs::write(&state, bytes).unwrap();
        let error = bench.bad(&[&base[..], &["--state", &state]].concat());
        assert!(error.contains("s.state") && error.contains(reason), "{error}");
    };
    refuse(b"", "not a state file");
    refuse(b"hello", "not a state file");
    refuse(&good[..good.len() / 2], "cut short");
    let mut damaged = good.clone();
    *damaged.last_mut().unwrap() ^= 0x10;
    refuse(&damaged, "damaged");
    let missing = bench.path("no.state");
    let error = bench.bad(&[&base[..], &["--state", &missing]].concat());
    assert!(error.contains("no.state"), "{error}");
}

#[test]
fn a_state_is_not_for_everyone() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 2);
    let fixture = example("fixture_vst3");
    let fixture = fixture.to_str().unwrap();
    let [output, lv2, vst3] = ["b.wav", "lv2.state", "vst3.state"].map(|n| bench.path(n));
    let files = ["--in", &input, "--out", &output];
    bench.good(&[&["render", AMBIENCE, "--save-state", &lv2], &files[..]].concat());
    bench.good(&[&["render", fixture, "--class", FIXTURE, "--save-state", &vst3], &files[..]].concat());
    let other = "http://drobilla.net/plugins/mda/Delay";
    let error = bench.bad(&[&["render", other, "--state", &lv2], &files[..]].concat());
    assert!(error.contains("belongs to plugin http://drobilla.net/plugins/mda/Ambience"), "{error}");
    for (words, state) in [(&[fixture, "--class", FIXTURE][..], &lv2), (&[AMBIENCE], &vst3)] {
        let error = bench.bad(&[&["render"], words, &["--state", state], &files].concat());
        assert!(error.contains("only plugins made with Dyad"), "{error}");
    }
}

#[test]
fn a_choice_that_is_gone_costs_its_parameter_only() {
    // A state of the VST3 form of the LV2 fixture, as a later version might have saved it.
    let id = "urn:dyad:fixture:echo";
    let mut writer = Writer::new(id, "2.0.0", 2);
    writer.float("claim", 100.0);
    writer.choice("tail", "fuzzy");
    let component = Bytes(writer.finish());
    let [a, b, c, d] = vst3_class_words(id);
    let plugin = format!("{a:08X}{b:08X}{c:08X}{d:08X}");
    let container = Container { plugin, state: PluginState::Vst3 { component, controller: None } };
    let bench = Bench::new();
    let [output, state] = ["b.wav", "s.state"].map(|n| bench.path(n));
    let input = bench.wav("a.wav", &[noise(7, 4_800)]);
    container.write(std::path::Path::new(&state)).unwrap();
    let plugin = bench.lv2_fixture("echo");
    let result = run(&["render", &plugin, "--in", &input, "--out", &output, "--state", &state]);
    let (said, error) =
        (String::from_utf8(result.stdout).unwrap(), String::from_utf8(result.stderr).unwrap());
    assert!(result.status.success(), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains("\"fuzzy\" for parameter tail"), "{error}");
    assert!(said.contains("latency 100 frames"), "the others are loaded: {said}");
}
