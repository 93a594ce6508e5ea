//! The Turtle of the bundle, through the tools that LV2 people check theirs with.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use dyad_tests::command::run;
use dyad_tests::{bundle, lv2info, turtle};

const URIS: [&str; 2] = ["urn:dyad:gain#stereo", "urn:dyad:gain#mono"];

/// Those of all bundles.
fn files() -> Vec<PathBuf> {
    let of = |name: &String| {
        let files = turtle::files(&bundle::built(&format!("{name}.lv2")));
        assert!(files.len() >= 2, "{name}: a manifest, and what it leads to");
        files
    };
    bundle::names().iter().flat_map(of).collect()
}

#[test]
fn every_file_is_turtle() {
    for file in files() {
        let said = run(Command::new("sordi").arg(&file));
        assert!(said.success && said.err.is_empty(), "{}: {}", file.display(), said.err);
        assert!(said.out.lines().count() > 5, "{} says something", file.display());
    }
}

#[test]
fn the_vocabulary_is_used_as_lv2_has_it() {
    let (before, noise) = turtle::validate(&[]);
    let (errors, lines) = turtle::validate(&files());
    assert_eq!(before, 0, "the specifications themselves: {noise:#?}");
    let ours: Vec<_> = lines.into_iter().filter(|line| !noise.contains(line)).collect();
    assert!(errors == 0 && ours.is_empty(), "{errors} errors: {ours:#?}");
}

#[test]
fn the_validator_would_have_noticed() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("turtle");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let file = folder.join("bad.ttl");
    let text = fs::read_to_string(bundle::lv2().join("gain.ttl")).expect("the Turtle can be read");
    let bad = text.replacen("lv2:symbol", "lv2:symbool", 1);
    assert_ne!(bad, text);
    fs::write(&file, bad).expect("a file can be written");
    assert!(turtle::validate(&[file]).0 > 0);
}

#[test]
fn lv2_hosts_see_both_layouts() {
    let said = run(&mut lv2info::in_world("lv2ls")).expect_success("lv2ls");
    let mut known: Vec<_> = said.out.lines().filter(|uri| uri.starts_with("urn:dyad:gain")).collect();
    known.sort_by_key(|uri| URIS.iter().position(|ours| ours == uri));
    assert_eq!((known, said.err.as_str()), (URIS.to_vec(), ""));
    for uri in URIS {
        let text = lv2info::text(uri);
        for expected in [
            "Class:             Amplifier Plugin",
            "Author:            Dyad",
            "Has latency:       yes",
            "Required Features: http://lv2plug.in/ns/ext/urid#map\n",
            "http://lv2plug.in/ns/lv2core#hardRTCapable",
            "http://lv2plug.in/ns/ext/state#threadSafeRestore",
            "Extension Data:    http://lv2plug.in/ns/ext/state#interface",
        ] {
            assert!(text.contains(expected), "{uri} says {expected:?}:\n{text}");
        }
        assert!(!text.contains("inPlaceBroken"), "{uri}: Ardour refuses it");
    }
}

#[test]
fn ports_keep_their_positions_and_symbols_for_ever() {
    let golden = include_str!("../golden/ports.txt");
    let mut expected: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in golden.lines().filter(|line| !line.starts_with('#')) {
        match (line.split_once(' '), expected.last_mut()) {
            (Some((index, symbol)), Some((_, symbols))) => {
                assert_eq!(index.parse(), Ok(symbols.len()), "the golden file counts from 0");
                symbols.push(symbol);
            }
            _ => expected.push((line, Vec::new())),
        }
    }
    assert_eq!(expected.iter().map(|(uri, _)| *uri).collect::<Vec<_>>(), URIS);
    for (uri, symbols) in expected {
        let found: Vec<_> = lv2info::ports(uri).into_iter().map(|port| port.symbol).collect();
        assert!(
            found.iter().zip(&symbols).all(|(a, b)| a == b) && found.len() >= symbols.len(),
            "{uri}: a port moved, was renamed or is gone, and with it automation in people's sessions. \
             Positions are permanent: append new ports, keep old ones.\nwas: {symbols:?}\nis:  {found:?}"
        );
        assert_eq!(found.len(), symbols.len(), "{uri}: add the new ports to tests/golden/ports.txt");
    }
}

#[test]
fn hosts_learn_what_ports_are_for() {
    for uri in URIS {
        let ports = lv2info::ports(uri);
        let port = |symbol: &str| ports.iter().find(|port| port.symbol == symbol).expect(symbol).clone();
        let gain = port("gain");
        assert_eq!((gain.name.as_str(), gain.range), ("Gain", [Some(-60.0), Some(24.0), Some(0.0)]));
        assert_eq!(
            (port("enabled").designation.as_str(), port("enabled").range[2]),
            ("enabled", Some(1.0))
        );
        assert_eq!(port("latency").designation, "latency");
        assert!(port("latency").properties.contains(&"reportsLatency".to_owned()));
        assert_eq!(port("freewheel").designation, "freeWheeling");
        assert_eq!(port("control").designation, "control");
        for meter in ["peak", "rms"] {
            assert_eq!(port(meter).types, ["ControlPort", "OutputPort"], "{meter}");
        }
        for (symbol, kind) in [("control", "InputPort"), ("notify", "OutputPort")] {
            assert_eq!(port(symbol).types, ["AtomPort", kind], "{symbol}");
            assert!(port(symbol).properties.contains(&"connectionOptional".to_owned()), "{symbol}");
        }
    }
}
