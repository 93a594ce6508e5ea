//! Presets as VST3 hosts show them: a program list of factory presets and of those that the user has saved, and a
//! parameter that chooses. It is no value of the plugin's, and no restored session has a preset laid over it.
//!
//! Host quirk shown here: Ardour sets the program again when it opens a session.
#![allow(unsafe_code)]
#![allow(clippy::unnecessary_cast, reason = "Steinberg's enums are signed on Windows only")]

use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use dyad_core::identity::PROGRAM_VST3_ID;
use dyad_core::preset::UserPresets;
use dyad_core::state::{Fields, Writer};
use dyad_tests::ardour::{Ardour, Format, Subject, words};
use dyad_tests::gain::id;
use dyad_tests::process::alone;
use dyad_tests::vst3::{Handler, Heard, Pass, Plugin, utf16};
use vst3::ComPtr;
use vst3::Steinberg::Vst::ParameterInfo_::ParameterFlags_::{kCanAutomate, kIsList, kIsProgramChange};
use vst3::Steinberg::Vst::PresetAttributes::{kInstrument, kPlugInCategory};
use vst3::Steinberg::Vst::RestartFlags_::kParamValuesChanged;
use vst3::Steinberg::Vst::{
    IEditControllerTrait, IUnitInfo, IUnitInfoTrait, ParameterInfo, ProgramListInfo, String128, UnitInfo,
    kNoProgramListId, kRootUnitId,
};
use vst3::Steinberg::{kInvalidArgument, kResultFalse, kResultOk};

/// The names of all programs of the probe, where the user has saved one preset.
const NAMES: [&str; 4] = ["Default", "Loud", "Soft", "Mine"];

/// A user's folder with one preset, in which the gain is −3 dB. Before any plugin is made.
fn user() {
    static USER: OnceLock<()> = OnceLock::new();
    USER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("a user of VST3");
        let _ = std::fs::remove_dir_all(&folder);
        // SAFETY: all tests of this program come here first, and none reads the environment before.
        unsafe { std::env::set_var("XDG_DATA_HOME", &folder) };
        let presets = UserPresets::within(&folder.join("dyad/presets"), "urn:dyad:probe");
        let mut writer = Writer::new("urn:dyad:probe", "1.2.3", 1);
        writer.float("gain", -3.0);
        let document = writer.finish_with(&Fields::none());
        presets.save("", "Mine", &document, true).expect("it can be saved");
    });
}

fn probe() -> (Plugin, ComPtr<IUnitInfo>) {
    user();
    let plugin = Plugin::probe();
    let units = plugin.controller.cast::<IUnitInfo>().expect("IUnitInfo");
    (plugin, units)
}

fn position(program: usize) -> f64 {
    program as f64 / (NAMES.len() - 1) as f64
}

fn choose(plugin: &Plugin, program: usize) {
    // SAFETY: any id and value are allowed.
    unsafe {
        let result = plugin.controller.setParamNormalized(PROGRAM_VST3_ID, position(program));
        assert_eq!(result, kResultOk);
    }
}

/// The gain that is heard.
fn heard(plugin: &Plugin) -> f64 {
    let mut pass = Pass::<f32>::new(2048, &[2], &[2]);
    pass.ins[0][0].fill(1.0);
    assert_eq!(pass.run(plugin), kResultOk);
    20.0 * f64::from(pass.outs[0][0][2047]).log10()
}

#[track_caller]
fn near(is: f64, expected: f64) {
    assert!((is - expected).abs() < 1e-3, "{is} instead of {expected}");
}

#[test]
fn the_list_is_the_root_units_and_names_them_all() {
    let (_plugin, units) = probe();
    // SAFETY: places for the answers.
    unsafe {
        assert_eq!(units.getProgramListCount(), 1);
        let mut list: ProgramListInfo = std::mem::zeroed();
        assert_eq!(units.getProgramListInfo(0, &mut list), kResultOk);
        assert_eq!((utf16(&list.name), list.programCount), ("Presets".into(), NAMES.len() as i32));
        let mut root: UnitInfo = std::mem::zeroed();
        assert_eq!(units.getUnitInfo(0, &mut root), kResultOk);
        assert_eq!((root.id, root.programListId), (kRootUnitId, list.id));
        for unit in 1..units.getUnitCount() {
            assert_eq!(units.getUnitInfo(unit, &mut root), kResultOk);
            assert_eq!(root.programListId, kNoProgramListId, "only one unit has programs");
        }
        let mut text: String128 = [0; 128];
        for (n, name) in NAMES.iter().enumerate() {
            assert_eq!(units.getProgramName(list.id, n as i32, &mut text), kResultOk);
            assert_eq!(utf16(&text), *name);
        }
        assert_eq!(units.getProgramInfo(list.id, 1, kPlugInCategory, &mut text), kResultOk);
        assert_eq!(utf16(&text), "Level");
        assert_eq!(units.getProgramInfo(list.id, 0, kPlugInCategory, &mut text), kResultFalse, "none");
        assert_eq!(units.getProgramInfo(list.id, 1, kInstrument, &mut text), kResultFalse, "not known");
        // Names of keys, for hosts with piano rolls.
        assert_eq!(units.hasProgramPitchNames(list.id, 1), kResultOk);
        assert_eq!(units.getProgramPitchName(list.id, 1, 36, &mut text), kResultOk);
        assert_eq!(utf16(&text), "Kick & \"Co\" <1>");
        assert_eq!(units.getProgramPitchName(list.id, 1, 37, &mut text), kResultFalse, "it has none");
        for (list, program) in [(list.id, NAMES.len() as i32), (list.id, -1), (list.id + 1, 0)] {
            assert_eq!(units.getProgramName(list, program, &mut text), kInvalidArgument);
            assert_eq!(units.getProgramInfo(list, program, kPlugInCategory, &mut text), kInvalidArgument);
            assert_eq!(units.hasProgramPitchNames(list, program), kInvalidArgument);
            assert_eq!(units.getProgramPitchName(list, program, 36, &mut text), kInvalidArgument);
        }
        assert_eq!(units.getProgramListInfo(1, &mut list), kInvalidArgument);
    }
}

#[test]
fn a_plugin_without_presets_has_no_list_and_no_parameter_for_it() {
    user();
    let plugin = Plugin::new();
    let units = plugin.controller.cast::<IUnitInfo>().expect("IUnitInfo");
    // SAFETY: places for the answers.
    unsafe {
        assert_eq!(units.getProgramListCount(), 0);
        let mut root: UnitInfo = std::mem::zeroed();
        assert_eq!(units.getUnitInfo(0, &mut root), kResultOk);
        assert_eq!(root.programListId, kNoProgramListId);
        assert_eq!(plugin.controller.setParamNormalized(PROGRAM_VST3_ID, 0.5), kInvalidArgument);
    }
}

#[test]
fn what_chooses_is_the_last_parameter_and_can_not_be_automated() {
    let (plugin, _) = probe();
    // SAFETY: places for the answers.
    unsafe {
        let count = plugin.controller.getParameterCount();
        let mut info: ParameterInfo = std::mem::zeroed();
        for n in 0..count - 1 {
            assert_eq!(plugin.controller.getParameterInfo(n, &mut info), kResultOk);
            assert_eq!(info.flags & kIsProgramChange as i32, 0, "{}", utf16(&info.title));
        }
        assert_eq!(plugin.controller.getParameterInfo(count - 1, &mut info), kResultOk);
        assert_eq!(info.id, PROGRAM_VST3_ID);
        assert_eq!(info.flags & kCanAutomate as i32, 0);
        let flags = kIsProgramChange as i32 | kIsList as i32;
        assert_eq!(info.flags & flags, flags);
        assert_eq!((info.stepCount, info.defaultNormalizedValue), (NAMES.len() as i32 - 1, 0.0));
        for (n, name) in NAMES.iter().enumerate() {
            let mut text: String128 = [0; 128];
            let result = plugin.controller.getParamStringByValue(PROGRAM_VST3_ID, position(n), &mut text);
            assert_eq!((result, utf16(&text).as_str()), (kResultOk, *name));
            let mut value = -1.0;
            let result =
                plugin.controller.getParamValueByString(PROGRAM_VST3_ID, text.as_mut_ptr(), &mut value);
            assert_eq!((result, value), (kResultOk, position(n)));
            assert_eq!(plugin.controller.normalizedParamToPlain(PROGRAM_VST3_ID, position(n)), n as f64);
            assert_eq!(plugin.controller.plainParamToNormalized(PROGRAM_VST3_ID, n as f64), position(n));
        }
    }
}

#[test]
fn a_program_brings_values_texts_and_fields_and_the_host_is_told() {
    let (plugin, _) = probe();
    assert_eq!(plugin.set_up(48_000.0, 2048), kResultOk);
    plugin.start();
    near(heard(&plugin), 0.0);
    let (handler, news) = Handler::new(|| {});
    // The service thread is not to be faster.
    plugin.stop();
    // SAFETY: a valid handler.
    unsafe { plugin.controller.setComponentHandler(Handler::pointer(&handler)) };
    for (program, gain, words) in [(1, 6.0, true), (2, -12.0, false), (3, -3.0, false), (0, 0.0, false)] {
        choose(&plugin, program);
        let early = news.try_iter().next();
        assert_eq!(early, None, "not within this call, for Ardour holds a lock in it");
        // SAFETY: any id and value are allowed.
        unsafe { plugin.controller.setParamNormalized(id("secret"), 0.5) };
        let told = news.try_iter().any(
            |heard| matches!(heard, Heard::Restart(flags, _) if flags & kParamValuesChanged as i32 != 0),
        );
        assert!(told, "{}: the host reads all values anew", NAMES[program]);
        near(plugin.plain("gain"), gain);
        plugin.start();
        near(heard(&plugin), gain);
        plugin.stop();
        let state = plugin.save();
        let has = |word: &str| state.windows(word.len()).any(|bytes| bytes == word.as_bytes());
        assert_eq!((has("preset"), has("Loud and clear")), (words, words), "{}", NAMES[program]);
    }
    // SAFETY: null lets go of the handler.
    unsafe { plugin.controller.setComponentHandler(std::ptr::null_mut()) };
}

#[test]
fn setting_the_present_program_again_changes_nothing() {
    let (plugin, _) = probe();
    assert_eq!(plugin.set_up(48_000.0, 2048), kResultOk);
    plugin.start();
    plugin.flush("gain", 0.25);
    // A host that restores all values sends the first program too.
    choose(&plugin, 0);
    near(plugin.plain("gain"), -39.0);
    choose(&plugin, 2);
    near(plugin.plain("gain"), -12.0);
    plugin.flush("gain", 0.25);
    choose(&plugin, 2);
    near(plugin.plain("gain"), -39.0);
    near(heard(&plugin), -39.0);
}

#[test]
fn a_program_is_in_no_state_and_no_state_brings_one() {
    let (plugin, _) = probe();
    let empty = plugin.save();
    choose(&plugin, 1);
    choose(&plugin, 0);
    assert_eq!(plugin.save(), empty, "the same to the byte");
    choose(&plugin, 1);
    let loud = plugin.save();
    let (other, _) = probe();
    assert_eq!(other.load(&loud), kResultOk);
    near(other.plain("gain"), 6.0);
    // SAFETY: any id is allowed.
    assert_eq!(unsafe { other.controller.getParamNormalized(PROGRAM_VST3_ID) }, 0.0);
    assert_eq!(other.save(), loud);
}

#[test]
fn ardour_sets_the_program_then_the_values_then_the_state() {
    // As its sessions are opened: nothing of the preset may be left that the user has changed since.
    let (plugin, _) = probe();
    assert_eq!(plugin.set_up(48_000.0, 2048), kResultOk);
    plugin.start();
    choose(&plugin, 1);
    plugin.flush("gain", 0.25);
    let session = plugin.save();
    let (other, _) = probe();
    choose(&other, 1);
    // SAFETY: any id and value are allowed.
    unsafe { other.controller.setParamNormalized(id("gain"), 0.25) };
    assert_eq!(other.load(&session), kResultOk);
    assert_eq!(other.set_up(48_000.0, 2048), kResultOk);
    other.start();
    near(other.plain("gain"), -39.0);
    near(heard(&other), -39.0);
}

#[test]
fn a_program_that_the_audio_thread_chooses_is_loaded_elsewhere() {
    // Ardour does so when MIDI asks for one.
    let (plugin, _) = probe();
    assert_eq!(plugin.set_up(48_000.0, 2048), kResultOk);
    plugin.start();
    std::thread::scope(|scope| {
        let chosen = scope.spawn(|| {
            choose(&plugin, 2);
            plugin.plain("gain")
        });
        near(chosen.join().expect("it chooses"), 0.0);
    });
    // SAFETY: any id is allowed.
    let shown = unsafe { plugin.controller.getParamNormalized(PROGRAM_VST3_ID) };
    assert_eq!(shown, position(2), "shown at once");
    // A session that is saved before anybody came by has it.
    let state = plugin.save();
    near(plugin.plain("gain"), -12.0);
    let (other, _) = probe();
    assert_eq!(other.load(&state), kResultOk);
    near(other.plain("gain"), -12.0);
    // And where nobody comes by, the service thread loads it.
    std::thread::scope(|scope| scope.spawn(|| choose(&plugin, 1)).join().expect("it chooses"));
    let start = Instant::now();
    while (plugin.plain("gain") - 6.0).abs() > 1e-3 {
        assert!(start.elapsed() < Duration::from_secs(20), "it is loaded");
        std::thread::yield_now();
    }
}

#[test]
fn a_program_that_is_set_after_the_state_belongs_to_it() {
    // A host that restores the state and then all values that it has kept.
    let (plugin, _) = probe();
    assert_eq!(plugin.set_up(48_000.0, 2048), kResultOk);
    plugin.start();
    choose(&plugin, 1);
    plugin.flush("gain", 0.25);
    let session = plugin.save();
    let (other, _) = probe();
    assert_eq!(other.load(&session), kResultOk);
    choose(&other, 1);
    near(other.plain("gain"), -39.0);
    // SAFETY: any id is allowed.
    assert_eq!(unsafe { other.controller.getParamNormalized(PROGRAM_VST3_ID) }, position(1), "shown");
    assert_eq!(other.save(), session);
}

#[test]
fn an_inactive_plugin_that_nobody_calls_tells_of_a_program_too() {
    let (plugin, _) = probe();
    let (handler, news) = Handler::new(|| {});
    // SAFETY: a valid handler.
    unsafe { plugin.controller.setComponentHandler(Handler::pointer(&handler)) };
    choose(&plugin, 1);
    let Heard::Restart(flags, _) = Handler::wait(&news) else { panic!("values have changed") };
    assert_ne!(flags & kParamValuesChanged as i32, 0);
    // SAFETY: null lets go of the handler.
    unsafe { plugin.controller.setComponentHandler(std::ptr::null_mut()) };
}

#[test]
fn a_change_of_program_within_a_block_is_passed_over() {
    let (plugin, _) = probe();
    assert_eq!(plugin.set_up(48_000.0, 2048), kResultOk);
    plugin.start();
    let mut pass = Pass::<f32>::new(64, &[2], &[2]).with(&[(PROGRAM_VST3_ID, &[(0, position(1))])]);
    assert_eq!(pass.run(&plugin), kResultOk);
    near(heard(&plugin), 0.0);
}

#[test]
fn ardour_lists_and_applies_them_and_a_session_keeps_what_was_changed_since() {
    user();
    let _alone = alone();
    let bundles = dyad_tests::probe::built("probe.lv2");
    let bundles = bundles.parent().expect("bundles lie in a folder");
    let ardour = Ardour::with(Subject::Probe, "programs", Format::Vst3, bundles);
    for step in ["make", "load"] {
        let said = ardour.perform("preset.lua", &[("DYAD_STEP", step), ("DYAD_STEPS", "7")]);
        if step == "make" {
            // Ardour's name for the second program of the list.
            assert!(words(&said, "preset")[0].ends_with(":0001"), "{said:?}");
        }
        let values: Vec<_> = said.iter().filter_map(|line| line.strip_prefix("value")).collect();
        assert_eq!(values.len(), 3, "{said:?}");
        for (text, expected) in values.iter().zip([6.0, 1.0, 7.0]) {
            near(text.trim().parse().expect("a number"), expected);
        }
    }
}
