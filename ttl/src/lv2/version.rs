//! A crate's version as LV2 has versions.

use thiserror::Error;

use crate::turtle::{Properties, Term};

/// A minor number takes this much of LV2's.
const MINORS: u32 = 1000;

/// A version that LV2 can't say.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("its version {0:?} must be three numbers below 1000000, the second below {MINORS}")]
pub struct VersionError(pub String);

/// `lv2:minorVersion` and `lv2:microVersion` of a `major.minor.patch`.
///
/// LV2 knows no major number, because a URI never changes what it means, and reads odd numbers as
/// "in development" and minor 0 as "not for users yet". Cargo's versions are releases, so both
/// numbers are even, they grow with the version, and 0.0.x alone has minor 0:
///
/// ```text
/// minorVersion = 2 × (1000 × major + minor)      0.1.0 → 2, 0      1.4.2 → 2008, 4
/// microVersion = 2 × patch
/// ```
///
/// # Errors
/// Where it is not such a version, or a number is too large.
pub fn lv2_version(version: &str) -> Result<(u32, u32), VersionError> {
    let numbers: Vec<u32> = version.split('.').map_while(|part| part.parse().ok()).collect();
    match numbers[..] {
        [major, minor, patch]
            if numbers.iter().all(|number| *number < 1_000_000)
                && minor < MINORS
                && version.split('.').count() == 3 =>
        {
            Ok((2 * (MINORS * major + minor), 2 * patch))
        }
        _ => Err(VersionError(version.to_owned())),
    }
}

/// Says the version of a plugin.
pub(super) fn add(version: &str, properties: &mut Properties) {
    if let Ok((minor, micro)) = lv2_version(version) {
        properties.add("lv2:minorVersion", [Term::count(minor)]);
        properties.add("lv2:microVersion", [Term::count(micro)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_even_and_grow() {
        let ascending = ["0.0.1", "0.1.0", "0.1.9", "0.2.0", "0.999.0", "1.0.0", "1.4.2", "12.0.3"];
        let mapped: Vec<_> = ascending.iter().map(|version| lv2_version(version).unwrap()).collect();
        assert!(mapped.windows(2).all(|pair| pair[0] < pair[1]), "{mapped:?}");
        assert!(mapped.iter().all(|(minor, micro)| minor % 2 == 0 && micro % 2 == 0));
        assert_eq!([mapped[1], mapped[6]], [(2, 0), (2008, 4)]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for bad in ["", "1", "1.0", "1.0.0.0", "1.0.x", "1.0.0-beta", "0.1000.0", "1000000.0.0"] {
            assert_eq!(lv2_version(bad), Err(VersionError(bad.into())));
        }
    }
}
