//! Chance that repeats: what falls at a step follows from the step's number alone.

/// What is diced for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Dice {
    Chance = 1,
    Order,
    Late,
    Velocity,
}

impl Dice {
    /// From 0 to below 1, evenly. The mixing function is SplitMix64's (G. Steele, D. Lea, C. Flood, *Fast Splittable
    /// Pseudorandom Number Generators*, 2014).
    pub(crate) fn roll(self, step: i64) -> f64 {
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut bits = (step as u64).wrapping_mul(4).wrapping_add(self as u64).wrapping_mul(GOLDEN);
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ bits >> 31) >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_are_even_and_differ() {
        for dice in [Dice::Chance, Dice::Order, Dice::Late, Dice::Velocity] {
            let mut counts = [0; 10];
            for step in -5000..5000 {
                let roll = dice.roll(step);
                assert!((0.0..1.0).contains(&roll));
                counts[(roll * 10.0) as usize] += 1;
            }
            assert!(counts.iter().all(|count| (850..1150).contains(count)), "{dice:?}: {counts:?}");
        }
        let same = (0..1000).filter(|n| (Dice::Chance.roll(*n) < 0.5) == (Dice::Order.roll(*n) < 0.5));
        assert!((400..600).contains(&same.count()), "one says nothing of the other");
    }
}
