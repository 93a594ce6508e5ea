//! Many instances, many threads, and modules that come and go.
#![allow(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::Command;

use dyad_tests::bundle;
use dyad_tests::command::{hush, run};
use dyad_tests::gain::{RATE, assert_close, factor, position};
use dyad_tests::lv2::{Host, Module as Lv2Module, Rig};
use dyad_tests::vst3::{Module, Plugin};
use vst3::Steinberg::kResultOk;

fn db(n: usize) -> f64 {
    -(n as f64) / 2.0
}

#[test]
fn a_hundred_lv2_instances_do_not_know_each_other() {
    let mut rigs: Vec<_> = (0..100).map(|n| Rig::new(["stereo", "mono"][n % 2], RATE, None, 64)).collect();
    for (n, rig) in rigs.iter_mut().enumerate() {
        rig.set("gain", db(n) as f32);
        rig.activate();
    }
    for _ in 0..3 {
        for (n, rig) in rigs.iter_mut().enumerate() {
            assert_close(&rig.play(&[1.0; 64]), &[factor(db(n)); 64], 1e-6, &format!("instance {n}"));
        }
    }
    // Every second one goes first.
    let mut kept: Vec<_> = rigs.into_iter().enumerate().filter(|(n, _)| n % 2 == 0).collect();
    for (n, rig) in &mut kept {
        assert_close(
            &rig.play(&[1.0; 64]),
            &[factor(db(*n)); 64],
            1e-6,
            &format!("instance {n}, left over"),
        );
    }
}

#[test]
fn a_hundred_vst3_instances_do_not_know_each_other() {
    let plugins: Vec<_> = (0..100).map(|_| Plugin::ready(RATE, 64)).collect();
    for (n, plugin) in plugins.iter().enumerate() {
        plugin.flush("gain", position(db(n)));
    }
    let kept: Vec<_> = plugins.into_iter().enumerate().filter(|(n, _)| n % 2 == 0).collect();
    for (n, plugin) in kept.iter().rev() {
        let sound = plugin.play(&[1.0; 64], &[]);
        assert_close(&sound, &[factor(db(*n)); 64], 1e-6, &format!("instance {n}"));
    }
}

#[test]
fn instances_are_made_used_and_destroyed_on_many_threads() {
    std::thread::scope(|scope| {
        for n in 0..8 {
            scope.spawn(move || {
                for _ in 0..25 {
                    let plugin = Plugin::ready(RATE, 64);
                    plugin.flush("gain", position(db(n)));
                    let state = plugin.save();
                    let sound = plugin.play(&[1.0; 64], &[]);
                    assert_close(&sound, &[factor(db(n)); 64], 1e-6, &format!("VST3, thread {n}"));
                    assert_eq!(plugin.save(), state);
                    let mut rig = Rig::new("stereo", RATE, None, 64);
                    rig.set("gain", db(n) as f32);
                    rig.activate();
                    let sound = rig.play(&[1.0; 64]);
                    assert_close(&sound, &[factor(db(n)); 64], 1e-6, &format!("LV2, thread {n}"));
                }
            });
        }
    });
}

#[test]
fn nothing_is_left_of_a_hundred_instances() {
    let mut driver = Command::new(env!("CARGO_BIN_EXE_dyad-tests-driver"));
    // Without glibc's cache for each thread, which counts as taken what is ready to be taken again.
    driver.env("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0");
    let said = run(driver.arg("leak")).expect_success("the driver");
    let bytes: Vec<i64> = said.out.lines().filter_map(|line| line.parse().ok()).collect();
    let [left, planted] = bytes[..] else { panic!("two numbers, not {:?}", said.out) };
    assert!(planted >= 10_000, "memory that is kept is seen: {planted}");
    assert_eq!(left, 0, "bytes that a hundred instances left behind");
}

/// A copy of a binary, so that the one that other tests use stays loaded.
fn copy(of: &Path, name: &str) -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_file(&copy);
    std::fs::copy(of, &copy).expect("the binary can be copied");
    copy
}

fn is_loaded(path: &Path) -> bool {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux tells what is loaded");
    maps.contains(path.to_str().expect("a path in Unicode"))
}

#[test]
fn a_vst3_module_is_loaded_and_unloaded_many_times() {
    hush();
    let path = copy(&bundle::vst3_binary(), "unloaded vst3.so");
    for n in 0..20 {
        let module = Module::load(&path);
        assert!(is_loaded(&path));
        let plugin = Plugin::of(&module);
        assert_eq!(plugin.set_up(RATE, 64), kResultOk);
        plugin.start();
        assert_close(&plugin.play(&[0.5; 64], &[]), &[0.5; 64], 0.0, &format!("load {n}"));
        // What it says on standard error must leave nothing of it behind either.
        assert_ne!(plugin.load(b"no document"), kResultOk);
    }
    assert!(!is_loaded(&path), "it is out of memory again");
}

#[test]
fn an_lv2_module_is_loaded_and_unloaded_many_times() {
    let path = copy(&bundle::lv2_binary(), "unloaded lv2.so");
    for n in 0..20 {
        let module = Lv2Module::load(&path);
        assert!(is_loaded(&path));
        let (host, descriptor) = (Host::new(None), module.descriptor(0).expect("a plugin"));
        // SAFETY: a descriptor of the binary, a path, and features that live until the end.
        unsafe {
            let handle = descriptor.instantiate.unwrap()(descriptor, RATE, c"/".as_ptr(), host.features());
            assert!(!handle.is_null(), "load {n}");
            descriptor.activate.unwrap()(handle);
            descriptor.run.unwrap()(handle, 64);
            descriptor.deactivate.unwrap()(handle);
            descriptor.cleanup.unwrap()(handle);
        }
    }
    assert!(!is_loaded(&path), "it is out of memory again");
}
