//! A plugin whose editor binary is not what it should be.

use std::ffi::c_void;
use std::process::ExitCode;

use dyad_tests::gain::{RATE, id};
use dyad_tests::probe;
use dyad_tests::vst3::{Call, Config, Module, Plugin, StandIn, copy_of_probe, editor_beside, view_of};
use vst3::Steinberg::{IPlugViewTrait, kPlatformTypeX11EmbedWindowID, kResultOk};

/// Prints whether there was a view and whether it opened, three times, and a sample of what the plugin
/// plays afterwards.
pub(crate) fn with(what: &str) -> ExitCode {
    let good = Config::of(&probe::description());
    let config = match what {
        // The bundle's own.
        "real" => {
            show(Module::probe());
            return ExitCode::SUCCESS;
        }
        "missing" => return in_folder(None),
        "text" => return in_folder(Some(b"no program")),
        "foreign" => {
            let other = std::fs::read(Module::probe_binary()).expect("the module can be read");
            return in_folder(Some(&other));
        }
        "good" => good,
        "version" => Config { version: 7, ..good },
        // By one function.
        "short" => Config { size: good.size - size_of::<usize>() as u32, ..good },
        "fingerprint" => Config { fingerprint: good.fingerprint ^ 1, ..good },
        "none" => Config { fault: 1, ..good },
        "lacking" => Config { fault: 2, ..good },
        "display" => Config { refuse: 1, ..good },
        _ => return ExitCode::from(2),
    };
    let stand_in = StandIn::like(config);
    show(&stand_in.module);
    ExitCode::SUCCESS
}

fn in_folder(editor: Option<&[u8]>) -> ExitCode {
    let folder = tempfile::tempdir().expect("there is room for a module");
    let path = copy_of_probe(folder.path());
    if let Some(bytes) = editor {
        std::fs::write(editor_beside(&path), bytes).expect("a file can be written");
    }
    show(&Module::of(&path, "urn:dyad:probe"));
    ExitCode::SUCCESS
}

fn show(module: &Module) {
    let plugin = Plugin::of(module);
    for _ in 0..3 {
        let view = view_of(&plugin);
        let attached = view.as_ref().is_some_and(|view| {
            let window = std::ptr::without_provenance_mut::<c_void>(1);
            // SAFETY: a number, as X11 has them.
            unsafe { view.attached(window, kPlatformTypeX11EmbedWindowID) == kResultOk }
        });
        println!("{} {attached}", view.is_some());
    }
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    plugin.start();
    let mut call = Call::flush().with(&[(id("gain"), &[(0, 60.0 / 84.0)])]);
    assert_eq!(plugin.process(&mut call), kResultOk);
    println!("{}", plugin.play(&[0.5; 64], &[])[63]);
}
