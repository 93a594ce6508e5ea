//! SPDX licence expressions as IRIs, which is what `doap:license` wants.

/// The IRI of each licence that an expression names, in its order; exceptions after `WITH` are
/// not licences. What is no SPDX identifier becomes a name below the plugin's own URI.
pub(super) fn iris(expression: &str, plugin_id: &str) -> Vec<String> {
    let spaced = expression.replace(['(', ')'], " ");
    let mut iris = Vec::new();
    let mut exception = false;
    let operator = |word: &str| ["AND", "OR", "WITH"].iter().any(|o| word.eq_ignore_ascii_case(o));
    // The old form "MIT/Apache-2.0" is still met.
    let words: Vec<_> = spaced.split([' ', '/']).filter(|word| !word.is_empty()).collect();
    let proper = words.len() == 1 || words.iter().any(|word| operator(word)) || expression.contains('/');
    if !proper || !words.iter().all(|word| word.bytes().all(is_id_byte)) {
        return vec![own(plugin_id, expression)];
    }
    for word in words {
        if operator(word) {
            exception = word.eq_ignore_ascii_case("WITH");
            continue;
        }
        if std::mem::take(&mut exception) {
            continue;
        }
        let iri = if word.starts_with("LicenseRef-") {
            format!("{plugin_id}#{word}")
        } else {
            // "or later" in the old form has no page of its own.
            format!("https://spdx.org/licenses/{}", word.trim_end_matches('+'))
        };
        if !iris.contains(&iri) {
            iris.push(iri);
        }
    }
    iris
}

fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-+".contains(&byte)
}

/// Free text, such as "All rights reserved". Layouts' URIs are in small letters, so none clashes.
fn own(plugin_id: &str, text: &str) -> String {
    let word: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    format!("{plugin_id}#LicenseRef-{word}")
}

#[cfg(test)]
mod tests {
    use super::iris;

    #[test]
    fn expressions() {
        let spdx = |id: &str| format!("https://spdx.org/licenses/{id}");
        let both = vec![spdx("MIT"), spdx("Apache-2.0")];
        assert_eq!(iris("MIT", "urn:x"), [spdx("MIT")]);
        assert_eq!(iris("MIT OR Apache-2.0", "urn:x"), both);
        assert_eq!(iris("MIT/Apache-2.0", "urn:x"), both);
        assert_eq!(iris("(MIT OR Apache-2.0) AND MIT", "urn:x"), both);
        assert_eq!(iris("GPL-2.0-only WITH Classpath-exception-2.0", "urn:x"), [spdx("GPL-2.0-only")]);
        assert_eq!(iris("GPL-3.0+", "urn:x"), [spdx("GPL-3.0")]);
        assert_eq!(iris("LicenseRef-Ours", "urn:x"), ["urn:x#LicenseRef-Ours"]);
        assert_eq!(iris("All rights reserved", "urn:x"), ["urn:x#LicenseRef-All-rights-reserved"]);
    }
}
