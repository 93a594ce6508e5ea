//! What the test that every plugin gets for free finds.

use super::*;
use crate::layout::Bus;
use crate::param::{Group, Range};
use crate::plugin::Category;

const INFO: Info = Info {
    id: "urn:dyad:described",
    name: "Described",
    vendor: "Dyad",
    url: "",
    email: "",
    version: "1.0.0",
    license: "MIT",
    description: "",
    category: Category::Utility,
};

const WHAT: What = What {
    info: INFO,
    layouts: &[Layout::STEREO],
    events: EventPorts::NONE,
    properties: &[],
    presets: &[],
    double: false,
    transport: false,
    tasks: false,
    messages: false,
};

fn float(id: &'static str) -> ParamInfo {
    ParamInfo::new(id, ValueKind::Float)
}

fn check(what: What, infos: Vec<ParamInfo>, lock: &str) -> String {
    match Description::checked(what, infos, lock) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

/// The first two of `p0`, `p1` … that have one VST3 id.
fn colliding() -> [String; 2] {
    let mut seen = std::collections::BTreeMap::new();
    for n in 0.. {
        let id = format!("p{n}");
        if let Some(other) = seen.insert(identity::vst3_param_id(&id), id.clone()) {
            return [other, id];
        }
    }
    unreachable!()
}

#[test]
fn ids_that_clash_are_refused_by_name() {
    assert_eq!(check(WHAT, vec![float("a"), float("b")], ""), "");
    let twice = check(WHAT, vec![float("a"), float("b"), float("a")], "");
    assert!(twice.contains(r#""a" is the id, or was the id, of two parameters"#), "{twice}");
    let [a, b] = colliding().map(|id| float(id.leak()));
    let (a_id, b_id) = (a.id.clone(), b.id.clone());
    let hash = check(WHAT, vec![a, b], "");
    assert!(hash.contains("the same VST3 id") && hash.contains(&*a_id) && hash.contains(&*b_id), "{hash}");
    for id in ["bypass", "in_l", "latency", "Gain", "ünicode", ""] {
        let fault = check(WHAT, vec![float(id)], "");
        assert!(fault.contains(&format!("{id:?}")), "{id:?}: {fault}");
    }
    let channel = check(WHAT, vec![float("sidechain")], "");
    assert_eq!(channel, "", "no layout has such a port");
    const KEYED: &[Layout] =
        &[Layout { inputs: &[Bus::main_input(2), Bus::sidechain(1)], ..Layout::STEREO }];
    let port = check(What { layouts: KEYED, ..WHAT }, vec![float("sidechain")], "");
    assert!(port.contains("sidechain"), "{port}");
}

#[test]
fn ranges_defaults_and_buses_are_looked_at() {
    for (info, says) in [
        (float("x").range(Range::linear(1.0, 1.0)), "needs min < max"),
        (float("x").default(2.0f32), "its default 2.000 is not among its values 0.000 to 1.000"),
        (float("x").default(f32::NAN), "its default nan"),
        (float("x").default(0.5f32).range(Range::linear(2.0, 3.0)), "its default 0.500 is not among"),
        (float("x").midi_cc(120), "MIDI controllers for parameters are 0 to 119"),
        (float("x").renamed_from("x"), "can't be an id that it had before"),
        (float("x").renamed_from("Old"), "can't be an id that it had before"),
    ] {
        let fault = check(WHAT, vec![info], "");
        assert!(fault.contains(says), "{fault}");
    }
    let twice = check(WHAT, vec![float("x").midi_cc(7), float("y").midi_cc(7)], "");
    assert!(twice.contains("the same MIDI controller"), "{twice}");
    const BAD: &[Layout] =
        &[Layout { inputs: &[Bus::main_input(2).speakers(&[crate::Speaker::Left])], ..Layout::STEREO }];
    let bus = check(What { layouts: BAD, ..WHAT }, vec![], "");
    assert!(bus.contains("another number of speakers"), "{bus}");
    let none = check(What { layouts: &[], ..WHAT }, vec![], "");
    assert!(none.contains("one layout or more"), "{none}");
    const TAKEN: &[Property] = &[Property::text("x", "X")];
    let taken = check(What { properties: TAKEN, ..WHAT }, vec![float("x")], "");
    assert!(taken.contains("the id is taken"), "{taken}");
}

#[test]
fn a_renamed_parameter_keeps_what_sessions_know_it_by() {
    let old = Description::checked(WHAT, vec![float("a"), float("b")], "").unwrap();
    let lock = old.lock().to_text(INFO.id);
    let renamed = || vec![float("b"), float("fresh").renamed_from("a").in_group("g", "G"), float("new")];
    // In a group the former id is the group's too; a whole path says otherwise.
    let new = Description::checked(WHAT, renamed(), &lock).unwrap();
    assert_eq!(new.index_of("g_fresh"), Some(3), "another parameter, as `g_a` never was");
    let path = vec![float("b"), float("fresh").renamed_from_path("a").in_group("g", "G"), float("new")];
    let new = Description::checked(WHAT, path.clone(), &lock).unwrap();
    let at = |d: &Description, id| d.index_of(id).map(|index| (index, d.params[index].vst3_id));
    assert_eq!(at(&new, "g_fresh"), at(&old, "a"));
    assert_eq!((new.params[1].symbol.as_str(), new.params[1].field), ("a", Some(1)));
    let lock = new.lock().to_text(INFO.id);
    let loaded = Description::known(WHAT, path, &lock).unwrap();
    assert_eq!(at(&loaded, "g_fresh"), at(&old, "a"), "in the plugin too");
    let two = check(WHAT, vec![float("a"), float("c").renamed_from("a")], &lock);
    assert!(two.contains("of two parameters"), "{two}");
}

#[test]
fn a_plugin_refuses_a_lock_that_is_not_its_own() {
    let infos = || vec![float("a"), float("b")];
    let lock = Description::checked(WHAT, infos(), "").unwrap().lock().to_text(INFO.id);
    assert!(Description::known(WHAT, infos(), &lock).is_ok());
    let mut more = infos();
    more.push(float("c"));
    for (infos, lock) in [(more, &*lock), (infos(), ""), (infos(), "[urn:dyad:described]\nnonsense\n")] {
        assert!(Description::known(WHAT, infos, lock).is_err(), "{lock}");
    }
    let without = lock.lines().filter(|line| !line.starts_with("layout")).collect::<Vec<_>>().join("\n");
    assert!(Description::known(WHAT, infos(), &without).is_err());
}

#[test]
fn hundreds_of_parameters_are_found_by_their_numbers() {
    let infos = || (0..800).map(|n| float(format!("param_{n}").leak())).collect::<Vec<_>>();
    let lock = Description::checked(WHAT, infos(), "").unwrap().lock().to_text(INFO.id);
    let all = Description::known(WHAT, infos(), &lock).unwrap();
    assert_eq!((all.params.len(), all.saved_params().len()), (801, 801));
    for (index, param) in all.params.iter().enumerate() {
        assert_eq!(all.index_of_vst3_id(param.vst3_id), Some(index));
    }
    assert_eq!(all.index_of_vst3_id(7), None);
}

#[test]
fn a_fingerprint_tells_what_sound_and_editor_count_differently() {
    let of = |infos: Vec<ParamInfo>| Description::checked(WHAT, infos, "").unwrap().fingerprint();
    let two = || vec![float("a"), float("b")];
    assert_eq!(of(two()), of(two()));
    let mut wider = two();
    wider[1].range = crate::param::Range::linear(0.0, 3.0);
    let others = [vec![float("a")], vec![float("b"), float("a")], vec![float("a"), float("bc")], wider];
    for infos in others {
        let ids: Vec<_> = infos.iter().map(|info| info.id.clone()).collect();
        assert_ne!(of(infos), of(two()), "{ids:?}");
    }
}

#[test]
fn what_has_the_same_name_has_its_groups_before_it() {
    let named = |id: &'static str, groups: &[&str], name: &'static str| {
        let mut info = float(id).name(name);
        info.groups =
            groups.iter().map(|name| Group { id: id.to_owned(), name: (*name).to_owned() }).collect();
        info
    };
    let infos = vec![
        named("a", &["Band 1"], "Gain"),
        named("b", &["Band 2"], "Gain"),
        named("c", &["Band 1"], "Width"),
        named("d", &["Left", "Top"], "Level"),
        named("e", &["Right", "Top"], "Level"),
        named("f", &[], "Level"),
        float("g").name("Output"),
    ];
    let description = Description::checked(WHAT, infos, "").expect("nothing is wrong with it");
    let first = description.index_of("a").expect("it has a parameter");
    let titles = (first..first + 7).map(|index| description.title(index));
    let want =
        ["Band 1 Gain", "Band 2 Gain", "Width", "Left Top Level", "Right Top Level", "Level", "Output"];
    assert_eq!(titles.collect::<Vec<_>>(), want);
    assert_eq!(description.title(99), "");
}
