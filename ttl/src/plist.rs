//! What macOS wants beside a VST3 binary: `Info.plist` and `PkgInfo`.

use dyad_core::Description;

/// The text of `Contents/PkgInfo`.
pub const PKG_INFO: &str = "BNDL????";

/// The text of `Contents/Info.plist`.
#[must_use]
pub fn info_plist(plugins: &[Description], name: &str) -> String {
    let (id, version) = plugins.first().map_or(("", ""), |plugin| (plugin.info.id, plugin.info.version));
    let keys = [
        ("CFBundleDevelopmentRegion", "English"),
        ("CFBundleExecutable", name),
        ("CFBundleIdentifier", &identifier(id)),
        ("CFBundleInfoDictionaryVersion", "6.0"),
        ("CFBundleName", name),
        ("CFBundlePackageType", "BNDL"),
        ("CFBundleShortVersionString", version),
        ("CFBundleSignature", "????"),
        ("CFBundleVersion", version),
    ];
    let pairs =
        keys.map(|(key, value)| format!("    <key>{key}</key>\n    <string>{}</string>\n", escape(value)));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
         \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n<dict>\n{}</dict>\n</plist>\n",
        pairs.concat()
    )
}

/// A plugin's URI in the letters that bundle identifiers may have: `urn:dyad:gain` → `dyad.gain`.
fn identifier(uri: &str) -> String {
    let words = uri.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|w| !w.is_empty());
    let words: Vec<_> = words.skip_while(|word| ["urn", "http", "https"].contains(word)).collect();
    words.join(".")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers() {
        assert_eq!(identifier("urn:dyad:gain"), "dyad.gain");
        assert_eq!(identifier("https://example.org/my_gain"), "example.org.my.gain");
    }
}
