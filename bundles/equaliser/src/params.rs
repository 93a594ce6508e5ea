//! What the host can set and show.

use dyad::param::ParamInfo;
use dyad::prelude::*;

use crate::settings::{Kind, Settings, Slope};

/// Bands.
pub const BANDS: usize = 8;

/// One band.
#[derive(Params)]
pub(crate) struct BandParams {
    #[param(name = "On")]
    on: Bool,
    #[param(name = "Type", default = Kind::Bell)]
    kind: Choice<Kind>,
    #[param(name = "Frequency", range = Range::log(20.0, 20_000.0), default = 1000.0, unit = Unit::Hertz)]
    freq: Float,
    #[param(name = "Gain", range = Range::linear(-24.0, 24.0), default = 0.0, unit = Unit::Decibels)]
    gain: Float,
    #[param(name = "Q", range = Range::log(0.1, 40.0), default = std::f32::consts::FRAC_1_SQRT_2)]
    q: Float,
    #[param(name = "Slope", default = Slope::Db12)]
    slope: Choice<Slope>,
}

impl BandParams {
    /// What it is set to now. `[audio-thread]`
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            on: self.on.value(),
            kind: self.kind.value(),
            slope: self.slope.value(),
            hertz: f64::from(self.freq.value()),
            gain: f64::from(self.gain.value()),
            q: f64::from(self.q.value()),
        }
    }
}

/// What a band is before anybody has touched it: bells from low to high between shelves and cuts, and nothing
/// changes the sound but what is turned.
const FRESH: [(Kind, f32, f32); BANDS] = [
    (Kind::LowCut, 30.0, std::f32::consts::FRAC_1_SQRT_2),
    (Kind::LowShelf, 100.0, std::f32::consts::FRAC_1_SQRT_2),
    (Kind::Bell, 250.0, 1.0),
    (Kind::Bell, 600.0, 1.0),
    (Kind::Bell, 1500.0, 1.0),
    (Kind::Bell, 3500.0, 1.0),
    (Kind::HighShelf, 8000.0, std::f32::consts::FRAC_1_SQRT_2),
    (Kind::HighCut, 18_000.0, std::f32::consts::FRAC_1_SQRT_2),
];

/// A band with defaults of its own.
pub(crate) struct Band<const N: usize>(pub(crate) BandParams);

impl<const N: usize> Params for Band<N> {
    const COUNT: usize = BandParams::COUNT;

    fn describe() -> Vec<ParamInfo> {
        let (kind, freq, q) = FRESH[N - 1];
        // A shelf or bell of 0 dB is no change, so those are ready to be dragged.
        let on = kind.has_gain();
        let fresh = |info: ParamInfo| match &*info.id {
            "on" => info.default(on),
            "kind" => info.default(kind),
            "freq" => info.default(freq),
            "q" => info.default(q),
            _ => info,
        };
        BandParams::describe().into_iter().map(fresh).collect()
    }

    fn create(infos: &[ParamInfo]) -> Self {
        Self(BandParams::create(infos))
    }

    fn prepare(&mut self, sample_rate: f64) {
        self.0.prepare(sample_rate);
    }

    fn snap(&mut self) {
        self.0.snap();
    }

    fn set(&mut self, index: usize, plain: f32) {
        self.0.set(index, plain);
    }

    fn finish(&mut self, index: usize, frames: usize) -> f32 {
        self.0.finish(index, frames)
    }
}

/// Which sound the editor shows the spectrum of.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Analysed {
    /// None.
    Off,
    /// What comes in.
    Pre,
    /// What goes out.
    Post,
}

/// What the host can set and show.
#[derive(Params)]
pub struct EqualiserParams {
    #[group(name = "Band 1")]
    band_1: Band<1>,
    #[group(name = "Band 2")]
    band_2: Band<2>,
    #[group(name = "Band 3")]
    band_3: Band<3>,
    #[group(name = "Band 4")]
    band_4: Band<4>,
    #[group(name = "Band 5")]
    band_5: Band<5>,
    #[group(name = "Band 6")]
    band_6: Band<6>,
    #[group(name = "Band 7")]
    band_7: Band<7>,
    #[group(name = "Band 8")]
    band_8: Band<8>,
    #[param(name = "Output", range = Range::linear(-24.0, 24.0), default = 0.0)]
    #[param(unit = Unit::Decibels, smooth = Smooth::Gain(20.0))]
    pub(crate) output: Float,
    #[param(name = "Analyser", default = Analysed::Post, not_automatable, sample_accurate = false)]
    pub(crate) analyser: Choice<Analysed>,
    #[meter(name = "In L")]
    pub(crate) in_left: PeakMeter,
    #[meter(name = "In R")]
    pub(crate) in_right: PeakMeter,
    #[meter(name = "Out L")]
    pub(crate) out_left: PeakMeter,
    #[meter(name = "Out R")]
    pub(crate) out_right: PeakMeter,
}

impl EqualiserParams {
    /// What the bands are set to. `[audio-thread]`
    pub(crate) fn bands(&self) -> [Settings; BANDS] {
        [
            &self.band_1.0,
            &self.band_2.0,
            &self.band_3.0,
            &self.band_4.0,
            &self.band_5.0,
            &self.band_6.0,
            &self.band_7.0,
            &self.band_8.0,
        ]
        .map(BandParams::settings)
    }
}
