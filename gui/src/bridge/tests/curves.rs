//! Curves, as a page is told of them.

use super::*;

fn page() -> Page {
    let mut page = Page::gain_with("curve");
    page.greets();
    page
}

/// The curves of the next batch.
fn heard(page: &mut Page) -> Vec<Vec<f32>> {
    let batch = page.hears();
    batch.iter().filter(|(method, _)| method == "curveUpdate").map(|(_, params)| points(params)).collect()
}

#[test]
fn a_page_knows_curves_from_the_beginning() {
    let mut page = Page::gain_with("curve");
    let hello = page.greets();
    assert_eq!(hello["curves"][0]["id"], "level");
    assert_eq!(points(&hello["curves"][0]), [-6.0, 0.0]);
    assert_eq!(page.hears(), [], "and then nothing, as long as nothing changes");
    let anew = page.greets();
    assert_eq!(anew["curves"], hello["curves"]);
    assert_eq!(Page::gain().greets()["curves"], json!([]));
}

#[test]
fn a_curve_is_told_when_it_has_changed_whoever_set_it() {
    let mut page = page();
    page.host.values[1] = -12.0;
    assert_eq!(heard(&mut page), [[-12.0, 0.0]]);
    page.host.values[0] = 1.0;
    assert_eq!(heard(&mut page), [[0.0_f32; 2]; 0], "it is not made from the bypass");
    page.gets("setParameter", json!({ "id": "gain", "value": 3 }));
    assert!(page.bridge.has_notices(), "there is something to tell, though the page knows the value");
    assert_eq!(heard(&mut page), [[3.0, 0.0]]);
    assert!(!page.bridge.has_notices());
    page.gets("setState", json!({ "parameters": { "gain": -1 }, "properties": {} }));
    assert!(page.bridge.has_notices());
    assert_eq!(heard(&mut page), [[-1.0, 0.0]]);
    page.gets("setParameter", json!({ "id": "bypass", "value": 1 }));
    assert_eq!(heard(&mut page), [[0.0_f32; 2]; 0]);
}

#[test]
fn of_many_changes_the_last_one_is_told() {
    let mut page = page();
    for gain in [1, 2, 3] {
        page.gets("setParameter", json!({ "id": "gain", "value": gain }));
    }
    assert_eq!(heard(&mut page), [[3.0, 0.0]]);
}
