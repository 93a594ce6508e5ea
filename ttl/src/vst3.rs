//! What a VST3 factory and its `moduleinfo.json` must say alike.

use dyad_core::identity;

/// The SDK version that classes report.
pub const VST3_SDK_VERSION: &str = "VST 3.8.0";

/// The category of the one class that a plugin has: processor and controller in one object.
pub const VST3_CLASS_CATEGORY: &str = "Audio Module Class";

/// Flags of the factory: `kUnicode`, the names are UTF-16.
pub const VST3_FACTORY_FLAGS: i32 = 1 << 4;

/// Flags of a class. Not `kDistributable`: the two halves are one object and share a computer.
pub const VST3_CLASS_FLAGS: u32 = 0;

/// As many instances as the host likes (`PClassInfo::kManyInstances`).
pub const VST3_CARDINALITY: i32 = 0x7fff_ffff;

/// The class id of a plugin as 32 hexadecimal digits.
#[must_use]
pub fn vst3_class_id(plugin_id: &str) -> String {
    identity::vst3_class_words(plugin_id).map(|word| format!("{word:08X}")).concat()
}
