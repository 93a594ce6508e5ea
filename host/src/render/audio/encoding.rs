//! How a result is written.

use std::path::Path;

use crate::error::{Error, Result};

/// How wide whole-number samples are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// 16 bits.
    Bits16,
    /// 24 bits.
    Bits24,
}

impl Depth {
    /// In bits.
    #[must_use]
    pub fn bits(self) -> u16 {
        match self {
            Depth::Bits16 => 16,
            Depth::Bits24 => 24,
        }
    }
}

/// Kind of file and samples of a result. Whole numbers are dithered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// WAV with 32-bit floats: what the plugin gave out, to the bit.
    #[default]
    WavFloat,
    /// WAV with whole numbers.
    Wav(Depth),
    /// FLAC.
    Flac(Depth),
}

impl Encoding {
    /// The encoding for a file of this name: FLAC where it ends in `.flac`, else WAV. `bits` is
    /// `16`, `24` or `32f`; without it FLAC gets 24 bits and WAV floats.
    ///
    /// # Errors
    /// [`Error::Usage`] where there is no such encoding.
    pub fn choose(path: &Path, bits: Option<&str>) -> Result<Self> {
        let flac = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("flac"));
        match (flac, bits) {
            (false, None | Some("32f")) => Ok(Encoding::WavFloat),
            (false, Some("16")) => Ok(Encoding::Wav(Depth::Bits16)),
            (false, Some("24")) => Ok(Encoding::Wav(Depth::Bits24)),
            (true, Some("16")) => Ok(Encoding::Flac(Depth::Bits16)),
            (true, None | Some("24")) => Ok(Encoding::Flac(Depth::Bits24)),
            (true, Some("32f")) => {
                Err(Error::Usage("--bits 32f: FLAC holds no floats; expected 16 or 24".into()))
            }
            (_, Some(other)) => Err(Error::Usage(format!("--bits {other}: expected 16, 24 or 32f"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_bits() {
        let choose = |name: &str, bits| Encoding::choose(Path::new(name), bits);
        assert_eq!(choose("a.wav", None).unwrap(), Encoding::WavFloat);
        assert_eq!(choose("a", Some("16")).unwrap(), Encoding::Wav(Depth::Bits16));
        assert_eq!(choose("a.FLAC", None).unwrap(), Encoding::Flac(Depth::Bits24));
        assert_eq!(choose("flac", None).unwrap(), Encoding::WavFloat);
        assert!(choose("a.flac", Some("32f")).is_err());
        assert!(choose("a.wav", Some("8")).unwrap_err().to_string().contains("16, 24 or 32f"));
    }
}
