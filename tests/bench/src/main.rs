//! How fast the built gain is, beside plugins written by hand for nothing else: `make bench`.
//!
//! Numbers depend on the machine; the ratios, taken in the same run and in turns, hardly do. Nothing
//! is asserted on them.
//!
//! `dyad-bench calls CASE WHO N` makes N calls and no more, for a profiler. CASE is `lv2` or `vst3`,
//! with the number of points in a block behind it, as in `vst3-32`; WHO is `dyad`, `bare` or `same`.
#![allow(unsafe_code)]

mod host;
mod lv2;
mod many;
mod measure;
mod sound;
mod table;
mod vst3;

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs};

use dyad_tests::bundle;
use host::Stream;
use lv2::Lv2;
use measure::{Case, alone, flush_to_zero, heap_of, in_turns, median, stay_on_one_core};
use table::Table;
use vst3::{Instance, Vst3, class};

/// The hand-written plugins lie beside this program.
fn floor(name: &str) -> PathBuf {
    let program = env::current_exe().expect("this program's path");
    let path = program.with_file_name(name);
    assert!(path.exists(), "{} is missing: run `make bench`", path.display());
    path
}

/// Ours, the bare one and the one that does the same work, in one format.
fn three(format: &str, points: usize) -> [Box<dyn Case>; 3] {
    if format == "lv2" {
        let path = floor("floor_lv2.so");
        [Lv2::ours(), Lv2::floor(&path, "bare"), Lv2::floor(&path, "same")].map(|mut plugin| {
            plugin.automated = points > 0;
            Box::new(plugin) as Box<dyn Case>
        })
    } else {
        let path = floor("libdyad_bench_floor.so");
        [Vst3::ours(), Vst3::floor(&path, 1), Vst3::floor(&path, 2)].map(|mut plugin| {
            plugin.automate(points);
            Box::new(plugin) as Box<dyn Case>
        })
    }
}

fn blocks(table: &mut Table) {
    for (name, format, points, limit) in [
        ("LV2, nothing changes", "lv2", 0, "1.8"),
        ("LV2, one parameter in every run", "lv2", 1, "2"),
        ("VST3, no events", "vst3", 0, "2"),
        ("VST3, one parameter, one point", "vst3", 1, "2"),
        ("VST3, one parameter, 32 points", "vst3", 32, "2.5"),
    ] {
        let mut plugins = three(format, points);
        let measured = [true, false].map(|on| {
            flush_to_zero(on);
            in_turns(1000, 500, &mut plugins)
        });
        table.block(name, limit, &measured);
        flush_to_zero(true);
    }
}

/// Microseconds from a file to its first answer, each time with a file that was never loaded before.
fn load_time(format: &str, path: &Path, load: impl Fn(&Path)) -> f64 {
    let folder = env::temp_dir().join(format!("dyad-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    let times = (0..30).map(|n| {
        // A name that was loaded once stays that, whatever lies there later.
        let copy = folder.join(format!("{format}-{n}.so"));
        fs::copy(path, &copy).expect("a copy");
        let start = Instant::now();
        load(&copy);
        start.elapsed().as_secs_f64() * 1e6
    });
    let times = times.collect();
    fs::remove_dir_all(&folder).expect("it was there");
    median(times)
}

fn the_rest(table: &mut Table) {
    let lv2 = Lv2::ours();
    let saved = lv2.save();
    table.row("LV2 state: save", alone(300, 200, || drop(lv2.save())), "ns", "");
    table.row("LV2 state: load", alone(300, 200, || lv2.load(&saved)), "ns", "");
    let (factory, class) = (vst3::load(&bundle::vst3_binary()), class());
    let vst3 = Instance::new(&factory, class);
    let stream = Stream::new();
    table.row(
        "VST3 state: save",
        alone(300, 200, || vst3.save(&stream)),
        "ns",
        "≤ 500 with 100 parameters",
    );
    table.row(
        "VST3 state: load",
        alone(300, 200, || vst3.load(&stream)),
        "ns",
        "≤ 500 with 100 parameters",
    );
    table.row("LV2 instance: make, activate, drop", alone(100, 20, || drop(lv2.another())) / 1e3, "µs", "");
    let made = alone(100, 20, || drop(Instance::new(&factory, class))) / 1e3;
    table.row("VST3 instance: make, activate, drop", made, "µs", "");
    let loaded = load_time("lv2", &bundle::lv2_binary(), |path| {
        let module = dyad_tests::lv2::Module::load(path);
        assert!(module.descriptor(0).is_some());
        std::mem::forget(module);
    });
    table.row("LV2 binary: to the first descriptor", loaded, "µs", "");
    let loaded = load_time("vst3", &bundle::vst3_binary(), |path| drop(vst3::load(path)));
    table.row("VST3 binary: to the factory", loaded, "µs", "");
    table.row("LV2 heap of an instance", heap_of(|| lv2.another()) as f64, "bytes", "≤ 8192");
    table.row(
        "VST3 heap of an instance",
        heap_of(|| Instance::new(&factory, class)) as f64,
        "bytes",
        "≤ 8192",
    );
    for (name, path) in [("LV2 binary", bundle::lv2_binary()), ("VST3 binary", bundle::vst3_binary())] {
        let size = fs::metadata(path).expect("it is built").len();
        table.row(name, size as f64, "bytes", "≤ 524288, aim 460800");
    }
}

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    flush_to_zero(true);
    match words[..] {
        [] => {
            let core = stay_on_one_core();
            let mut table = Table::new(core);
            blocks(&mut table);
            for (name, mut cases) in many::cases() {
                table.pair(name, &in_turns(1000, 500, &mut cases));
            }
            the_rest(&mut table);
            table.print();
        }
        ["calls", case, who, times] => {
            let (format, points) = case.split_once('-').unwrap_or((case, "0"));
            let who = ["dyad", "bare", "same"].iter().position(|name| *name == who).expect("who");
            let plugins = &mut three(format, points.parse().expect("a number of points"));
            plugins[who].call(times.parse().expect("a number of calls"));
        }
        _ => {
            eprintln!("usage: dyad-bench [calls CASE dyad|bare|same N]");
            std::process::exit(2);
        }
    }
}
