//! The one grammar of ids: parameter id = LV2 symbol = key in the state.

use thiserror::Error;

/// The automatic bypass parameter: its id in the state and in VST3.
pub const BYPASS: &str = "bypass";
/// The LV2 port of the bypass parameter (1 = enabled), `lv2:designation lv2:enabled`.
pub const ENABLED: &str = "enabled";
/// The LV2 atom input port.
pub const CONTROL: &str = "control";
/// The LV2 atom output port.
pub const NOTIFY: &str = "notify";
/// The LV2 latency output port, in frames.
pub const LATENCY: &str = "latency";
/// The LV2 free-wheeling input port.
pub const FREEWHEEL: &str = "freewheel";

/// The longest id, in bytes.
const MAX_LEN: usize = 64;

/// Why an id was refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SymbolError {
    /// It does not follow the grammar.
    #[error("id {0:?} must be 1 to 64 characters of a-z, 0-9 and _, starting with a letter")]
    Grammar(String),
    /// It is one of Dyad's own.
    #[error("id {0:?} is reserved for a port that Dyad makes itself")]
    Reserved(String),
}

/// Checks the grammar `[a-z][a-z0-9_]{0,63}`, which LV2 symbols allow too.
///
/// # Errors
/// [`SymbolError::Grammar`] where it does not fit.
pub fn check_symbol(id: &str) -> Result<(), SymbolError> {
    let bytes = id.as_bytes();
    let good = bytes.len() <= MAX_LEN
        && bytes.first().is_some_and(u8::is_ascii_lowercase)
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_');
    if good { Ok(()) } else { Err(SymbolError::Grammar(id.into())) }
}

/// Whether an author's parameter may not have this id: the fixed ports, and every name that a
/// main audio port can get (`in`, `in_l`, `out_12` …), also in layouts added later.
#[must_use]
pub fn is_reserved(id: &str) -> bool {
    if [BYPASS, ENABLED, CONTROL, NOTIFY, LATENCY, FREEWHEEL, "in", "out"].contains(&id) {
        return true;
    }
    let Some(rest) = id.strip_prefix("in_").or_else(|| id.strip_prefix("out_")) else {
        return false;
    };
    matches!(rest, "l" | "r") || (!rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grammar() {
        for good in ["a", "gain", "osc_1_freq", "x9", &"a".repeat(64)] {
            assert_eq!(check_symbol(good), Ok(()), "{good}");
        }
        for bad in ["", "1a", "_a", "Gain", "a-b", "a b", "é", &"a".repeat(65)] {
            assert!(check_symbol(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn reserved() {
        for id in ["bypass", "enabled", "control", "notify", "in", "out_l", "in_17"] {
            assert!(is_reserved(id), "{id}");
        }
        for id in ["gain", "in_gain", "output", "in_", "out_left"] {
            assert!(!is_reserved(id), "{id}");
        }
    }
}
