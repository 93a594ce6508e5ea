//! What each category is called in LV2 and in VST3: the one table.

use dyad_core::Category;

/// LV2 class and VST3 subcategories, side by side.
///
/// VST3's list is shorter: pitch and spectrum share a place there, and what only changes level
/// belongs to "Tools". It is never empty, because Cubase refuses a class without a subcategory.
const fn names(category: Category) -> (&'static str, &'static str) {
    match category {
        Category::Amplifier => ("lv2:AmplifierPlugin", "Fx|Tools"),
        Category::Dynamics => ("lv2:DynamicsPlugin", "Fx|Dynamics"),
        Category::Delay => ("lv2:DelayPlugin", "Fx|Delay"),
        Category::Reverb => ("lv2:ReverbPlugin", "Fx|Reverb"),
        Category::Filter => ("lv2:FilterPlugin", "Fx|Filter"),
        Category::Equaliser => ("lv2:EQPlugin", "Fx|EQ"),
        Category::Distortion => ("lv2:DistortionPlugin", "Fx|Distortion"),
        Category::Modulation => ("lv2:ModulatorPlugin", "Fx|Modulation"),
        Category::Spectral => ("lv2:SpectralPlugin", "Fx|Pitch Shift"),
        Category::Analyser => ("lv2:AnalyserPlugin", "Fx|Analyzer"),
        Category::Instrument => ("lv2:InstrumentPlugin", "Instrument|Synth"),
        Category::NoteEffect => ("lv2:MIDIPlugin", "Fx|Tools"),
        // Utility, and categories that this version does not know yet.
        _ => ("lv2:UtilityPlugin", "Fx|Tools"),
    }
}

/// The LV2 plugin class, as a prefixed name.
#[must_use]
pub const fn lv2_class(category: Category) -> &'static str {
    names(category).0
}

/// VST3's subcategories, separated by `|`.
#[must_use]
pub const fn vst3_subcategories(category: Category) -> &'static str {
    names(category).1
}
