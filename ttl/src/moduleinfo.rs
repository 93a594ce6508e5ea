//! `moduleinfo.json`, from which VST3 hosts learn what a bundle holds without loading it.
//!
//! Keys as in the reader of the VST3 SDK (`moduleinfoparser.cpp`), which refuses unknown ones.

use dyad_core::Description;
use serde::Serialize;

use crate::vst3::{
    VST3_CARDINALITY, VST3_CLASS_CATEGORY, VST3_CLASS_FLAGS, VST3_FACTORY_FLAGS, VST3_SDK_VERSION,
    vst3_class_id,
};
use crate::vst3_subcategories;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Module<'a> {
    name: &'a str,
    version: &'a str,
    #[serde(rename = "Factory Info")]
    factory: Factory<'a>,
    classes: Vec<Class<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Factory<'a> {
    vendor: &'a str,
    #[serde(rename = "URL")]
    url: &'a str,
    #[serde(rename = "E-Mail")]
    email: &'a str,
    flags: Flags,
}

#[derive(Serialize)]
struct Flags {
    #[serde(rename = "Unicode")]
    unicode: bool,
    #[serde(rename = "Classes Discardable")]
    classes_discardable: bool,
    #[serde(rename = "Component Non Discardable")]
    component_non_discardable: bool,
}

#[derive(Serialize)]
struct Class<'a> {
    #[serde(rename = "CID")]
    id: String,
    #[serde(rename = "Category")]
    category: &'a str,
    #[serde(rename = "Name")]
    name: &'a str,
    #[serde(rename = "Vendor")]
    vendor: &'a str,
    #[serde(rename = "Version")]
    version: &'a str,
    #[serde(rename = "SDKVersion")]
    sdk_version: &'a str,
    #[serde(rename = "Sub Categories")]
    subcategories: Vec<&'a str>,
    #[serde(rename = "Class Flags")]
    flags: u32,
    #[serde(rename = "Cardinality")]
    cardinality: i32,
    #[serde(rename = "Snapshots")]
    snapshots: [(); 0],
}

/// The text of `moduleinfo.json`. The factory speaks for the first plugin's maker.
#[must_use]
pub fn moduleinfo(plugins: &[Description], name: &str) -> String {
    let first = plugins.first().map(|plugin| plugin.info);
    let module = Module {
        name,
        version: first.map_or("", |info| info.version),
        factory: Factory {
            vendor: first.map_or("", |info| info.vendor),
            url: first.map_or("", |info| info.url),
            email: first.map_or("", |info| info.email),
            flags: Flags {
                unicode: VST3_FACTORY_FLAGS & (1 << 4) != 0,
                classes_discardable: VST3_FACTORY_FLAGS & 1 != 0,
                component_non_discardable: VST3_FACTORY_FLAGS & (1 << 3) != 0,
            },
        },
        classes: plugins.iter().map(class).collect(),
    };
    // Strings, numbers and lists: nothing here can fail to become JSON.
    let mut text = serde_json::to_string_pretty(&module).unwrap_or_default();
    text.push('\n');
    text
}

fn class(plugin: &Description) -> Class<'_> {
    let info = &plugin.info;
    Class {
        id: vst3_class_id(info.id),
        category: VST3_CLASS_CATEGORY,
        name: info.name,
        vendor: info.vendor,
        version: info.version,
        sdk_version: VST3_SDK_VERSION,
        subcategories: vst3_subcategories(info.category).split('|').collect(),
        flags: VST3_CLASS_FLAGS,
        cardinality: VST3_CARDINALITY,
        snapshots: [],
    }
}
