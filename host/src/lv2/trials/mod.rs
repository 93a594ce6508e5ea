//! LV2's own rules.

use crate::check::rules::rules;
use crate::check::{Outcome, Subject, Trial};
pub(crate) fn rules() -> &'static [&'static crate::check::Rule] {
    LV2
}
rules! { LV2:
    X = "x" Error, "x", "x";
}
pub(crate) fn turtle(_: &mut Trial) -> Outcome {
    Ok(())
}
pub(crate) fn binary(_: &mut Trial) -> Outcome {
    Ok(())
}
pub(crate) fn ports(_: &mut Trial) -> Outcome {
    Ok(())
}
pub(crate) fn calls(_: &mut Trial) -> Outcome {
    Ok(())
}
pub(crate) fn presets(_: &mut Trial) -> Outcome {
    Ok(())
}
pub(crate) fn hard_real_time(_: &Subject) -> bool {
    true
}
