//! A file for a plugin's sidechain.

use std::path::Path;

use super::audio::Source;
use crate::error::{Error, Result};
use crate::info::{Bus, BusKind};
use crate::planar::Planar;

/// What a plugin hears in its sidechain, in step with what the file before it all is.
pub(super) struct Sidechain {
    source: Source,
    /// The plugin's inputs beside the main one; the file goes into the one that is named here, and the others are
    /// silent.
    buses: Vec<Planar>,
    fed: usize,
    /// Frames of silence before the file so far: the plugins before are late by as much.
    waited: u64,
}

impl Sidechain {
    /// Opens the file, for an input at this rate.
    pub(super) fn open(path: &Path, rate: u32) -> Result<Source> {
        let source = Source::open(path)?;
        let own = source.format().rate;
        if own != rate {
            let reason = format!("sample rate {own} Hz; the input has {rate} Hz, expected the same");
            return Err(Error::file(path, reason));
        }
        Ok(source)
    }

    /// For an active plugin with these inputs, in blocks of up to `block` frames.
    ///
    /// # Errors
    /// Why it does not fit, in words.
    pub(super) fn connect(source: Source, inputs: &[Bus], block: usize) -> Result<Self, String> {
        let beside = || inputs.iter().filter(|bus| bus.kind != BusKind::Main);
        let fed = beside().position(|bus| bus.kind == BusKind::Aux && bus.channels > 0);
        let Some(fed) = fed else {
            return Err(
                "the plugin has no sidechain input for --sidechain; another --class may have".to_owned()
            );
        };
        let buses: Vec<_> = beside().map(|bus| Planar::new(bus.channels as usize, block)).collect();
        let (takes, gives) = (buses[fed].channels() as u32, source.format().channels);
        if takes != gives && gives != 1 {
            return Err(format!(
                "the sidechain takes {takes} channels and --sidechain has {gives}; expected as many, or 1"
            ));
        }
        Ok(Self { source, buses, fed, waited: 0 })
    }

    /// Gets the next block ready, for a plugin that is reached `delay` frames late.
    pub(super) fn read(&mut self, frames: usize, delay: u64) -> Result<()> {
        let bus = &mut self.buses[self.fed];
        let wait = usize::try_from(delay.saturating_sub(self.waited)).unwrap_or(usize::MAX).min(frames);
        self.waited += wait as u64;
        self.source.read(bus, frames - wait)?;
        for channel in 0..bus.channels() {
            let samples = &mut bus.channel_mut(channel)[..frames];
            samples.copy_within(..frames - wait, wait);
            samples[..wait].fill(0.0);
        }
        Ok(())
    }

    /// The inputs beside the main one.
    pub(super) fn buses(&self) -> Vec<&Planar> {
        self.buses.iter().collect()
    }
}
