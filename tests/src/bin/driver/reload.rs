//! Modules that come and go, as when a host scans, or a user takes all of a plugin's instances away.
//!
//! Meant to run under AddressSanitizer (`ci/sanitize.sh`): it sees memory that is used after it was
//! freed, freed twice or by the wrong side, and at the end, what a module left behind when it went.

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;

use dyad_tests::bundle;
use dyad_tests::gain::RATE;
use dyad_tests::lv2::{Module as Lv2Module, Rig};
use dyad_tests::vst3::{Module, Plugin};
use vst3::Steinberg::kResultOk;

const ROUNDS: usize = 50;
const FRAMES: usize = 64;

pub(super) fn lv2(instances: usize) -> ExitCode {
    rounds(&bundle::lv2_binary(), |path| {
        let module = Lv2Module::load(path);
        let mut rigs: Vec<_> = (0..instances)
            // SAFETY: the module goes last.
            .map(|n| unsafe { Rig::of(&module, ["stereo", "mono"][n % 2], RATE, None, FRAMES) })
            .collect();
        rigs.iter().for_each(Rig::activate);
        for (n, rig) in rigs.iter_mut().enumerate() {
            rig.set("gain", -(n as f32));
            rig.set("enabled", (n % 3).min(1) as f32);
            (0..3).for_each(|_| drop(black_box(rig.play(&[0.5; FRAMES]))));
        }
        // Some are taken away while they run.
        rigs.iter().step_by(2).for_each(Rig::deactivate);
        // Every second one goes first.
        let (first, second): (Vec<_>, Vec<_>) = rigs.into_iter().enumerate().partition(|(n, _)| n % 2 == 0);
        drop(first);
        drop(second);
    })
}

pub(super) fn vst3(instances: usize) -> ExitCode {
    rounds(&bundle::vst3_binary(), |path| {
        let module = Module::load(path);
        let plugins: Vec<_> = (0..instances).map(|_| Plugin::of(&module)).collect();
        for (n, plugin) in plugins.iter().enumerate() {
            assert_eq!(plugin.set_up(RATE, FRAMES), kResultOk);
            plugin.start();
            (0..3).for_each(|_| drop(black_box(plugin.play(&[0.5; FRAMES], &[(7, n as f64 / 10.0)]))));
            let state = plugin.save();
            assert_eq!(plugin.load(&state), kResultOk);
            assert_ne!(plugin.load(&state[..state.len() / 2]), kResultOk);
            let _ = black_box(plugin.play(&[0.5; FRAMES], &[]));
        }
        plugins.iter().step_by(2).for_each(Plugin::stop);
        let (first, second): (Vec<_>, Vec<_>) =
            plugins.into_iter().enumerate().partition(|(n, _)| n % 2 == 0);
        drop(first);
        drop(second);
    })
}

/// Loads a binary, uses it and unloads it, again and again.
fn rounds(path: &Path, life: impl Fn(&Path)) -> ExitCode {
    let is_loaded = || {
        let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux tells what is loaded");
        // A file that is only read, as for a backtrace, does not count.
        maps.lines().any(|line| line.contains(" r-xp ") && line.ends_with(path.to_str().expect("Unicode")))
    };
    for round in 0..ROUNDS {
        life(path);
        if is_loaded() {
            eprintln!("{} is still loaded after round {round}", path.display());
            return ExitCode::FAILURE;
        }
    }
    println!("done {ROUNDS}");
    ExitCode::SUCCESS
}

/// Uses memory of the module after the module has freed it.
pub(super) fn freed() -> ExitCode {
    let module = Lv2Module::load(&bundle::lv2_binary());
    // SAFETY: the module goes last.
    let rig = unsafe { Rig::of(&module, "mono", RATE, None, FRAMES) };
    let instance: *const u8 = rig.handle.cast();
    drop(rig);
    // SAFETY: none, and that is the purpose: the instance was given back.
    black_box(unsafe { instance.read_volatile() });
    ExitCode::SUCCESS
}

/// Does not give an instance back.
pub(super) fn kept() -> ExitCode {
    let module = Lv2Module::load(&bundle::lv2_binary());
    // In a thread, and joined, so that no pointer to it stays behind on a stack.
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            // SAFETY: the module goes last.
            std::mem::forget(unsafe { Rig::of(&module, "mono", RATE, None, FRAMES) });
        });
        thread.join().expect("nothing panics");
    });
    ExitCode::SUCCESS
}
