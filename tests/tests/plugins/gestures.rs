//! What `dyad-host gui --verbose` says of a user's gestures.

use dyad_tests::process::Running;

/// What is said of parameters from now on, until the gestures of all of them have ended.
pub(crate) fn gestures<const N: usize>(host: &mut Running, parameters: [&str; N]) -> [Vec<String>; N] {
    let mut heard = [const { Vec::new() }; N];
    let ended = host.hear(|line| {
        for (heard, parameter) in heard.iter_mut().zip(parameters) {
            heard.extend(line.strip_prefix(&format!("edit {parameter} ")).map(str::to_owned));
        }
        heard.iter().all(|heard: &Vec<String>| heard.last().is_some_and(|line| line == "end")).then_some(())
    });
    assert!(ended.is_some(), "the gestures of {parameters:?} end:\n{}", host.all());
    heard
}

/// The same of one parameter.
pub(crate) fn gesture(host: &mut Running, parameter: &str) -> Vec<String> {
    let [heard] = gestures(host, [parameter]);
    heard
}

/// The value that a gesture ended at.
pub(crate) fn last_value(gesture: &[String]) -> f64 {
    let value = gesture.iter().rev().find_map(|line| line.strip_prefix("value "));
    value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no value in {gesture:?}"))
}
