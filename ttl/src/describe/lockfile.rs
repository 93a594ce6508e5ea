//! The text of a `ports.lock`.

use dyad_core::Description;

const HEADER: &str = "\
# The permanent position of every port and parameter. Sessions and automation refer to them, so
# commit this file, and let `dyad-bundle --lock` change it: new lines are appended, none moves.
# What the code no longer has keeps its line, marked `removed-`. The last words of a line say what its
# numbers mean; a parameter that needs another range or other variants is a new parameter.
";

/// The sections of a crate's plugins, up to date. Sections of plugins that it no longer exports
/// stay as they are, should they come back.
pub(super) fn text(plugins: &[Description], old: &str) -> String {
    let sections = plugins.iter().map(|plugin| plugin.lock().to_text(plugin.info.id));
    let others = sections_of(old).filter(|(id, _)| plugins.iter().all(|plugin| plugin.info.id != *id));
    let others = others.map(|(id, lines)| format!("[{id}]\n{lines}"));
    let all: Vec<_> = sections.chain(others).map(|section| format!("\n{section}")).collect();
    format!("{HEADER}{}", all.concat())
}

/// The id and the lines of each section, without comments and empty lines.
fn sections_of(text: &str) -> impl Iterator<Item = (&str, String)> {
    let mut sections: Vec<(&str, String)> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(id) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.push((id, String::new()));
        } else if let Some((_, lines)) = sections.last_mut() {
            lines.push_str(line);
            lines.push('\n');
        }
    }
    sections.into_iter()
}
