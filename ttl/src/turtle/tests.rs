//! Does a Turtle reader get back what was written?

use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::{Document, Properties, Term};

/// The document as N-Triples, read by `sordi`.
fn read_back(document: &Document) -> String {
    let text = document.to_text();
    let mut child = Command::new("sordi")
        .args(["-o", "ntriples", "-", "http://example.org/"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("sordi: {error}; see ci/apt.txt"));
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{text}");
    String::from_utf8(output.stdout).unwrap()
}

/// The text of an N-Triples literal.
fn unescape(literal: &str) -> String {
    let mut chars = literal.chars();
    let mut out = String::new();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let kind = chars.next().unwrap();
        out.push(match kind {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' | 'U' => {
                let digits: String = chars.by_ref().take(if kind == 'u' { 4 } else { 8 }).collect();
                char::from_u32(u32::from_str_radix(&digits, 16).unwrap()).unwrap()
            }
            c => c,
        });
    }
    out
}

fn document(properties: Properties) -> Document {
    Document { comment: "", subjects: vec![("urn:x".into(), properties)] }
}

#[test]
fn only_used_prefixes_and_one_form() {
    let mut inner = Properties::default();
    inner.string("rdfs:label", "x");
    let mut properties = Properties::default();
    properties.names("a", &["lv2:Plugin"]);
    properties.add("lv2:port", [Term::Blank(inner), Term::Number("1.5".into())]);
    assert_eq!(
        document(properties).to_text(),
        "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n\
         @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n\n\
         <urn:x>\n    a lv2:Plugin ;\n    lv2:port [ rdfs:label \"x\" ] , 1.5 .\n"
    );
}

#[test]
fn every_control_character_survives() {
    let text: String = ('\u{1}'..='\u{a0}').collect();
    let mut properties = Properties::default();
    properties.string("rdfs:label", &text);
    let triple = read_back(&document(properties));
    assert_eq!(unescape(&triple[triple.find('"').unwrap() + 1..triple.rfind('"').unwrap()]), text);
}

#[test]
fn what_an_iri_may_not_hold_is_encoded() {
    let mut properties = Properties::default();
    properties.add("lv2:binary", [Term::Iri("a b<é>\"\n.so".into())]);
    let triples = read_back(&document(properties));
    assert!(triples.contains("/a%20b%3C"), "{triples}");
    assert!(triples.contains("%3E%22%0A.so>"), "{triples}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_string_survives(texts in prop::collection::vec(prop::collection::vec(any::<char>(), 0..40), 8)) {
        let texts: Vec<String> = texts.into_iter().map(|chars| chars.into_iter().collect()).collect();
        let mut properties = Properties::default();
        for text in &texts {
            properties.string("rdfs:label", text);
        }
        let triples = read_back(&document(properties));
        let mut seen: Vec<_> = triples
            .lines()
            .map(|line| unescape(&line[line.find('"').unwrap() + 1..line.rfind('"').unwrap()]))
            .collect();
        // A graph holds a triple once, in whatever order.
        let mut want: Vec<_> = texts.iter().map(|text| text.replace('\0', "\u{fffd}")).collect();
        for list in [&mut seen, &mut want] {
            list.sort();
            list.dedup();
        }
        prop_assert_eq!(seen, want);
    }
}
