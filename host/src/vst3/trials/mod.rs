//! VST3's own rules.

use crate::check::rules::rules;
use crate::check::{Outcome, Trial};
pub(crate) fn rules() -> &'static [&'static crate::check::Rule] {
    VST3
}
rules! { VST3:
    X = "y" Error, "x", "x";
}
pub(crate) fn factory(_: &mut Trial) -> Outcome {
    Ok(())
}
pub(crate) fn buses(_: &mut Trial) -> Outcome {
    Ok(())
}
pub(crate) fn parameters(_: &mut Trial) -> Outcome {
    Ok(())
}
pub(crate) fn calls(_: &mut Trial) -> Outcome {
    Ok(())
}
pub(crate) fn process(_: &mut Trial) -> Outcome {
    Ok(())
}
