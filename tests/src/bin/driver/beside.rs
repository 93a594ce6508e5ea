//! A host that saves and restores a session while its sound runs, for ThreadSanitizer (`ci/sanitize.sh`): LV2 plugins
//! that say `state:threadSafeRestore` promise that it may.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use dyad_core::state::{Fields, Writer};
use dyad_tests::lv2::{Offers, Property, Rig, StateStore, Value, work, worker};

const ROUNDS: usize = 300;
const FRAMES: usize = 64;

fn document(n: usize) -> Vec<u8> {
    let mut fields = std::collections::BTreeMap::new();
    fields.insert("words", (0..n % 7).map(|word| format!("word {word}")).collect::<Vec<_>>());
    let mut writer = Writer::new("urn:dyad:probe", "1.2.3", 0);
    writer.properties(&[("file", format!("/no such file {n}")), ("title", "t".repeat(n % 50))]);
    writer.finish_with(&Fields::of(&fields).expect("these can be kept"))
}

/// Blocks with notes, texts, questions and moving controls on one thread; on another a session is restored and
/// saved, and the worker does what there is. Not each on a thread of its own: those wait for one another with a
/// mutex of the standard library's, into which ThreadSanitizer does not see (`ci/tsan.txt`).
pub(super) fn lv2() -> ExitCode {
    let mut rig = Rig::probe("stereo", Offers { worker: true, ..Offers::default() }, FRAMES);
    rig.activate();
    let key = rig.urid(dyad_ttl::STATE_KEY);
    let kind = rig.urid("http://lv2plug.in/ns/ext/atom#Chunk");
    let (state, handle) = (rig.state(), rig.handle.expose_provenance());
    let worker = worker(rig.descriptor);
    let patch = |name: &str| format!("http://lv2plug.in/ns/ext/patch#{name}");
    let title = [
        (patch("property"), Value::Uri("urn:dyad:probe#property/title".into())),
        (patch("value"), Value::Text("from the host".into())),
    ];
    let title: Vec<_> = title.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    let events = [
        rig.midi(0, &[0x90, 60, 100]),
        rig.object(5, &patch("Set"), &title),
        rig.object(9, &patch("Get"), &[]),
        rig.midi(60, &[0x80, 60, 0]),
    ];
    let ended = AtomicBool::new(false);
    let restored = AtomicU32::new(0);
    let mut blocks = 0u32;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..ROUNDS {
                let handle = std::ptr::with_exposed_provenance_mut(handle);
                let value = document(n);
                let store = StateStore(vec![Property { key, kind, flags: 3, value }]);
                let status = store.restore(state, handle, std::ptr::null());
                restored.fetch_add(u32::from(status == 0), Ordering::Relaxed);
                let _ = StateStore::save(state, handle).expect("it saves");
                work(worker, handle, &[0; 4]);
            }
            ended.store(true, Ordering::Relaxed);
        });
        while !ended.load(Ordering::Relaxed) || blocks < 100 {
            rig.set("gain", -((blocks % 60) as f32));
            rig.set("press", (blocks % 2) as f32);
            // The host's own numbers and rings are not what is looked at, so its jobs are left alone.
            rig.cycle(FRAMES, &events);
            blocks += 1;
        }
    });
    drop(rig);
    println!("done {} restored, beside {blocks} blocks", restored.into_inner());
    ExitCode::SUCCESS
}

/// What ThreadSanitizer must report: two threads at one number.
pub(super) fn planted() -> ExitCode {
    static mut NUMBER: u64 = 0;
    let add = || {
        for _ in 0..1000 {
            // SAFETY: none; that is the purpose.
            unsafe { NUMBER = std::hint::black_box(NUMBER + 1) };
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(add);
        scope.spawn(add);
    });
    ExitCode::SUCCESS
}
