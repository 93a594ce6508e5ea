//! What `dyad-host gui --verbose` says of a user's gestures.

use dyad_tests::process::Running;

/// What is said of a parameter from now on, until its gesture ends.
pub(crate) fn gesture(host: &mut Running, parameter: &str) -> Vec<String> {
    let (first, mut heard) = (format!("edit {parameter} "), Vec::new());
    let ended = host.hear(|line| {
        let rest = line.strip_prefix(&first)?.to_owned();
        heard.push(rest);
        (line == format!("{first}end")).then_some(())
    });
    assert!(ended.is_some(), "the gesture of {parameter} ends:\n{}", host.all());
    heard
}

/// The value that a gesture ended at.
pub(crate) fn last_value(gesture: &[String]) -> f64 {
    let value = gesture.iter().rev().find_map(|line| line.strip_prefix("value "));
    value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no value in {gesture:?}"))
}
