//! What depends on the type of samples: buffers, the dry signal, and which `process` is called.

use crate::audio::{Audio, Sample};
use crate::plugin::{Processor, SampleFormat, Setup};

use super::buffers::Buffers;
use super::bypass::Dry;
use super::context::Context;

/// Buffers and dry signal of one type of samples.
#[derive(Debug)]
pub struct Lanes<S> {
    /// Whether the run is with such samples.
    pub(super) used: bool,
    pub(super) buffers: Buffers<S>,
    pub(super) dry: Dry<S>,
}

impl<S: Sample> Lanes<S> {
    fn new(setup: &Setup, latency: u32, most: u32, used: bool) -> Self {
        if used {
            let (buffers, dry) =
                (Buffers::new(&setup.layout), Dry::new(&setup.layout, setup.sample_rate, latency, most));
            Self { used, buffers, dry }
        } else {
            Self { used, buffers: Buffers::none(), dry: Dry::none() }
        }
    }
}

/// Those of both types; memory is set aside for the one in use.
#[derive(Debug)]
pub struct Both {
    single: Lanes<f32>,
    double: Lanes<f64>,
}

impl Both {
    pub(super) fn new(setup: &Setup, latency: u32, most: u32, can_double: bool) -> Self {
        let double = can_double && setup.format == SampleFormat::F64;
        Self {
            single: Lanes::new(setup, latency, most, !double),
            double: Lanes::new(setup, latency, most, double),
        }
    }

    /// Forgets the sound that has passed.
    pub(super) fn clear(&mut self) {
        self.single.dry.clear();
        self.double.dry.clear();
    }

    /// `false` where there is not enough memory for it.
    pub(super) fn set_latency(&mut self, latency: u32, heard: bool) -> bool {
        let single = self.single.dry.set_latency(latency, heard);
        self.double.dry.set_latency(latency, heard) && single
    }
}

/// A type of samples that the cycle runs with: `f32` always, `f64` for plugins that say so. Sealed.
pub trait Precision: Sample {
    #[doc(hidden)]
    fn lanes(both: &mut Both) -> &mut Lanes<Self>;
    #[doc(hidden)]
    fn process<T: Processor>(
        processor: &mut T,
        params: &mut T::Params,
        audio: &mut Audio<'_, Self>,
        context: &mut Context<'_>,
    );
}

impl Precision for f32 {
    #[inline]
    fn lanes(both: &mut Both) -> &mut Lanes<Self> {
        &mut both.single
    }

    #[inline]
    fn process<T: Processor>(
        processor: &mut T,
        params: &mut T::Params,
        audio: &mut Audio<'_, Self>,
        context: &mut Context<'_>,
    ) {
        processor.process(params, audio, context);
    }
}

impl Precision for f64 {
    #[inline]
    fn lanes(both: &mut Both) -> &mut Lanes<Self> {
        &mut both.double
    }

    #[inline]
    fn process<T: Processor>(
        processor: &mut T,
        params: &mut T::Params,
        audio: &mut Audio<'_, Self>,
        context: &mut Context<'_>,
    ) {
        processor.process_f64(params, audio, context);
    }
}
