//! Damaged states: each loads, or is refused and changes nothing. Always the same 10,000 of each.

use super::allocations::allocated_by;
use super::plugin::Rig;
use super::versions::{newer_state, old_state};

const MUTATIONS: usize = 10_000;

/// xorshift64*. Source: S. Vigna, "An experimental exploration of Marsaglia's xorshift generators,
/// scrambled" (2016).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `end`, which is above 0.
    fn below(&mut self, end: usize) -> usize {
        ((self.next() >> 32) as usize) % end
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..=self.below(most)).map(|_| self.next() as u8).collect()
    }
}

/// One way to damage a document.
fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
    let end = (at + 1 + random.below(16)).min(bytes.len());
    match random.below(7) {
        _ if bytes.is_empty() => {}
        0 => bytes[at] ^= 1 << random.below(8),
        1 => bytes.truncate(at),
        2 => drop(bytes.drain(at..end)),
        3 => {
            let more = random.bytes(16);
            bytes.splice(at..at, more).for_each(drop);
        }
        4 => {
            // A piece of it comes again somewhere else.
            let piece = bytes[at..end].to_vec();
            let to = random.below(bytes.len());
            bytes.splice(to..to, piece).for_each(drop);
        }
        5 => bytes[at] = random.next() as u8,
        _ => {
            // A container, text or blob that claims to be huge.
            let markers: Vec<_> = (0..bytes.len()).filter(|i| (0x80..0xc0).contains(&bytes[*i])).collect();
            let Some(&at) = markers.get(random.below(markers.len().max(1))) else { return };
            let huge = [0xdf, 0xdd, 0xdb, 0xc6, 0xc9][random.below(5)];
            let length = [u32::MAX, i32::MAX as u32, 1 << 24, 1 << 16, 300][random.below(5)];
            let lie = [&[huge][..], &length.to_be_bytes()].concat();
            bytes.splice(at..=at, lie).for_each(drop);
        }
    }
}

fn damage(whole: &[u8], seed: u64) {
    let mut random = Random(seed);
    let mut rig = Rig::used();
    let before = rig.content();
    let mut again = Rig::new();
    assert!(rig.load(whole).is_ok(), "undamaged it loads");
    rig.use_it();
    let mut good = 0;
    for n in 0..MUTATIONS {
        let mut bytes = whole.to_vec();
        for _ in 0..=random.below(3) {
            mutate(&mut bytes, &mut random);
        }
        let (allocated, result) = allocated_by(|| rig.load(&bytes));
        let bound = 16 * bytes.len() + 4096;
        assert!(allocated <= bound, "{n}: {allocated} bytes for {} bytes: {bytes:x?}", bytes.len());
        if result.is_err() {
            assert_eq!(rig.content(), before, "{n}: refused, and changed: {bytes:x?}");
            continue;
        }
        good += 1;
        for param in &rig.description.params {
            let value = rig.value(&param.info.id);
            assert_eq!(param.info.range.sanitize(value), Some(value), "{n}: {bytes:x?}");
        }
        assert_eq!(again.load(&rig.save()), Ok(vec![]), "{n}: what was loaded can be saved");
        assert_eq!(again.save(), rig.save(), "{n}: {bytes:x?}");
        rig.use_it();
    }
    assert!((500..MUTATIONS - 500).contains(&good), "both happen often: {good} loaded");
}

#[test]
fn a_state_of_today() {
    damage(&Rig::used().save(), 1);
}

#[test]
fn a_state_with_unknown_keys() {
    damage(&newer_state(), 2);
}

#[test]
fn a_state_of_an_older_version() {
    damage(&old_state(), 3);
}

#[test]
fn lengths_that_lie_cost_nothing() {
    let whole = Rig::used().save();
    let mut rig = Rig::used();
    let before = rig.content();
    for at in 0..whole.len() {
        for marker in [0xc6, 0xc9, 0xdb, 0xdd, 0xdf] {
            let bytes = [&whole[..at], &[marker, 0xff, 0xff, 0xff, 0xff], &whole[at..]].concat();
            let (allocated, result) = allocated_by(|| rig.load(&bytes));
            assert!(result.is_err() && allocated < 16 * bytes.len(), "{at} {marker:x}: {allocated} bytes");
            assert_eq!(rig.content(), before, "{at} {marker:x}");
        }
    }
}
