//! What goes to a page: messages, gathered into lists that are not too long.

use dyad_web_wire::MAX_TO_PAGE;
use serde_json::Value;

/// Bytes of messages that go together at most, where one alone is not longer.
const PIECE: usize = 256 << 10;

/// Lists of messages.
#[derive(Default)]
pub(super) struct Outgoing {
    whole: Vec<String>,
    /// One that is begun: it lacks its end.
    list: String,
    len: usize,
}

impl Outgoing {
    /// Adds messages: one, or a list of them.
    pub(super) fn batch(&mut self, batch: Value) {
        match batch {
            Value::Array(messages) => messages.iter().for_each(|message| self.text(&message.to_string())),
            message => self.text(&message.to_string()),
        }
    }

    /// Adds a message, or a list, that is JSON already.
    pub(super) fn text(&mut self, text: &str) {
        let list = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        let messages = list.unwrap_or(text);
        if !self.list.is_empty() && self.list.len() + messages.len() > PIECE {
            self.close();
        }
        self.list.push(if self.list.is_empty() { '[' } else { ',' });
        self.list.push_str(messages);
        self.len += messages.len();
    }

    fn close(&mut self) {
        if !self.list.is_empty() {
            self.list.push(']');
            self.whole.push(std::mem::take(&mut self.list));
        }
    }

    /// Bytes that wait to be taken.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Takes all lists. Of those that no page is given, only that there were any.
    pub(super) fn take(&mut self) -> (Vec<String>, bool) {
        self.close();
        self.len = 0;
        let mut lists = std::mem::take(&mut self.whole);
        let before = lists.len();
        lists.retain(|list| list.len() <= MAX_TO_PAGE);
        let left_out = lists.len() < before;
        (lists, left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn messages_become_lists_of_bounded_length() {
        let mut out = Outgoing::default();
        assert_eq!(out.take(), (vec![], false));
        out.text("{\"a\":1}");
        out.batch(json!([{ "b": 2 }, 3]));
        out.text("[4,5]");
        assert_eq!(out.take(), (vec!["[{\"a\":1},{\"b\":2},3,4,5]".to_owned()], false));
        let long = format!("\"{}\"", "x".repeat(PIECE));
        out.text("1");
        out.text(&long);
        out.text("2");
        let (lists, left_out) = out.take();
        assert_eq!((lists.len(), left_out, out.len()), (3, false, 0));
        assert!(lists.iter().all(|list| serde_json::from_str::<Value>(list).is_ok()));
        out.text(&format!("\"{}\"", "x".repeat(MAX_TO_PAGE)));
        assert_eq!(out.take(), (vec![], true));
    }
}
