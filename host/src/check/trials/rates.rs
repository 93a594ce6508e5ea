//! Sample rates.

use super::support::{self, BLOCK};
use crate::check::context::{Outcome, Trial};
use crate::check::rig::Events;
use crate::check::rules;
use crate::check::signal::Signal;

const RATES: [u32; 12] =
    [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000, 384_000];

pub(super) fn run(trial: &mut Trial) -> Outcome {
    let place = support::place(trial)?;
    for rate in RATES {
        trial.step(format!("instantiating at {rate} Hz"));
        let ready = place.load(rate, BLOCK).and_then(|mut rig| rig.activate(None).map(|()| rig));
        let mut rig = match ready {
            Ok(rig) => rig,
            Err(reason) => {
                trial.find(&rules::RATE_REFUSED, format!("{rate} Hz: {reason}"));
                continue;
            }
        };
        let noise = rig.signal(Signal::Noise, BLOCK as usize);
        let what = format!("noise at {rate} Hz");
        for _ in 0..20 {
            let ran = support::block(trial, &mut rig, &noise, BLOCK, &what, Events::default())?;
            // Once told, the next rate is of more interest.
            if ran.outputs.iter().flatten().any(|sample| !sample.is_finite()) {
                break;
            }
        }
    }
    Ok(())
}
