//! A tree as text.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Document, Properties, Term};

/// Every prefix that Dyad's Turtle may use, in the order of the alphabet.
pub(super) const PREFIXES: [(&str, &str); 24] = [
    ("atom", "http://lv2plug.in/ns/ext/atom#"),
    ("bufsz", "http://lv2plug.in/ns/ext/buf-size#"),
    ("doap", "http://usefulinc.com/ns/doap#"),
    ("dyad", "urn:dyad:ns#"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("log", "http://lv2plug.in/ns/ext/log#"),
    ("lv2", "http://lv2plug.in/ns/lv2core#"),
    ("midi", "http://lv2plug.in/ns/ext/midi#"),
    ("opts", "http://lv2plug.in/ns/ext/options#"),
    ("param", "http://lv2plug.in/ns/ext/parameters#"),
    ("patch", "http://lv2plug.in/ns/ext/patch#"),
    ("pg", "http://lv2plug.in/ns/ext/port-groups#"),
    ("pprops", "http://lv2plug.in/ns/ext/port-props#"),
    ("pset", "http://lv2plug.in/ns/ext/presets#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("rsz", "http://lv2plug.in/ns/ext/resize-port#"),
    ("state", "http://lv2plug.in/ns/ext/state#"),
    ("time", "http://lv2plug.in/ns/ext/time#"),
    ("ui", "http://lv2plug.in/ns/extensions/ui#"),
    ("units", "http://lv2plug.in/ns/extensions/units#"),
    ("urid", "http://lv2plug.in/ns/ext/urid#"),
    ("work", "http://lv2plug.in/ns/ext/worker#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// Longer lists and nodes are spread over lines.
const WIDTH: usize = 100;
const INDENT: &str = "    ";
/// The type of bytes.
const BASE64: &str = "xsd:base64Binary";

impl Document {
    /// The text of the file.
    pub(crate) fn to_text(&self) -> String {
        let mut used = BTreeSet::new();
        for (_, properties) in &self.subjects {
            collect(properties, &mut used);
        }
        let mut out = String::new();
        for line in self.comment.lines() {
            let _ = writeln!(out, "# {line}");
        }
        for (prefix, iri) in PREFIXES.iter().filter(|(prefix, _)| used.contains(prefix)) {
            let _ = writeln!(out, "@prefix {prefix}: <{iri}> .");
        }
        for (iri, properties) in &self.subjects {
            let _ = writeln!(out, "\n{}", bracket(iri));
            lines(properties, 1, &mut out);
            out.truncate(out.trim_end_matches([';', ' ', '\n']).len());
            out.push_str(" .\n");
        }
        out
    }
}

/// The prefixes in use.
fn collect<'a>(properties: &'a Properties, used: &mut BTreeSet<&'a str>) {
    let mut name = |name: &'a str| used.extend(name.split_once(':').map(|(prefix, _)| prefix));
    for (predicate, objects) in &properties.0 {
        name(predicate);
        for object in objects {
            match object {
                Term::Name(object) => name(object),
                Term::Bytes(_) => name(BASE64),
                _ => {}
            }
        }
    }
    for object in properties.0.iter().flat_map(|(_, objects)| objects) {
        if let Term::Blank(inner) = object {
            collect(inner, used);
        }
    }
}

/// One line or more for each predicate, each ended by ` ;`.
fn lines(properties: &Properties, depth: usize, out: &mut String) {
    let indent = INDENT.repeat(depth);
    for (predicate, objects) in &properties.0 {
        let short: Vec<_> = objects.iter().map(inline).collect();
        let line = format!("{indent}{predicate} {} ;", short.join(" , "));
        if line.chars().count() <= WIDTH {
            out.push_str(&line);
            out.push('\n');
            continue;
        }
        let _ = write!(out, "{indent}{predicate} ");
        for (n, (object, short)) in objects.iter().zip(short).enumerate() {
            let fits = indent.len() + short.chars().count() + INDENT.len() + 2 <= WIDTH;
            match object {
                Term::Blank(inner) if !fits => {
                    out.push_str(if n > 0 { " , [\n" } else { "[\n" });
                    lines(inner, depth + 1, out);
                    let _ = write!(out, "{indent}]");
                }
                _ if n > 0 => {
                    let _ = write!(out, " ,\n{indent}{INDENT}{short}");
                }
                _ => out.push_str(&short),
            }
        }
        out.push_str(" ;\n");
    }
}

/// A node on one line.
fn inline(term: &Term) -> String {
    match term {
        Term::Name(name) => (*name).to_owned(),
        Term::Iri(iri) => bracket(iri),
        Term::Text(text) => quote(text),
        Term::Number(number) => number.clone(),
        Term::Bytes(bytes) => format!("\"{}\"^^{BASE64}", STANDARD.encode(bytes)),
        Term::Blank(properties) => {
            let parts = properties.0.iter().map(|(predicate, objects)| {
                let objects: Vec<_> = objects.iter().map(inline).collect();
                format!("{predicate} {}", objects.join(" , "))
            });
            format!("[ {} ]", parts.collect::<Vec<_>>().join(" ; "))
        }
    }
}

/// An IRI in angle brackets; what an IRI may not hold is percent-encoded.
fn bracket(iri: &str) -> String {
    let mut out = String::from("<");
    for c in iri.chars() {
        if c.is_control() || " <>\"{}|^`\\".contains(c) {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out + ">"
}

/// A string in quotes. NUL, which C strings can't hold, becomes the replacement character.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push('\u{fffd}'),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "\""
}
