//! How long the plugin takes, measured where it is.

use std::time::Duration;

use super::Instance;
use crate::bench::{Load, Measured};
use crate::error::{Error, Result};
use crate::protocol::{Reply, Request};

impl Instance {
    /// Measures the plugin in its own process, for so long; it must not be active.
    pub(crate) fn measure(
        &mut self,
        load: Load,
        values: &[(u32, f64)],
        inputs: Option<u32>,
        time: Duration,
    ) -> Result<Measured> {
        let values = values.to_vec();
        match self.process.ask(&Request::Measure { load, values, inputs, time })? {
            Reply::Measured(measured) if sound(&measured) => Ok(measured),
            Reply::Measured(_) => Err(Error::Protocol {
                plugin: self.name().to_owned(),
                reason: "it claims to have measured what no clock shows".into(),
            }),
            other => Err(self.process.unexpected(&other)),
        }
    }
}

fn sound(measured: &Measured) -> bool {
    let times = measured.times;
    let all = [times.median, times.p99, times.max, measured.mean];
    measured.blocks > 0 && all.iter().all(|time| time.is_finite() && *time >= 0.0)
}
