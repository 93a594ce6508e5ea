//! What a plugin is refused for.

use super::*;
use crate::event::{Controllers, EventPorts};
use crate::param::{Range, ValueKind, Variant};
use crate::plugin::Category;

const INFO: Info = Info {
    id: "urn:a",
    name: "A",
    vendor: "B",
    url: "",
    email: "",
    version: "1.0.0",
    license: "MIT",
    description: "",
    category: Category::Utility,
};

fn what() -> What {
    let (properties, presets) = (&[][..], &[][..]);
    What {
        info: INFO,
        layouts: &[Layout::STEREO],
        events: EventPorts::NONE,
        properties,
        presets,
        double: false,
        transport: false,
        tasks: false,
        messages: false,
    }
}

fn float(id: &'static str) -> ParamInfo {
    ParamInfo::new(id, ValueKind::Float)
}

fn fault(what: What, infos: &[ParamInfo], lock: &str) -> String {
    Description::checked(what, infos.to_vec(), lock)
        .err()
        .map_or_else(String::new, |error| error.to_string())
}

#[track_caller]
fn refused(infos: &[ParamInfo], part: &str) {
    let fault = fault(what(), infos, "");
    assert!(fault.contains(part), "{fault:?}");
}

#[test]
fn names_of_notes_are_for_keys() {
    const ALL: [(&[(u8, &str)], &str); 4] = [
        (&[(36, "Kick"), (38, "Snare")], ""),
        (&[(36, "Kick"), (36, "Snare")], "note 36"),
        (&[(128, "Kick")], "note 128"),
        (&[(1, " ")], "note 1"),
    ];
    for (names, part) in ALL {
        let fault = fault(What { events: EventPorts::NONE.note_names(names), ..what() }, &[], "");
        assert_eq!((fault.contains(part), fault.is_empty()), (true, part.is_empty()), "{fault}");
    }
}

#[test]
fn no_id_belongs_to_two() {
    assert_eq!(fault(what(), &[float("a"), float("b")], ""), "");
    refused(&[float("a"), float("a")], "\"a\" is the id");
    refused(&[float("a"), float("b").renamed_from("a")], "\"a\" is the id");
    refused(&[float("b").renamed_from("a"), float("c").renamed_from("a")], "\"a\" is the id");
    refused(&[float("b").renamed_from("bypass")], "\"bypass\" is the id");
    refused(&[float("in_l")], "reserved");
    // FNV-1a gives these the same lowest 30 bits.
    refused(&[float("eklu"), float("cbaba")], "the same VST3 id 0x56667f6");
    let tombstone = "[urn:a]\nremoved-param eklu *\n";
    assert!(
        fault(what(), &[float("cbaba")], tombstone).contains("the same VST3 id"),
        "of one that is gone"
    );
    const PROPERTIES: &[Property] = &[Property::text("a", "A")];
    let with = What { properties: PROPERTIES, ..what() };
    assert!(fault(with, &[float("b").renamed_from("a")], "").contains("is taken"));
    const CUE: &[Layout] =
        &[Layout { outputs: &[Bus::main_output(1), Bus::aux(1).named("cue", "Cue")], ..Layout::MONO }];
    assert!(fault(What { layouts: CUE, ..what() }, &[float("cue")], "").contains("two ports"));
}

#[test]
fn ranges_fit_their_kinds() {
    const SHAPES: &[Variant] = &[Variant { id: "a", name: "A" }, Variant { id: "b", name: "B" }];
    let int = |range| ParamInfo::new("n", ValueKind::Int).range(range);
    for range in [Range::linear(0.0, 9.0), Range::stepped(0.0, 2.0, 0.5), Range::stepped(0.5, 3.5, 1.0)] {
        refused(&[int(range)], "whole numbers");
    }
    refused(&[int(Range::stepped(0.0, 1e9, 1.0))], "whole numbers");
    assert_eq!(fault(what(), &[int(Range::stepped(-10.0, 10.0, 5.0))], ""), "");
    let choice = ParamInfo::new("c", ValueKind::Choice(SHAPES));
    assert_eq!(fault(what(), &[choice.clone().range(choice.range.reversed())], ""), "");
    refused(&[choice.range(Range::stepped(0.0, 5.0, 1.0))], "one value for each variant");
    refused(&[ParamInfo::new("on", ValueKind::Bool).range(Range::linear(0.0, 1.0))], "a bool");
    refused(&[float("x").range(Range::linear(0.0, 1.0)).default(2.0f32)], "its default");
}

#[test]
fn controllers_are_those_of_midi() {
    let with = |list| {
        let events = EventPorts::NONE.input().controllers(Controllers::Some(list));
        fault(What { events, ..what() }, &[], "")
    };
    assert_eq!(with(&[1, 64, 127]), "");
    assert!(with(&[1, 200]).contains("controller 200"));
    assert!(with(&[1, 64, 1]).contains("controller 1 "));
}

#[test]
fn a_lock_that_misses_something_is_not_believed() {
    let whole = Description::checked(what(), vec![float("a")], "").unwrap().lock().to_text("urn:a");
    let load = |lock: &str| Description::known(what(), vec![float("a")], lock);
    assert_eq!(load(&whole).unwrap().params.len(), 2);
    for symbol in ["bypass", "a", "stereo"] {
        let line = |line: &&str| line.split_whitespace().nth(1) != Some(symbol);
        let less: Vec<_> = whole.lines().filter(line).collect();
        assert!(load(&less.join("\n")).is_err(), "{symbol}");
    }
}
