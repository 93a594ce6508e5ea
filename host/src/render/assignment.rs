//! `id=value` and `id@seconds=value`.

use crate::error::{Error, Result};

/// A parameter's value from the start on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The parameter.
    pub name: String,
    /// Its value in words.
    pub value: String,
}

/// A parameter's value from some moment on.
#[derive(Clone, Debug, PartialEq)]
pub struct Automation {
    /// The parameter.
    pub name: String,
    /// When, in seconds from the start.
    pub seconds: f64,
    /// Its value in words.
    pub value: String,
}

impl Assignment {
    /// Reads `id=value`.
    ///
    /// # Errors
    /// [`Error::Usage`] where it has another shape.
    pub fn parse(text: &str) -> Result<Self> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() && !value.is_empty() => {
                Ok(Self { name: name.into(), value: value.into() })
            }
            _ => Err(Error::Usage(format!("--set {text:?}: expected ID=VALUE"))),
        }
    }
}

impl Automation {
    /// Reads `id@seconds=value`.
    ///
    /// # Errors
    /// [`Error::Usage`] where it has another shape or the time is no time.
    pub fn parse(text: &str) -> Result<Self> {
        let shape = || Error::Usage(format!("--automate {text:?}: expected ID@SECONDS=VALUE"));
        let (place, value) = text.split_once('=').ok_or_else(shape)?;
        let (name, time) = place.rsplit_once('@').ok_or_else(shape)?;
        if name.is_empty() || value.is_empty() {
            return Err(shape());
        }
        let seconds: f64 = time.parse().map_err(|_| shape())?;
        if !seconds.is_finite() || seconds < 0.0 {
            return Err(Error::Usage(format!(
                "--automate {text:?}: the time must be 0 seconds or later, not {time}"
            )));
        }
        Ok(Self { name: name.into(), seconds, value: value.into() })
    }

    /// The frame it falls on; it must lie within `frames`.
    ///
    /// # Errors
    /// [`Error::Usage`] where it lies behind the end.
    pub fn frame(&self, rate: u32, frames: u64) -> Result<u64> {
        let frame = (self.seconds * f64::from(rate)).round();
        if frame >= frames as f64 {
            return Err(Error::Usage(format!(
                "--automate {}@{}: the time lies after the end of the input, which is {} s long",
                self.name,
                self.seconds,
                frames as f64 / f64::from(rate)
            )));
        }
        Ok(frame as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments() {
        let parsed = Assignment::parse("gain=-6").unwrap();
        assert_eq!((parsed.name.as_str(), parsed.value.as_str()), ("gain", "-6"));
        assert_eq!(Assignment::parse("a=b=c").unwrap().value, "b=c");
        for bad in ["", "gain", "=", "gain=", "=1"] {
            assert!(Assignment::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn automations() {
        let parsed = Automation::parse("gain@0.5=-6").unwrap();
        assert_eq!((parsed.name.as_str(), parsed.seconds), ("gain", 0.5));
        assert_eq!(parsed.frame(48_000, 48_000).unwrap(), 24_000);
        assert_eq!(Automation::parse("a@b@1=2").unwrap().name, "a@b");
        for bad in ["gain=1", "gain@=1", "@1=1", "gain@1=", "gain@x=1", "gain@-1=1", "gain@NaN=1"] {
            assert!(Automation::parse(bad).is_err(), "{bad}");
        }
        assert!(parsed.frame(48_000, 24_000).is_err(), "the last frame is one before the end");
        assert_eq!(parsed.frame(48_000, 24_001).unwrap(), 24_000);
    }
}
