//! The shipped files themselves: what they export, need and weigh, and that what stands beside them
//! says what they say.
#![allow(unsafe_code)]

use std::path::PathBuf;
use std::process::Command;

use dyad_core::identity::vst3_class_words;
use dyad_core::param::{Role, ValueKind};
use dyad_tests::command::run;
use dyad_tests::lv2::Module as Lv2Module;
use dyad_tests::vst3::{Module, Plugin, text, utf16};
use dyad_tests::{bundle, gain, lv2info};
use dyad_ttl::{PortKind, PortTable, vst3_subcategories};
use serde_json::Value;
use vst3::Steinberg::PFactoryInfo_::FactoryFlags_;
use vst3::Steinberg::Vst::ParameterInfo_::ParameterFlags_::{
    kCanAutomate, kIsBypass, kIsHidden, kIsList, kIsReadOnly,
};
use vst3::Steinberg::Vst::{IEditControllerTrait, ParameterInfo};
use vst3::Steinberg::{
    IPluginFactory2Trait, IPluginFactory3Trait, IPluginFactoryTrait, PClassInfo, PClassInfo2, PClassInfoW,
    PFactoryInfo, kResultOk,
};

/// The limit, and what we aim at, in bytes.
const LIMIT: usize = 512 * 1024;
const AIM: usize = 450 * 1024;

/// The limit for an editor, which has a toolkit and a font in it.
const EDITOR_LIMIT: usize = 12 * 1024 * 1024;

/// What a plugin with presets may weigh beside that: the list of programs, the user's own files, and its sound.
const PRESETS: usize = 144 * 1024;

/// What the transforms of a plugin that works with spectra may weigh beside that.
const TRANSFORMS: usize = 512 * 1024;

/// What an instrument weighs beside that: presets by the dozen, each with more than a hundred values, and voices.
const INSTRUMENT: usize = 640 * 1024;

/// Each shipped binary, its entry points, and how large it may be.
fn binaries() -> Vec<(PathBuf, &'static [&'static str], usize)> {
    let mut all = Vec::new();
    for name in bundle::names() {
        let limit = match &*name {
            "gain" => LIMIT,
            "synth" => LIMIT + PRESETS + INSTRUMENT,
            // Its presets have four values for each of sixteen steps.
            "arpeggiator" => LIMIT + 2 * PRESETS,
            "convolver" | "equaliser" => LIMIT + PRESETS + TRANSFORMS,
            _ => LIMIT + PRESETS,
        };
        let arch = std::env::consts::ARCH;
        let vst3 = bundle::built(&format!("{name}.vst3/Contents/{arch}-linux/{name}.so"));
        all.push((bundle::built(&format!("{name}.lv2/{name}.so")), &["lv2_descriptor"][..], limit));
        all.push((vst3, &["GetPluginFactory", "ModuleEntry", "ModuleExit"], limit));
        all.push((editor(&name), &["dyad_editor_v1", "lv2ui_descriptor"], EDITOR_LIMIT));
    }
    assert!(all.len() >= 3, "there are bundles");
    all
}

fn editor(name: &str) -> PathBuf {
    bundle::built(&format!("{name}.lv2/{name}_ui.so"))
}

#[test]
fn both_bundles_have_the_same_editor_which_stays_loaded_and_the_licence_of_its_font() {
    let read = |path: PathBuf| std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    for name in bundle::names() {
        let contents = bundle::built(&format!("{name}.vst3/Contents"));
        let other = contents.join(format!("{}-linux/editor/{name}_ui.so", std::env::consts::ARCH));
        assert!(read(editor(&name)) == read(other), "{name}: one editor for both formats");
        for licence in [bundle::built(&format!("{name}.lv2/OFL.txt")), contents.join("Resources/OFL.txt")] {
            let text = String::from_utf8(read(licence)).expect("text");
            assert!(text.contains("SIL OPEN FONT LICENSE") && text.contains("Inter"), "{text}");
        }
        let flags = readelf(&["-d"], &editor(&name));
        assert!(flags.contains("NODELETE"), "{name}: its window threads outlive an unload: {flags}");
    }
    for (path, ..) in binaries().iter().filter(|(path, ..)| !path.to_string_lossy().ends_with("_ui.so")) {
        assert!(!readelf(&["-d"], path).contains("NODELETE"), "{} can be unloaded", path.display());
    }
}

fn readelf(options: &[&str], path: &PathBuf) -> String {
    run(Command::new("readelf").arg("-W").args(options).arg(path)).expect_success("readelf").out
}

#[test]
fn only_entry_points_are_exported() {
    for (path, expected, _) in binaries() {
        let table = readelf(&["--dyn-syms"], &path);
        // Num, value, size, type, binding, visibility, section, name; undefined ones are imports.
        let rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let defined = rows.filter(|row| row.len() == 8 && row[6] != "UND" && row[0] != "Num:");
        let mut names: Vec<_> =
            defined.filter(|row| row[4] != "LOCAL").map(|row| row[7].to_owned()).collect();
        names.sort();
        assert_eq!(names, expected, "{}", path.display());
    }
}

#[test]
fn nothing_but_the_c_library_is_needed() {
    const ALLOWED: [&str; 4] = ["libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2"];
    for (path, ..) in binaries() {
        let dynamic = readelf(&["-d"], &path);
        let needed: Vec<_> = dynamic
            .lines()
            .filter(|line| line.contains("(NEEDED)"))
            .filter_map(|line| line.split(['[', ']']).nth(1))
            .collect();
        assert!(!needed.is_empty(), "readelf was understood");
        for library in &needed {
            assert!(ALLOWED.contains(library), "{} needs {library}", path.display());
        }
        for tag in ["(RPATH)", "(RUNPATH)", "(TEXTREL)"] {
            assert!(!dynamic.contains(tag), "{} has {tag}", path.display());
        }
    }
}

#[test]
fn small_stripped_and_without_an_executable_stack() {
    for (path, _, limit) in binaries() {
        let size = std::fs::read(&path).expect("the binary can be read").len();
        println!("{}: {size} bytes (aim {AIM}, limit {limit})", path.display());
        assert!(size <= limit, "{}: {size} bytes", path.display());
        let sections = readelf(&["-S"], &path);
        assert!(
            !sections.contains(".debug_") && !sections.contains(".symtab"),
            "{} is stripped",
            path.display()
        );
        let segments = readelf(&["-l"], &path);
        let stack = segments.lines().find(|line| line.contains("GNU_STACK")).expect("a GNU_STACK segment");
        let flags = stack.split_whitespace().nth(6).expect("flags");
        assert_eq!(flags, "RW", "{}: {stack}", path.display());
        let open = segments.lines().filter(|l| l.contains(" LOAD ")).filter(|l| l.contains("RWE"));
        assert_eq!(open.count(), 0, "{}: nothing is writable and executable", path.display());
    }
}

#[test]
fn nothing_tells_where_it_was_built() {
    let variable = |name| std::env::var(name).ok();
    let home = variable("HOME").filter(|home| home.len() > 2).map(|home| format!("{home}/"));
    let secrets = [
        home,
        variable("CARGO_HOME"),
        variable("RUSTUP_HOME"),
        Some(bundle::workspace().to_string_lossy().into_owned()),
        Some(bundle::target().to_string_lossy().into_owned()),
        Some(".cargo/registry".into()),
        Some(".rustup/".into()),
    ];
    let secrets: Vec<_> = secrets.into_iter().flatten().filter(|s| s.len() > 2).collect();
    assert!(secrets.len() >= 4);
    for (path, ..) in binaries() {
        let bytes = std::fs::read(&path).expect("the binary can be read");
        for secret in &secrets {
            let at = bytes.windows(secret.len()).position(|window| window == secret.as_bytes());
            let near =
                at.map(|at| String::from_utf8_lossy(&bytes[at..bytes.len().min(at + 120)]).into_owned());
            assert_eq!(near, None, "{} names {secret}", path.display());
        }
    }
}

#[test]
fn the_lv2_binary_its_turtle_and_its_author_agree_about_ports() {
    let description = gain::description();
    let printed =
        dyad_ttl::describe::run::<::gain::Bundle>(["--ports".into()]).expect("it describes itself");
    let mut own = Vec::new();
    for layout in &description.layouts {
        let table = PortTable::new(&description, layout);
        own.push(Lv2Module::own_ports(Lv2Module::gain().find(&table.uri)));
        let seen = lv2info::ports(&table.uri);
        assert_eq!(seen.len(), table.ports.len(), "{}", table.uri);
        for (seen, port) in seen.iter().zip(&table.ports) {
            let what = format!("{} {}", table.uri, port.symbol);
            assert_eq!((&seen.symbol, &seen.name), (&port.symbol, &port.name), "{what}");
            let [kind, direction] = match port.kind {
                PortKind::AudioIn { .. } => ["AudioPort", "InputPort"],
                PortKind::AudioOut { .. } => ["AudioPort", "OutputPort"],
                PortKind::EventsIn => ["AtomPort", "InputPort"],
                PortKind::EventsOut => ["AtomPort", "OutputPort"],
                PortKind::Latency | PortKind::Meter { .. } | PortKind::RemovedMeter { .. } => {
                    ["ControlPort", "OutputPort"]
                }
                _ => ["ControlPort", "InputPort"],
            };
            assert_eq!(seen.types, [kind, direction], "{what}");
            if let PortKind::Param { param } = port.kind {
                let info = &description.params[param].info;
                let range = [info.range.min(), info.range.max(), info.default].map(Some);
                assert_eq!(seen.range, range, "{what}");
            }
        }
    }
    assert_eq!(own.join("\n"), printed, "the binary and the describe program");
}

fn moduleinfo() -> Value {
    let path = bundle::vst3().join("Contents/Resources/moduleinfo.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_vst3_factory_moduleinfo_and_the_author_agree() {
    let (factory, module, description) = (Module::gain().factory(), moduleinfo(), gain::description());
    // SAFETY: plain structs of numbers and text, for which zeros are fine, as places for the answers.
    let (about, class, class2, class_w) = unsafe {
        let mut about: PFactoryInfo = std::mem::zeroed();
        let mut class: PClassInfo = std::mem::zeroed();
        let mut class2: PClassInfo2 = std::mem::zeroed();
        let mut class_w: PClassInfoW = std::mem::zeroed();
        assert_eq!(factory.getFactoryInfo(&mut about), kResultOk);
        assert_eq!(factory.getClassInfo(0, &mut class), kResultOk);
        assert_eq!(factory.getClassInfo2(0, &mut class2), kResultOk);
        assert_eq!(factory.getClassInfoUnicode(0, &mut class_w), kResultOk);
        (about, class, class2, class_w)
    };
    let info = description.info;
    let said = &module["Factory Info"];
    assert_eq!(
        [text(&about.vendor), text(&about.url), text(&about.email)],
        [info.vendor, info.url, info.email]
    );
    assert_eq!([&said["Vendor"], &said["URL"], &said["E-Mail"]], [info.vendor, info.url, info.email]);
    let flag = |flag: u32| Value::Bool(about.flags as u32 & flag != 0);
    assert_eq!(said["Flags"]["Unicode"], flag(FactoryFlags_::kUnicode));
    assert_eq!(said["Flags"]["Classes Discardable"], flag(FactoryFlags_::kClassesDiscardable));
    assert_eq!(said["Flags"]["Component Non Discardable"], flag(FactoryFlags_::kComponentNonDiscardable));
    assert_eq!(module["Version"], info.version);

    // SAFETY: any factory can be asked.
    let count = unsafe { factory.countClasses() };
    assert_eq!(module["Classes"].as_array().map(Vec::len), usize::try_from(count).ok());
    let said = &module["Classes"][0];
    let id = vst3_class_words(info.id).map(|word| format!("{word:08X}")).concat();
    assert_eq!(said["CID"], id.as_str());
    assert!([class.cid, class2.cid, class_w.cid].iter().all(|id| *id == Module::class_id()));
    let cardinality = [class.cardinality, class2.cardinality, class_w.cardinality];
    assert_eq!(cardinality.map(Value::from), [0; 3].map(|_| said["Cardinality"].clone()));
    let flags = [class2.classFlags, class_w.classFlags];
    assert_eq!(flags.map(Value::from), [0; 2].map(|_| said["Class Flags"].clone()));
    let subcategories = said["Sub Categories"].as_array().expect("a list").iter();
    let subcategories: Vec<_> = subcategories.filter_map(Value::as_str).collect();
    let answers = [
        (
            "Category",
            vec![text(&class.category), text(&class2.category), text(&class_w.category)],
            "Audio Module Class",
        ),
        ("Name", vec![text(&class.name), text(&class2.name), utf16(&class_w.name)], info.name),
        ("Vendor", vec![text(&class2.vendor), utf16(&class_w.vendor)], info.vendor),
        ("Version", vec![text(&class2.version), utf16(&class_w.version)], info.version),
        (
            "SDKVersion",
            vec![text(&class2.sdkVersion), utf16(&class_w.sdkVersion)],
            dyad_ttl::VST3_SDK_VERSION,
        ),
        (
            "Sub Categories",
            vec![text(&class2.subCategories), text(&class_w.subCategories)],
            vst3_subcategories(info.category),
        ),
    ];
    for (key, answers, expected) in answers {
        assert!(answers.iter().all(|answer| answer == expected), "{key}: {answers:?}, not {expected:?}");
        let beside = if key == "Sub Categories" {
            subcategories.join("|")
        } else {
            said[key].as_str().unwrap_or_default().into()
        };
        assert_eq!(beside, expected, "{key} in moduleinfo.json");
        assert!(!expected.is_empty(), "{key}: some hosts refuse an empty one");
    }
}

#[test]
fn vst3_parameters_are_those_of_the_author_in_their_order() {
    let (plugin, description) = (Plugin::new(), gain::description());
    // SAFETY: any plugin can be asked.
    assert_eq!(unsafe { plugin.controller.getParameterCount() } as usize, description.params.len());
    for (index, param) in description.params.iter().enumerate() {
        // SAFETY: a plain struct of numbers and text, for which zeros are fine, as place for the answer.
        let seen = unsafe {
            let mut seen: ParameterInfo = std::mem::zeroed();
            assert_eq!(plugin.controller.getParameterInfo(index as i32, &mut seen), kResultOk);
            seen
        };
        let info = &param.info;
        assert_eq!(seen.id, gain::id(&info.id), "{}", info.id);
        assert!(seen.id < 1 << 31, "{}: hosts need ids below 2³¹", info.id);
        assert_eq!(
            (utf16(&seen.title), utf16(&seen.units)),
            (info.name.to_string(), info.unit.label().to_string())
        );
        assert!(!utf16(&seen.shortTitle).is_empty());
        assert_eq!(seen.stepCount as u32, info.range.steps(), "{}", info.id);
        assert_eq!(seen.defaultNormalizedValue, info.range.normalize(info.default), "{}", info.id);
        let list = if matches!(info.kind, ValueKind::Choice(_)) { kIsList } else { 0 };
        let flags = match info.role {
            Role::Normal => kCanAutomate | list,
            Role::Bypass => kCanAutomate | kIsBypass,
            Role::Trigger => kCanAutomate,
            Role::Meter => kIsReadOnly,
            Role::Removed => kIsReadOnly | kIsHidden,
        };
        assert_eq!(seen.flags, flags, "{}", info.id);
        // SAFETY: any value is allowed. Hosts read a range from its ends.
        let ends = [0.0, 1.0].map(|end| unsafe { plugin.controller.normalizedParamToPlain(seen.id, end) });
        assert_eq!(ends, [info.range.min(), info.range.max()], "{}", info.id);
        // SAFETY: as above.
        let value = unsafe { plugin.controller.getParamNormalized(seen.id) };
        assert_eq!(value, seen.defaultNormalizedValue, "{}: a new instance is at its default", info.id);
    }
}
