//! Curves of the plugin's own, as a page is told of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dyad_core::EditorHost;
use serde_json::{Value, json};

use super::Bridge;
use super::rpc::notice;

impl Bridge {
    /// Adds those whose points are others than the page knows.
    pub(super) fn curves_into(&mut self, host: &dyn EditorHost, batch: &mut Vec<Value>) {
        for index in 0..self.curves.list().len() {
            if self.curves.update(index, &self.description, host) {
                batch.push(notice("curveUpdate", self.curve(index)));
            }
        }
    }

    /// All of them, as they are now; the page knows them with this.
    pub(super) fn all_curves(&mut self, host: &dyn EditorHost) -> Value {
        let count = self.curves.list().len();
        for index in 0..count {
            self.curves.update(index, &self.description, host);
        }
        (0..count).map(|index| self.curve(index)).collect()
    }

    /// A `CurvePoints`.
    fn curve(&self, index: usize) -> Value {
        let bytes: Vec<u8> = self.curves.points(index).iter().flat_map(|y| y.to_le_bytes()).collect();
        json!({ "id": self.curves.list()[index].id, "points": STANDARD.encode(bytes) })
    }
}
