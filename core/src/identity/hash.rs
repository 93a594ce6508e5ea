//! Numbers derived from ids. Fixed for ever: sessions store them.

/// VST3 parameter ids from here on are reserved for hidden MIDI controller parameters:
/// `FIRST_RESERVED_VST3_ID + channel * 130 + controller`, 16 channels of 128 controllers,
/// channel pressure (128) and pitch bend (129).
pub const FIRST_RESERVED_VST3_ID: u32 = 0x4000_0000;

/// The VST3 id of the parameter that chooses a preset, behind the controllers'.
pub const PROGRAM_VST3_ID: u32 = FIRST_RESERVED_VST3_ID + 16 * 130;

/// The VST3 parameter id of a string id: FNV-1a (32 bit) over its UTF-8 bytes, lowest 30 bits.
///
/// Thirty bits keep it below 2³¹, which hosts need, and out of the reserved range.
/// Source of the algorithm: G. Fowler, L. C. Noll, K.-P. Vo, "The FNV Non-Cryptographic Hash
/// Algorithm" (IETF draft-eastlake-fnv).
#[must_use]
pub const fn vst3_param_id(id: &str) -> u32 {
    let bytes = id.as_bytes();
    let mut hash: u32 = 0x811c_9dc5;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u32).wrapping_mul(0x0100_0193);
        i += 1;
    }
    hash & (FIRST_RESERVED_VST3_ID - 1)
}

/// The four words of a plugin's VST3 class id, as given to Steinberg's `INLINE_UID` (so that the
/// textual id is the same on every system): FNV-1a (128 bit) over `"dyad vst3 " + plugin id`.
#[must_use]
pub const fn vst3_class_words(plugin_id: &str) -> [u32; 4] {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    const PREFIX: &[u8] = b"dyad vst3 ";
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let mut i = 0;
    while i < PREFIX.len() {
        hash = (hash ^ PREFIX[i] as u128).wrapping_mul(PRIME);
        i += 1;
    }
    let bytes = plugin_id.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u128).wrapping_mul(PRIME);
        i += 1;
    }
    [(hash >> 96) as u32, (hash >> 64) as u32, (hash >> 32) as u32, hash as u32]
}

/// FNV-1a of 64 bits, over texts and numbers; see [`vst3_param_id`] for its source. For comparisons within
/// a build, never for what is saved.
pub(crate) struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fingerprint {
    /// Each text ends with a byte that no text holds, so that two of them are never another two.
    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.bytes(&[0xff]);
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(crate) fn finish(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published vectors of FNV-1a 32 ("", "a", "foobar"), masked to 30 bits, and our own ids.
    /// A change here breaks every saved VST3 session.
    #[test]
    fn parameter_id_vectors() {
        for (id, want) in [("", 0x811c_9dc5), ("a", 0xe40c_292c), ("foobar", 0xbf9c_f968_u32)] {
            assert_eq!(vst3_param_id(id), want & 0x3fff_ffff, "{id:?}");
        }
        assert_eq!(vst3_param_id("gain"), 0x1b5426fe);
        assert_eq!(vst3_param_id("bypass"), 0x1dcb1cad);
    }

    #[test]
    fn class_id_vector() {
        assert_eq!(vst3_class_words("urn:dyad:gain"), [0x78c05e02, 0xeafffdad, 0xd21d8a50, 0x366a503d]);
    }
}
