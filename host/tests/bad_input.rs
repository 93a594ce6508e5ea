//! Everything that a user can get wrong: one clear line each, and no file left behind.

mod common;

use std::path::Path;

use common::{Bench, FIXTURE, example};

const AMP: &str = "http://lv2plug.in/plugins/eg-amp";
const AMP_LIBRARY: &str = "/usr/lib/lv2/eg-amp.lv2/amp.so";

fn says(error: &str, words: &[&str]) {
    for word in words {
        assert!(error.contains(word), "{error:?} should mention {word:?}");
    }
}

/// Renders with the amplifier (or what `plugin` says) and one more pair of words.
fn render(bench: &Bench, plugin: &str, input: &str, more: &[&str]) -> String {
    let output = bench.path("b.wav");
    bench.bad(&[&["render", plugin, "--in", input, "--out", &output], more].concat())
}

#[test]
fn plugins_that_are_not_there() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let folder = bench.path("empty");
    std::fs::create_dir(&folder).unwrap();
    for (plugin, words) in [
        ("/no/such/thing.lv2", &["/no/such/thing.lv2", "no such plugin"][..]),
        ("nothing", &["nothing", "no such plugin", "expected"]),
        ("urn:no-such-plugin", &["urn:no-such-plugin", "LV2_PATH"]),
        (&input, &[&input, "not a plugin", "expected"]),
        (&folder, &[&folder, "not a plugin"]),
    ] {
        says(&render(&bench, plugin, &input, &[]), words);
        says(&bench.bad(&["info", plugin]), words);
    }
}

#[test]
fn files_that_are_no_input() {
    let bench = Bench::new();
    let write = |name: &str, bytes: &[u8]| {
        let path = bench.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let (good, _) = bench.noise("a.wav", 1);
    let good = std::fs::read(good).unwrap();
    let edited = |at: usize, bytes: &[u8]| {
        let mut edited = good.clone();
        edited[at..at + bytes.len()].copy_from_slice(bytes);
        edited
    };
    // A PCM header of 44 bytes: format tag, channels, rate, bytes per second, frame size, bits.
    let pcm = |tag: u16, channels: u16, rate: u32, bits: u16| {
        let frame = channels * bits.div_ceil(8);
        let mut bytes = b"RIFF\x64\0\0\0WAVEfmt \x10\0\0\0".to_vec();
        bytes.extend(tag.to_le_bytes());
        bytes.extend(channels.to_le_bytes());
        bytes.extend(rate.to_le_bytes());
        bytes.extend((rate * u32::from(frame)).to_le_bytes());
        bytes.extend(frame.to_le_bytes());
        bytes.extend(bits.to_le_bytes());
        bytes.extend(b"data\x40\0\0\0");
        bytes.resize(bytes.len() + 64, 0);
        bytes
    };
    let missing = bench.path("missing.wav");
    for (input, words) in [
        (missing.clone(), &["missing.wav", "cannot read"][..]),
        (write("empty.wav", b""), &["empty.wav", "empty", "expected"]),
        (write("text.wav", b"once upon a time there was a file"), &["text.wav", "not a"]),
        (write("cut.wav", &good[..20]), &["cut.wav", "not a WAV file"]),
        (write("short.wav", &good[..5_000]), &["short.wav", "promises"]),
        (write("riff.wav", &edited(0, b"RIFX")), &["riff.wav", "not a"]),
        (write("8bit.wav", &pcm(1, 1, 48_000, 8)), &["8bit.wav", "8-bit", "expected 16, 24 or 32-bit"]),
        (write("adpcm.wav", &pcm(2, 1, 48_000, 4)), &["adpcm.wav", "expected 16, 24 or 32-bit"]),
        (write("rate.wav", &pcm(1, 1, 0, 16)), &["rate.wav", "0 Hz"]),
        (write("none.wav", &pcm(1, 0, 48_000, 16)), &["none.wav"]),
    ] {
        says(&render(&bench, AMP, &input, &[]), words);
    }
    // All of them at once would also be a folder.
    says(&render(&bench, AMP, &bench.path(""), &[]), &["a folder"]);
}

#[test]
fn parameters_and_values() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    for (set, words) in [
        ("gian=1", &["unknown parameter gian", "gain"][..]),
        ("gain=99", &["parameter gain", "99", "-90 to 24 dB"]),
        ("gain=-91", &["parameter gain", "-91", "-90 to 24 dB"]),
        ("gain=inf", &["parameter gain", "-90 to 24 dB"]),
        ("gain=NaN", &["parameter gain", "NaN"]),
        ("gain=loud", &["parameter gain", "\"loud\"", "-90 to 24 dB"]),
        ("gain", &["--set", "\"gain\"", "ID=VALUE"]),
        ("=1", &["--set", "ID=VALUE"]),
        ("gain=", &["--set", "ID=VALUE"]),
    ] {
        says(&render(&bench, AMP, &input, &["--set", set]), words);
    }
    for (automate, words) in [
        ("gain=1", &["--automate", "ID@SECONDS=VALUE"][..]),
        ("gain@x=1", &["--automate", "ID@SECONDS=VALUE"]),
        ("gain@-0.5=1", &["--automate", "-0.5"]),
        ("gain@NaN=1", &["--automate", "NaN"]),
        ("gain@1=1", &["--automate", "after the end", "1 s"]),
        ("gain@0.5=99", &["parameter gain", "99", "-90 to 24 dB"]),
        ("gian@0.5=1", &["unknown parameter gian", "gain"]),
    ] {
        says(&render(&bench, AMP, &input, &["--automate", automate]), words);
    }
    let peak = ["--set", "peak=0"];
    says(&render(&bench, "http://gareus.org/oss/lv2/fil4#mono", &input, &peak), &["peak", "only be read"]);
}

#[test]
fn blocks_tails_and_words() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    for block in ["0", "8193", "64,0", "x", "-1", ""] {
        says(&render(&bench, AMP, &input, &["--block", block]), &["1 to 8192"]);
    }
    says(&render(&bench, AMP, &input, &["--tail", "-1"]), &["--tail", "0 to 3600"]);
    says(&render(&bench, AMP, &input, &["--tail", "NaN"]), &["--tail"]);
    says(&render(&bench, AMP, &input, &["--tail", "soon"]), &["--tail", "soon"]);
    says(&render(&bench, AMP, &input, &["--nonsense"]), &["--nonsense"]);
    says(&bench.bad(&["render", AMP, "--in", &input]), &["--out"]);
    says(&bench.bad(&["--limit", "0", "info", AMP]), &["--limit", "expected"]);
    says(&bench.bad(&["dance"]), &["dance"]);
}

#[test]
fn channels_that_do_not_fit() {
    let bench = Bench::new();
    let (three, _) = bench.noise("three.wav", 3);
    says(&render(&bench, AMP, &three, &[]), &["3 channels", "takes 1"]);
    says(&render(&bench, "/usr/lib/lv2/fil4.lv2", &three, &[]), &["fits a file of 3 channels"]);
    let fixture = example("fixture_vst3");
    let words = ["--class", FIXTURE];
    says(&render(&bench, fixture.to_str().unwrap(), &three, &words), &["3 channels", "takes 2"]);
    let (mono, _) = bench.noise("mono.wav", 1);
    says(&render(&bench, "/usr/lib/lv2/eg-scope.lv2", &mono, &["--class", "urn:x"]), &["urn:x"]);
    says(&render(&bench, "http://lv2plug.in/plugins/eg-fifths", &mono, &[]), &["no audio output"]);
}

#[test]
fn lv2_plugins_that_do_not_load() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let turtle = |uri: &str, more: &str| {
        format!(
            "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n\
             @prefix doap: <http://usefulinc.com/ns/doap#> .\n\
             <{uri}> a lv2:Plugin ; lv2:binary <plugin.so> ; doap:name \"Test\" ; {more}\n\
             lv2:port [ a lv2:InputPort, lv2:AudioPort ; lv2:index 0 ; lv2:symbol \"in\" ; lv2:name \"In\" ] ,\n\
             [ a lv2:OutputPort, lv2:AudioPort ; lv2:index 1 ; lv2:symbol \"out\" ; lv2:name \"Out\" ] .\n"
        )
    };
    let amp = Path::new(AMP_LIBRARY);
    let text = bench.path("text.so");
    std::fs::write(&text, "no ELF, but longer than the head of one: ................................")
        .unwrap();
    let nothing = example("fixture_no_factory");
    for (name, manifest, library, words) in [
        ("missing", turtle("urn:t", ""), None, &["plugin.so", "does not exist"][..]),
        ("text", turtle("urn:t", ""), Some(Path::new(&text)), &["does not load", "ELF"]),
        ("entry", turtle("urn:t", ""), Some(&nothing), &["no entry point", "lv2_descriptor"]),
        ("other", turtle("urn:t", ""), Some(amp), &["refused to be instantiated"]),
        (
            "feature",
            turtle(AMP, "lv2:requiredFeature <urn:magic> ;"),
            Some(amp),
            &["requires the feature urn:magic"],
        ),
        (
            "live",
            turtle(AMP, "lv2:requiredFeature <http://lv2plug.in/ns/ext/buf-size#fixedBlockLength> ;"),
            Some(amp),
            &["requires the feature", "fixedBlockLength"],
        ),
        (
            "option",
            turtle(AMP, "<http://lv2plug.in/ns/ext/options#requiredOption> <urn:choice> ;"),
            Some(amp),
            &["requires the option urn:choice"],
        ),
        ("turtle", "this is no Turtle".into(), None, &["lists nothing"]),
        ("nothing", String::new(), None, &["lists nothing"]),
    ] {
        let bundle = bench.lv2_bundle(&format!("{name}.lv2"), &manifest, library);
        let error = render(&bench, &bundle, &input, &[]);
        says(&error, words);
        says(&error, &[&bundle]);
        says(&bench.bad(&["info", &bundle]), words);
    }
    // A whole bundle for comparison.
    let good = bench.lv2_bundle("good.lv2", &turtle("urn:x", ""), Some(amp));
    std::fs::remove_file(Path::new(&good).join("manifest.ttl")).unwrap();
    says(&bench.bad(&["info", &good]), &["no manifest.ttl"]);
}

#[test]
fn vst3_plugins_that_do_not_load() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let text = bench.path("text.so");
    std::fs::write(&text, "no ELF, but longer than the head of one: ................................")
        .unwrap();
    let empty = bench.path("empty.vst3");
    std::fs::create_dir(&empty).unwrap();
    let null = bench.vst3_bundle("null.vst3", &example("fixture_no_factory"));
    let fixture = bench.vst3_bundle("fixture.vst3", &example("fixture_vst3"));
    let refusing = "D7AD0003111122223333444455556666";
    for (plugin, more, words) in [
        (text.as_str(), &[][..], &["text.so", "does not load", "ELF"][..]),
        (AMP_LIBRARY, &[], &["no entry point", "GetPluginFactory"]),
        (&empty, &[], &["empty.so", "does not exist"]),
        (&null, &[], &["GetPluginFactory returned null"]),
        (&fixture, &[], &["--class", FIXTURE]),
        (&fixture, &["--class", "00"], &["no class 00", FIXTURE]),
        (&fixture, &["--class", refusing], &["refused to be initialised"]),
    ] {
        says(&render(&bench, plugin, &input, more), words);
    }
}

#[test]
fn places_that_cannot_be_written() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let nowhere = bench.path("no/such/folder/b.wav");
    says(&bench.bad(&["render", AMP, "--in", &input, "--out", &nowhere]), &[&nowhere, "cannot write"]);
    let folder = bench.path("");
    says(&bench.bad(&["render", AMP, "--in", &input, "--out", &folder]), &["cannot write"]);
    let words = ["--save-state", nowhere.as_str()];
    says(&render(&bench, AMP, &input, &words), &[&nowhere, "cannot write"]);
    let below_a_file = format!("{input}/results");
    let plugins = bench.path("plugins");
    std::fs::create_dir(&plugins).unwrap();
    says(
        &bench.bad(&["render-all", &plugins, "--in", &input, "--out", &below_a_file]),
        &["no plugins here"],
    );
    std::fs::create_dir(Path::new(&plugins).join("a.lv2")).unwrap();
    let error = bench.bad(&["render-all", &plugins, "--in", &input, "--out", &below_a_file]);
    says(&error, &[&below_a_file, "output folder"]);
    says(&bench.bad(&["render-all", &nowhere, "--in", &input, "--out", &folder]), &[&nowhere]);
}
