//! With ports that a test connects by hand: what the sound tells its editor, and a sidechain that is left out.
#![allow(unsafe_code)]

use std::ptr::null_mut;
use std::sync::OnceLock;

use dyad_core::show::{Show, level};
use dyad_core::{Bundle, Description, Plugin, Visitor};
use dyad_tests::gain::RATE;
use dyad_tests::lv2::{Event, Module, Rig, Value};
use dyad_tests::{bundle, command};
use dyad_ttl::{MESSAGE, MESSAGE_BYTES, WATCH};

const BLOCK: usize = 64;

fn description() -> Description {
    struct First(Option<Description>);
    impl Visitor for First {
        fn plugin<P: Plugin>(&mut self, lock: &'static str) {
            self.0.get_or_insert_with(|| Description::of::<P>(lock).expect("it describes itself"));
        }
    }
    let mut first = First(None);
    compressor::Bundle::visit(&mut first);
    first.0.expect("the crate exports a plugin")
}

fn rig(layout: &str) -> Rig {
    static MODULE: OnceLock<Module> = OnceLock::new();
    command::hush();
    let module = MODULE.get_or_init(|| Module::load(&bundle::built("compressor.lv2/compressor.so")));
    // SAFETY: the module is never unloaded.
    let rig = unsafe { Rig::any(module, &description(), layout, RATE, BLOCK) };
    rig.activate();
    rig
}

/// The history messages among these events.
fn histories(rig: &Rig, events: &[Event]) -> Vec<Vec<u8>> {
    let bytes = |properties: Vec<(u32, u32, Vec<u8>)>| {
        let [(key, _, bytes)] = <[_; 1]>::try_from(properties).expect("one property");
        assert_eq!(key, rig.urid(MESSAGE_BYTES));
        bytes
    };
    rig.objects(events, MESSAGE).into_iter().map(bytes).collect()
}

#[test]
fn the_editor_is_told_of_levels_while_it_is_open() {
    let mut rig = rig("stereo");
    for (symbol, value) in
        [("threshold", -20.0), ("ratio", 2.0), ("knee", 0.0), ("attack", 1.0), ("make_up", 3.0)]
    {
        rig.set(symbol, value);
    }
    rig.ins.iter_mut().for_each(|input| input.fill(1.0));
    let blocks = RATE as usize / BLOCK;
    for _ in 0..blocks / 2 {
        let out = rig.cycle(BLOCK, &[]);
        assert!(histories(&rig, &out).is_empty(), "nobody looks");
    }
    let watch: [(&str, Value); 0] = [];
    let watch = rig.object(0, WATCH, &watch);
    let (mut columns, mut next) = (Vec::new(), None);
    for n in 0..blocks {
        let begin = std::slice::from_ref(&watch);
        let out = rig.cycle(BLOCK, if n == 0 { begin } else { &[] });
        for message in histories(&rig, &out) {
            let Some(Show::History { stream: 0, first, fields: 4, levels }) = Show::read(&message) else {
                panic!("{message:?}");
            };
            assert!(next.is_none_or(|next| next == first), "no gap: {next:?} and {first}");
            next = Some(first + levels.len() as u32 / 4);
            columns.extend(levels.chunks_exact(4).map(|column| [0, 1, 2, 3].map(|n| level(column[n]))));
        }
    }
    assert!((58..=60).contains(&columns.len()), "60 a second: {}", columns.len());
    // 20 dB above the threshold at 2 : 1, and 3 dB of make-up; the key is the input.
    assert!(columns.iter().all(|column| *column == [0.0, -10.0, -7.0, 0.0]), "{columns:?}");
}

#[test]
fn nothing_moves_where_nothing_sounds() {
    let mut rig = rig("stereo");
    let watch: [(&str, Value); 0] = [];
    let watch = rig.object(0, WATCH, &watch);
    let messages = |rig: &mut Rig, seconds: usize| -> usize {
        let mut count = 0;
        for _ in 0..seconds {
            // An editor says so again every second.
            let mut begin = std::slice::from_ref(&watch);
            for _ in 0..RATE as usize / BLOCK {
                let out = rig.cycle(BLOCK, std::mem::take(&mut begin));
                count += histories(rig, &out).len();
            }
        }
        count
    };
    assert_eq!(messages(&mut rig, 2), 0, "silence from the start");
    rig.ins.iter_mut().for_each(|input| input.fill(0.5));
    assert!((29..=30).contains(&messages(&mut rig, 1)));
    rig.ins.iter_mut().for_each(|input| input.fill(0.0));
    // The picture goes on until the sound has left it.
    assert!(messages(&mut rig, 9) > 250);
    messages(&mut rig, 3);
    assert_eq!(messages(&mut rig, 2), 0, "then it stands still");
}

#[test]
fn a_sidechain_that_is_not_connected_leaves_the_key_to_the_input() {
    let mut rig = rig("stereo_sidechain");
    for (symbol, value) in
        [("threshold", -20.0), ("ratio", 2.0), ("knee", 0.0), ("attack", 1.0), ("external_key", 1.0)]
    {
        rig.set(symbol, value);
    }
    rig.ins[..2].iter_mut().for_each(|input| input.fill(1.0));
    let last = |rig: &mut Rig| {
        (0..1000).for_each(|_| rig.run(BLOCK));
        20.0 * rig.outs[0][BLOCK - 1].log10()
    };
    assert!(last(&mut rig).abs() < 1e-3, "connected, and silent: nothing is turned down");
    ["sidechain_l", "sidechain_r"].iter().for_each(|symbol| rig.wire(symbol, null_mut()));
    assert!((last(&mut rig) + 10.0).abs() < 1e-3, "not connected: as without a sidechain");
}
