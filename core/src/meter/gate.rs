//! The gated mean of a loudness that was measured for as long as one likes.

/// The loudness of a weighted mean square, in LUFS; −∞ for silence.
pub(super) fn loudness(mean_square: f64) -> f64 {
    10.0 * mean_square.log10() - 0.691
}

/// Blocks below count nothing, in LUFS.
const ABSOLUTE_GATE: f64 = -70.0;
/// Blocks this far below the mean of the others don't count either, in LU.
const RELATIVE_GATE: f64 = 10.0;
/// The same for a loudness range (EBU Tech 3342), in LU.
const RANGE_GATE: f64 = 20.0;
/// The shares of the gated distribution between which a loudness range lies.
const RANGE_SHARES: (f64, f64) = (0.10, 0.95);
/// Bins for each LU; so the relative gate is exact to 0.1 LU, and all else is exact.
const BINS_PER_LU: f64 = 10.0;
/// Up to +30 LUFS; louder blocks are in the last bin.
const BINS: usize = 1000;

/// All blocks so far, by their loudness (16 KB).
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    bins: Box<[Bin]>,
    /// All of them together.
    total: Bin,
}

#[derive(Clone, Copy, Debug, Default)]
struct Bin {
    /// The sum of the blocks' mean squares.
    energy: f64,
    count: u64,
}

impl Bin {
    fn add(&mut self, other: Self) {
        self.energy += other.energy;
        self.count += other.count;
    }

    fn loudness(self) -> f64 {
        if self.count == 0 { f64::NEG_INFINITY } else { loudness(self.energy / self.count as f64) }
    }
}

/// Casts saturate, so all below the first bin are in it.
fn index(loudness: f64) -> usize {
    (((loudness - ABSOLUTE_GATE) * BINS_PER_LU) as usize).min(BINS - 1)
}

impl Histogram {
    /// `[main-thread]`
    pub(super) fn new() -> Self {
        Self { bins: vec![Bin::default(); BINS].into(), total: Bin::default() }
    }

    /// `[audio-thread]`
    pub(super) fn clear(&mut self) {
        self.bins.fill(Bin::default());
        self.total = Bin::default();
    }

    /// Takes a block with this weighted mean square into account. `[audio-thread]`
    pub(super) fn add(&mut self, mean_square: f64) {
        let loudness = loudness(mean_square);
        if loudness >= ABSOLUTE_GATE {
            let block = Bin { energy: mean_square, count: 1 };
            self.bins[index(loudness)].add(block);
            self.total.add(block);
        }
    }

    /// The loudness of the blocks that pass both gates, in LUFS; −∞ where none does. It adds up to a
    /// thousand numbers, about a microsecond. `[audio-thread]`
    pub(super) fn loudness(&self) -> f64 {
        let threshold = self.total.loudness() - RELATIVE_GATE;
        let mut passed = Bin::default();
        for bin in &self.bins[index(threshold)..] {
            passed.add(*bin);
        }
        passed.loudness()
    }
    /// The loudness range of the blocks that pass both gates, in LU; 0 where none does. It is exact to a
    /// bin, 0.1 LU, and costs as much as [`Histogram::loudness`]. `[audio-thread]`
    pub(super) fn range(&self) -> f64 {
        let passed = &self.bins[index(self.total.loudness() - RANGE_GATE)..];
        let count: u64 = passed.iter().map(|bin| bin.count).sum();
        let quantile = |share: f64| {
            let rank = (count.saturating_sub(1) as f64 * share).round() as u64;
            let mut below = 0;
            let bin = passed.iter().find(|bin| {
                below += bin.count;
                below > rank
            });
            bin.map_or(0.0, |bin| bin.loudness())
        };
        let (low, high) = RANGE_SHARES;
        quantile(high) - quantile(low)
    }
}
