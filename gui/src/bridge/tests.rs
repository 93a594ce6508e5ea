use std::sync::Arc;

use dyad_core::editor::SendError;
use dyad_core::param::PropertyError;
use dyad_core::{Description, EditorHost};
use serde_json::{Value, json};

use super::*;

mod curves;
mod files;

/// A host that keeps what it was asked for.
struct Host {
    description: Arc<Description>,
    values: Vec<f64>,
    texts: Vec<String>,
    said: Vec<String>,
    messages: VecDeque<Vec<u8>>,
    can: Can,
}

impl EditorHost for Host {
    fn value(&self, index: usize) -> f64 {
        self.values[index]
    }

    fn begin(&mut self, index: usize) {
        self.said.push(format!("begin {}", self.description.params[index].info.id));
    }

    fn set(&mut self, index: usize, plain: f64) {
        let info = &self.description.params[index].info;
        let plain = info.range.sanitize(plain).expect("no NaN comes here");
        self.values[index] = plain;
        self.said.push(format!("set {} {plain}", info.id));
    }

    fn end(&mut self, index: usize) {
        self.said.push(format!("end {}", self.description.params[index].info.id));
    }

    fn meter(&self, index: usize) -> f64 {
        self.values[index]
    }

    fn resize(&mut self, width: u32, height: u32) -> bool {
        self.said.push(format!("resize {width} {height}"));
        true
    }

    fn property(&self, index: usize) -> String {
        self.texts[index].clone()
    }

    fn set_property(&mut self, index: usize, text: &str) -> Result<(), PropertyError> {
        self.description.properties[index].check(text)?;
        text.clone_into(&mut self.texts[index]);
        self.said.push(format!("property {index} {text}"));
        Ok(())
    }

    fn send(&mut self, message: &[u8]) -> Result<(), SendError> {
        if !self.can.messages {
            return Err(SendError::Unsupported);
        }
        if self.said.iter().any(|said| said.starts_with("send")) {
            return Err(SendError::Full);
        }
        self.said.push(format!("send {message:?}"));
        Ok(())
    }

    fn receive(&mut self, message: &mut Vec<u8>) -> bool {
        let Some(oldest) = self.messages.pop_front() else { return false };
        *message = oldest;
        true
    }

    fn play_note(&mut self, key: u8, velocity: f32) {
        self.said.push(format!("note {key} {velocity}"));
    }

    fn release_note(&mut self, key: u8) {
        self.said.push(format!("release {key}"));
    }

    fn browse(&mut self, property: usize) -> bool {
        self.said.push(format!("browse {property}"));
        true
    }

    fn menu(&mut self, index: usize, x: f32, y: f32) -> bool {
        self.said.push(format!("menu {index} {x} {y}"));
        true
    }
}

/// A page and its host.
struct Page {
    bridge: Bridge,
    host: Host,
    _folder: Option<tempfile::TempDir>,
}

/// A curve that begins at the gain and ends at 0.
const LEVEL: &[Curve] = &[Curve {
    id: "level",
    points: 2,
    of: |values, y| {
        y.fill(0.0);
        y[0] = values.get("gain") as f32;
    },
}];

const ALL: Can = Can { resize: true, menu: true, browse: true, messages: true, notes: true };

impl Page {
    fn of<P: dyad_core::Plugin>(lock: &str) -> Self {
        Self::with(Description::load::<P>(lock).expect("a plugin"), ALL)
    }

    fn with(description: Description, can: Can) -> Self {
        let description = Arc::new(description);
        let values = description.params.iter().map(|param| param.info.default).collect();
        let texts = description.properties.iter().map(|property| property.default.to_owned()).collect();
        let host = Host {
            description: Arc::clone(&description),
            values,
            texts,
            said: Vec::new(),
            messages: VecDeque::new(),
            can,
        };
        Self { bridge: Bridge::new(description, can), host, _folder: None }
    }

    /// With a folder for presets of the user's own.
    fn with_presets(mut self) -> Self {
        let description = &self.host.description;
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::of_factory(Arc::clone(description)).within(folder.path());
        self.bridge = self.bridge.with_session(Session::new(Arc::clone(description), library));
        self._folder = Some(folder);
        self
    }

    fn gain() -> Self {
        Self::gain_with("")
    }

    /// The gain, and what else an example needs.
    fn gain_with(fixture: &str) -> Self {
        const IMPULSE: &[dyad_core::param::Property] =
            &[dyad_core::param::Property::path("impulse", "Impulse").extensions(&["wav"])];
        let lock = include_str!("../../../bundles/gain/ports.lock");
        let mut description = Description::load::<gain::Gain>(lock).expect("a plugin");
        if fixture == "property" {
            description.properties = IMPULSE;
        }
        let mut page = Self::with(
            description,
            Can { messages: fixture == "messages", notes: fixture == "notes", ..ALL },
        );
        if fixture == "curve" {
            page.bridge = page.bridge.curves(LEVEL);
        }
        page.host.values[1] = -6.0;
        page.host.values[2..].fill(0.0);
        if fixture == "presets" { page.with_presets() } else { page }
    }

    fn probe() -> Self {
        Self::of::<probe::Probe>(include_str!("../../../tests/probe/ports.lock"))
    }

    fn says(&mut self, text: &str) -> Option<Value> {
        let answer = self.bridge.receive(text, &mut self.host);
        answer.map(|answer| serde_json::from_str(&answer).expect("JSON"))
    }

    /// Asks, and gives the whole answer.
    fn asks(&mut self, method: &str, params: Value) -> Value {
        let call = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
        let answer = self.says(&call.to_string()).expect("an answer");
        assert_eq!(answer["id"], 7);
        answer
    }

    fn gets(&mut self, method: &str, params: Value) -> Value {
        let answer = self.asks(method, params);
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    fn fails(&mut self, method: &str, params: Value) -> i64 {
        let before = (self.host.values.clone(), self.host.texts.clone(), self.host.said.clone());
        let answer = self.asks(method, params);
        let after = (self.host.values.clone(), self.host.texts.clone(), self.host.said.clone());
        assert_eq!(before, after, "an error changes nothing");
        answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("{answer}"))
    }

    fn greets(&mut self) -> Value {
        self.gets("hello", json!({ "protocol": PROTOCOL }))
    }

    /// The next batch but for how the session stands, as method and params, without its end; the page says
    /// that it has it.
    fn hears(&mut self) -> Vec<(String, Value)> {
        let mut all = self.hears_all();
        all.retain(|(method, _)| method != "sessionUpdate");
        all
    }

    fn hears_all(&mut self) -> Vec<(String, Value)> {
        let Some(Value::Array(mut batch)) = self.bridge.update(&mut self.host, true, 1000.0) else {
            return Vec::new();
        };
        let seq = batch.pop().expect("its end")["params"]["seq"].clone();
        let ack = json!({ "jsonrpc": "2.0", "method": "ack", "params": { "seq": seq } });
        assert_eq!(self.says(&ack.to_string()), None);
        let part =
            |said: Value| (said["method"].as_str().unwrap_or_default().into(), said["params"].clone());
        batch.into_iter().map(part).collect()
    }
}

#[test]
fn every_example_of_the_protocol_is_so() {
    let examples = include_str!("../../web/protocol.json");
    let examples: Vec<Value> = serde_json::from_str(examples).expect("JSON");
    let (mut asked, mut told) = (0, 0);
    for example in &examples {
        let name = example["name"].as_str().expect("a name");
        let mut page = Page::gain_with(example["fixture"].as_str().unwrap_or_default());
        page.greets();
        let message = &example["message"];
        if example["direction"] == "to-editor" {
            let answer = page.says(&message.to_string());
            let expected = example.get("reply");
            assert!(
                match (&answer, expected) {
                    (Some(answer), Some(expected)) => is_as(answer, expected),
                    (None, None) => true,
                    _ => false,
                },
                "{name}: {} and not {}",
                answer.unwrap_or_default(),
                expected.unwrap_or(&Value::Null)
            );
            asked += 1;
            continue;
        }
        // What the host has to say for the page to be told just this.
        let params = &message["params"];
        match message["method"].as_str().expect("a method") {
            "paramUpdate" => {
                page.host.values[index_of(params)] = params["value"].as_f64().expect("a value")
            }
            "meterFrame" => {
                for (id, value) in params["meters"].as_object().expect("meters") {
                    page.host.values[index_of(&json!({ "id": id }))] = value.as_f64().expect("a value");
                }
            }
            "ping" => page.bridge.ping(params["tag"].as_u64().expect("a tag") as u32),
            "closing" => page.bridge.closing(),
            "key" => page.bridge.key(Key {
                key: params["key"].as_str().expect("a key"),
                text: params["text"].as_str().and_then(|text| text.chars().next()),
                down: params["down"] == true,
                shift: params["shift"] == true,
                ctrl: params["ctrl"] == true,
                alt: params["alt"] == true,
            }),
            "message" => {
                let data = STANDARD.decode(params["data"].as_str().expect("data")).expect("base64");
                page.host.messages.push_back(data);
            }
            "sync" => page.bridge.ping(1),
            "curveUpdate" => page.host.values[1] = points(params)[0].into(),
            // Everything is at its default then.
            "sessionUpdate" => page.host.values[1] = 0.0,
            "propertyUpdate" => page.host.texts[0] = params["value"].as_str().expect("a text").into(),
            other => panic!("{name}: {other} is not known here"),
        }
        let time = params["time"].as_f64().unwrap_or(0.0);
        let batch =
            page.bridge.update(&mut page.host, true, time).unwrap_or_else(|| panic!("{name}: nothing"));
        let wanted = |said: &&Value| said["method"] == message["method"];
        let said = batch.as_array().expect("a batch").iter().find(wanted).expect(name);
        if message["method"] == "sync" {
            assert!(said["params"]["seq"].is_u64(), "{name}");
        } else {
            assert!(is_as(said, message), "{name}: {said} and not {message}");
        }
        told += 1;
    }
    assert!(asked >= 25 && told >= 6, "{asked}, {told}");
}

/// Whether a message is as an example says: numbers to nine digits, and of an error what a program reads.
fn is_as(said: &Value, example: &Value) -> bool {
    match (said, example) {
        (Value::Number(said), Value::Number(example)) => {
            let [said, example] = [said, example].map(|number| number.as_f64().unwrap_or(f64::NAN));
            (said - example).abs() <= 1e-9 * example.abs().max(1.0)
        }
        (Value::Array(said), Value::Array(example)) => {
            said.len() == example.len() && said.iter().zip(example).all(|(a, b)| is_as(a, b))
        }
        (Value::Object(said), Value::Object(example)) => {
            let same = |key: &String| match (said.get(key), example.get(key)) {
                (Some(said), Some(example)) if key == "error" => {
                    said["code"] == example["code"] && said.get("data") == example.get("data")
                }
                (Some(said), Some(example)) => is_as(said, example),
                _ => false,
            };
            said.keys().chain(example.keys()).all(same)
        }
        _ => said == example,
    }
}

/// A curve's points.
fn points(curve: &Value) -> Vec<f32> {
    let bytes = STANDARD.decode(curve["points"].as_str().expect("points")).expect("base64");
    let (points, rest) = bytes.as_chunks();
    assert!(rest.is_empty());
    points.iter().map(|point| f32::from_le_bytes(*point)).collect()
}

/// Positions in the gain's ports.lock.
fn index_of(params: &Value) -> usize {
    let ids = ["bypass", "gain", "peak", "rms"];
    ids.iter().position(|id| params["id"] == *id).expect("a parameter of the gain's")
}

#[test]
fn a_page_learns_everything_at_once() {
    let mut page = Page::probe();
    let hello = page.greets();
    let ids = |list: &Value| -> Vec<String> {
        let list = list.as_array().expect("a list").iter();
        list.map(|it| it["id"].as_str().expect("an id").into()).collect()
    };
    let description = Arc::clone(&page.host.description);
    let known = ids(&hello["parameters"]).len() + ids(&hello["meters"]).len();
    let removed = description.params.iter().filter(|param| param.info.role == Role::Removed).count();
    assert_eq!(known + removed, description.params.len());
    assert_eq!(ids(&hello["properties"]).len(), description.properties.len());
    assert_eq!(hello["theme"]["colors"]["accent"], "#f2a65a");
    // And then nothing, as long as nothing changes.
    assert_eq!(page.hears(), []);
}

#[test]
fn values_positions_and_texts_are_the_cores() {
    let mut page = Page::gain();
    page.greets();
    let told = page.gets("setParameter", json!({ "id": "gain", "position": 0.5 }));
    assert_eq!(told, json!({ "id": "gain", "value": -18.0, "position": 0.5, "text": "\u{2212}18.0 dB" }));
    assert_eq!(
        page.gets("setParameter", json!({ "id": "gain", "text": "-inf" }))["text"],
        "\u{2212}\u{221e} dB"
    );
    assert_eq!(page.gets("setParameter", json!({ "id": "gain", "value": 1e6 }))["value"], 24.0);
    assert_eq!(page.gets("stepParameter", json!({ "id": "gain", "steps": -100 }))["value"], -60.0);
    assert_eq!(page.gets("resetParameter", json!({ "id": "gain" }))["value"], 0.0);
    assert_eq!(page.gets("setParameter", json!({ "id": "bypass", "text": "on" }))["text"], "On");
    // Where it is already, there is no step, and so no gesture for the host to record.
    let before = page.host.said.len();
    page.gets("setParameter", json!({ "id": "gain", "position": 1 }));
    page.gets("stepParameter", json!({ "id": "gain", "steps": 1 }));
    assert_eq!(page.host.said.len(), before + 1);
    // The places of a pointer within one step.
    page.host.said.clear();
    page.gets("beginGesture", json!({ "id": "bypass" }));
    for position in [0.6, 0.7, 0.9, 0.4, 0.3] {
        page.gets("setParameter", json!({ "id": "bypass", "position": position }));
    }
    page.gets("endGesture", json!({ "id": "bypass" }));
    assert_eq!(page.host.said, ["begin bypass", "set bypass 1", "set bypass 0", "end bypass"]);
    // What the page has set itself it is not told again.
    assert_eq!(page.hears(), []);
}

#[test]
fn automation_comes_once_and_the_last_value_counts() {
    let mut page = Page::gain();
    page.greets();
    for value in [-1.0, -2.0, -3.0] {
        page.host.values[1] = value;
    }
    let heard = page.hears();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!(heard[0].0, "paramUpdate");
    assert_eq!(heard[0].1["text"], "\u{2212}3.0 dB");
    assert_eq!(page.hears(), []);
}

#[test]
fn meters_come_in_one_frame_and_may_be_anything() {
    let mut page = Page::gain();
    page.greets();
    (page.host.values[2], page.host.values[3]) = (f64::INFINITY, f64::NAN);
    assert!(page.bridge.update(&mut page.host, false, 0.0).is_none(), "not before its time");
    let heard = page.hears();
    let frame = json!({ "time": 1000.0, "meters": { "peak": 1e9, "rms": 0.0 } });
    assert_eq!(heard, [("meterFrame".into(), frame)]);
    assert_eq!(page.hears(), [], "NaN is as it was");
}

#[test]
fn meters_that_are_numbers_have_texts() {
    let mut page = Page::probe();
    page.greets();
    let numbers: Vec<usize> = (0..page.host.values.len())
        .filter(|index| {
            let info = &page.host.description.params[*index].info;
            info.role == Role::Meter && crate::widgets::meter_kind(info).is_none()
        })
        .collect();
    assert!(!numbers.is_empty(), "the probe has one");
    for index in &numbers {
        page.host.values[*index] = 1.25;
    }
    let heard = page.hears();
    for index in numbers {
        let info = &page.host.description.params[index].info;
        assert_eq!(heard[0].1["texts"][info.id.as_ref()], crate::text::shown(info, 1.25));
    }
}

#[test]
fn a_page_that_does_not_answer_is_told_no_more() {
    let mut page = Page::gain();
    page.greets();
    for value in 0..100 {
        page.host.values[1] = f64::from(value) / 10.0;
        page.bridge.update(&mut page.host, true, 0.0);
    }
    assert_eq!(page.bridge.in_flight(), IN_FLIGHT);
    assert!(!page.bridge.is_listening());
    // An answer to nothing is none.
    let ack = |seq: u32| json!({ "jsonrpc": "2.0", "method": "ack", "params": { "seq": seq } }).to_string();
    page.says(&ack(77));
    assert_eq!(page.bridge.in_flight(), IN_FLIGHT);
    page.says(&ack(2));
    let heard = page.hears();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].1["value"], 9.9, "where it is now, and no way there");
}

#[test]
fn what_is_wrong_has_a_number_and_changes_nothing() {
    let mut page = Page::probe();
    page.greets();
    let text = page.host.description.properties[0].id;
    for (code, method, params) in [
        (-32601, "format", json!({})),
        (-32601, "", json!({})),
        (-32001, "getParameter", json!({ "id": "nothing" })),
        (-32001, "setParameter", json!({ "id": "nothing", "value": 1 })),
        (-32001, "beginGesture", json!({ "id": "__proto__" })),
        (-32001, "getProperty", json!({ "id": "nothing" })),
        (-32602, "getParameter", json!({ "id": 5 })),
        (-32602, "getParameter", json!({})),
        (-32602, "getParameter", json!([])),
        (-32602, "setParameter", json!({ "id": "bypass" })),
        (-32602, "setParameter", json!({ "id": "bypass", "value": "1" })),
        (-32602, "setParameter", json!({ "id": "bypass", "position": null })),
        (-32602, "stepParameter", json!({ "id": "bypass", "steps": [] })),
        (-32002, "setParameter", json!({ "id": "bypass", "text": "maybe" })),
        (-32602, "setProperty", json!({ "id": text, "value": 1 })),
        (-32002, "setProperty", json!({ "id": text, "value": "x".repeat(100_000) })),
        (-32002, "setProperty", json!({ "id": text, "value": "a\u{0}b" })),
        (-32602, "send", json!({ "data": "?" })),
        (-32602, "send", json!({ "data": STANDARD.encode([0; 5000]) })),
        (-32602, "resize", json!({ "width": -1, "height": 5 })),
        (-32602, "resize", json!({ "width": 1.5, "height": 5 })),
        (-32002, "resize", json!({ "width": 0, "height": 5 })),
        (-32002, "resize", json!({ "width": 4_000_000_000_u32, "height": 5 })),
        (-32602, "menu", json!({ "id": "bypass", "x": "1", "y": 2 })),
        (-32602, "setState", json!({ "parameters": [] })),
        (-32602, "setState", json!({ "parameters": { "level": "loud" } })),
        (-32001, "setState", json!({ "parameters": { "nothing": 1 } })),
        (-32602, "ack", json!({ "seq": -1 })),
        (-32602, "places", json!({})),
        (-32602, "keyboard", json!({ "typing": 1 })),
        (-32602, "hello", json!({ "protocol": 99 })),
    ] {
        let known = page.host.description.index_of("level").is_some();
        if !known && params.to_string().contains("level") {
            continue;
        }
        assert_eq!(page.fails(method, params.clone()), code, "{method} {params}");
    }
    for (code, id, text) in [
        (-32700, Value::Null, "{"),
        (-32700, Value::Null, ""),
        (-32700, Value::Null, "\u{0}"),
        (-32600, Value::Null, "[]"),
        (-32600, Value::Null, "1"),
        (-32600, json!(3), r#"{"id":3,"method":"getState"}"#),
        (-32600, json!(3), r#"{"jsonrpc":"2.0","id":3,"method":5}"#),
        (-32600, json!(3), r#"{"jsonrpc":"2.0","id":3,"method":"getState","params":5}"#),
        (-32600, Value::Null, r#"{"jsonrpc":"2.0","id":{},"method":"getState"}"#),
    ] {
        let answer = page.says(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((&answer["id"], answer["error"]["code"].as_i64()), (&id, Some(code)), "{text}");
    }
    assert!(page.says(&"[".repeat(200_000)).is_some_and(|answer| answer["error"]["code"] == -32700));
    // What is only said is never answered, whatever it is.
    assert_eq!(page.says(r#"{"jsonrpc":"2.0","method":"nothing"}"#), None);
    // A name of a megabyte does not come back.
    let long = json!({ "jsonrpc": "2.0", "id": 1, "method": "x".repeat(1 << 20) }).to_string();
    assert!(page.says(&long).is_some_and(|answer| answer.to_string().len() < 300));
}

#[test]
fn calls_come_in_batches_too() {
    let mut page = Page::gain();
    let call = |id: u32| json!({ "jsonrpc": "2.0", "id": id, "method": "getParameter", "params": { "id": "gain" } });
    let silent = json!({ "jsonrpc": "2.0", "method": "painted" });
    let answers = page.says(&json!([call(1), silent, 5, call(2)]).to_string()).expect("answers");
    let ids: Vec<_> =
        answers.as_array().expect("a batch").iter().map(|answer| answer["id"].clone()).collect();
    assert_eq!(ids, [json!(1), Value::Null, json!(2)]);
    assert_eq!(page.says(&json!([silent]).to_string()), None);
    assert_eq!(page.bridge.take_event(), Some(Event::Painted));
}

#[test]
fn a_state_comes_back_as_a_whole_or_not_at_all() {
    let mut page = Page::probe();
    page.greets();
    let state = page.gets("getState", json!({}));
    let parameters = state["parameters"].as_object().expect("parameters").clone();
    assert!(parameters.len() > 3 && !parameters.contains_key("bypass"));
    // All of them moved to their ends, then set back.
    for id in parameters.keys() {
        page.gets("setParameter", json!({ "id": id, "position": 1 }));
        page.gets("setParameter", json!({ "id": id, "position": 0 }));
    }
    let text = page.host.description.properties[0].id;
    page.gets("setProperty", json!({ "id": text, "value": "other" }));
    assert_ne!(page.gets("getState", json!({})), state);
    let mut wrong = state.clone();
    wrong["properties"][text] = json!("\u{0}");
    assert_eq!(page.fails("setState", wrong), -32002);
    page.gets("setState", state.clone());
    assert_eq!(page.gets("getState", json!({})), state);
    // The page hears of it like of anything that it did not set by name.
    assert!(!page.hears().is_empty());
    let said = page.host.said.len();
    page.gets("setState", state);
    assert_eq!(page.host.said.len(), said, "what is so already is no edit");
}

#[test]
fn notes_are_played_and_end_with_the_page() {
    let mut page = Page::gain_with("notes");
    let play = |page: &mut Page, method: &str, params: Value| {
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        let answer = page.bridge.receive(&call, &mut page.host).expect("an answer");
        let answer: Value = serde_json::from_str(&answer).unwrap();
        answer["error"]["code"].as_i64()
    };
    assert_eq!(play(&mut page, "noteOn", json!({ "key": 60, "velocity": 0.5 })), None);
    assert_eq!(play(&mut page, "noteOn", json!({ "key": 127, "velocity": 7 })), None);
    assert_eq!(play(&mut page, "noteOff", json!({ "key": 60 })), None);
    for key in [json!(128), json!(-1), json!(1.5), json!("60"), Value::Null] {
        let params = json!({ "key": key, "velocity": 0.5 });
        assert_eq!(play(&mut page, "noteOn", params.clone()), Some(-32602), "{params}");
        assert_eq!(play(&mut page, "noteOff", params.clone()), Some(-32602), "{params}");
    }
    assert_eq!(play(&mut page, "noteOn", json!({ "key": 61, "velocity": "loud" })), Some(-32602));
    assert_eq!(page.host.said, ["note 60 0.5", "note 127 1", "release 60"]);
    page.host.said.clear();
    play(&mut page, "hello", json!({ "protocol": PROTOCOL }));
    assert_eq!(page.host.said, ["release 127"], "what an earlier page held");
}

#[test]
fn a_full_queue_and_messages() {
    let mut page = Page::gain_with("messages");
    page.greets();
    page.gets("send", json!({ "data": "AQID" }));
    assert_eq!(page.host.said, ["send [1, 2, 3]"]);
    assert_eq!(page.fails("send", json!({ "data": "AQID" })), -32003);
    page.host.messages.extend([vec![1, 2, 3], vec![]]);
    let heard = page.hears();
    let data: Vec<_> = heard.iter().map(|(_, params)| params["data"].clone()).collect();
    assert_eq!(data, ["AQID", ""]);
}

#[test]
fn a_page_that_begins_anew_knows_everything() {
    let mut page = Page::gain();
    page.greets();
    page.gets("beginGesture", json!({ "id": "gain" }));
    while page.bridge.take_event().is_some() {}
    page.host.values[1] = 3.0;
    page.bridge.ping(1);
    let hello = page.greets();
    assert_eq!(hello["parameters"][1]["value"], 3.0);
    assert_eq!(page.bridge.take_event(), Some(Event::Hello));
    assert_eq!(page.host.said, ["begin gain", "end gain"]);
    assert_eq!(page.hears(), []);
}

#[test]
fn places_are_read_and_others_left_out() {
    let mut page = Page::gain();
    page.greets();
    page.bridge.take_event();
    let place = json!({ "id": "gain", "x": 1, "y": 2, "width": 3, "height": 4 });
    let list =
        json!([place, { "id": "none" }, 5, { "id": "gain", "x": 1, "y": 2, "width": 0, "height": 4 }]);
    page.gets("places", list);
    let places = vec![Place { sides: [1.0, 2.0, 4.0, 6.0], index: 1 }];
    assert_eq!(page.bridge.take_event(), Some(Event::Places(places)));
    // Events that nobody takes do not pile up.
    (0..2000).for_each(|_| drop(page.gets("painted", json!({}))));
    assert_eq!(page.bridge.events.len(), MAX_EVENTS);
}

#[test]
fn more_than_a_batch_holds_comes_with_the_next_ones() {
    let mut page = Page::gain();
    // A plugin of many parameters, all of them like the gain's.
    let mut description = Description::clone(&page.host.description);
    for number in 0..2000 {
        let mut param = description.params[1].clone();
        param.info.id = format!("gain_{number}").into();
        description.params.push(param);
    }
    page = Page::with(description, ALL);
    page.greets();
    page.host.values.fill(3.0);
    page.bridge.ping(7);
    let (mut told, mut batches) = (0, 0);
    loop {
        let heard = page.hears();
        batches += 1;
        assert!(heard.len() <= MAX_BATCH + 2, "{}", heard.len());
        told += heard.iter().filter(|(method, _)| method == "paramUpdate").count();
        let pinged = heard.iter().any(|(method, _)| method == "ping");
        assert_eq!(page.bridge.is_behind(), !pinged, "what is asked last is said last");
        if pinged {
            break;
        }
    }
    // Bypass was 1 at most.
    assert_eq!((told, batches), (2002, 4));
}

#[test]
fn what_is_asked_at_once_is_bounded() {
    let mut page = Page::probe();
    page.greets();
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "getAllParameters" });
    let many = Value::from(vec![call.clone(); MAX_CALLS + 1]).to_string();
    assert!(page.says(&many).is_some_and(|answer| answer["error"]["code"] == -32600));
    // Of what is allowed, the answers end where a message is full.
    let mut description = Description::clone(&page.host.description);
    let param = description.params[1].clone();
    description.params.extend(vec![param; 1000]);
    page = Page::with(description, ALL);
    let many = Value::from(vec![call; MAX_CALLS]).to_string();
    let answer = page.bridge.receive(&many, &mut page.host).expect("answers");
    assert!(answer.len() < MAX_ANSWERS * 2, "{}", answer.len());
    let answers: Vec<Value> = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(answers.len(), MAX_CALLS, "each has one");
    assert_eq!(answers[MAX_CALLS - 1]["error"]["code"], -32003);
}

#[test]
fn a_set_without_an_answer_is_told() {
    let mut page = Page::gain();
    page.greets();
    let set = json!({ "jsonrpc": "2.0", "method": "setParameter", "params": { "id": "gain", "value": 7 } });
    assert_eq!(page.says(&set.to_string()), None);
    assert_eq!(page.hears()[0].1["value"], 7.0);
}

#[test]
fn within_a_gesture_all_that_changes_something_counts() {
    let mut page = Page::gain();
    page.greets();
    page.gets("beginGesture", json!({ "id": "gain" }));
    page.gets("setParameter", json!({ "id": "gain", "value": 6 }));
    page.gets("setState", json!({ "parameters": { "gain": -20 } }));
    assert_eq!(page.gets("setParameter", json!({ "id": "gain", "value": 6 }))["value"], 6.0);
    page.gets("setParameter", json!({ "id": "gain", "value": 6 }));
    assert_eq!(page.host.said, ["begin gain", "set gain 6", "set gain -20", "set gain 6"]);
}

#[test]
fn a_page_that_is_there_says_so() {
    let mut page = Page::gain();
    assert!(page.bridge.beat().is_none());
    page.greets();
    let beat = page.bridge.beat().expect("a batch");
    assert_eq!(beat.as_array().map(Vec::len), Some(1));
    assert!(page.bridge.beat().is_none(), "it owes an answer");
}

mod any {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn text_is_answered_or_ignored(text in ".{0,200}") {
            let mut page = Page::gain();
            page.says(&text);
        }

        #[test]
        fn params_are_taken_or_refused(
            method in prop::sample::select(vec![
                "setParameter", "stepParameter", "setState", "places", "menu", "ack", "hello", "send", "key",
                "listFiles", "stepFile",
            ]),
            value in any::<f64>(),
            id in prop::sample::select(vec!["gain", "bypass", "peak", "rms", "x"]),
            name in prop::sample::select(vec!["value", "position", "steps", "x", "seq", "protocol", "text"]),
        ) {
            let mut page = Page::gain();
            page.greets();
            page.asks(method, json!({ "id": id, name: value, "y": 0, "width": 1, "height": value }));
            let gain = page.host.values[1];
            prop_assert!((-60.0..=24.0).contains(&gain));
        }
    }
}

/// What `sessionUpdate` says at last.
fn session_of(heard: &[(String, Value)]) -> Value {
    let told = heard.iter().rfind(|(method, _)| method == "sessionUpdate");
    told.map(|(_, status)| status.clone()).unwrap_or_default()
}

#[test]
fn what_a_page_sets_is_undone_and_told() {
    let mut page = Page::gain();
    assert_eq!(page.greets()["session"]["undo"], Value::Null);
    for (method, params) in [
        ("beginGesture", json!({ "id": "gain" })),
        ("setParameter", json!({ "id": "gain", "value": 3 })),
        ("setParameter", json!({ "id": "gain", "value": 5 })),
        ("endGesture", json!({ "id": "gain" })),
    ] {
        page.gets(method, params);
    }
    assert!(page.bridge.has_notices(), "somebody has to tell it");
    let heard = page.hears_all();
    assert_eq!(session_of(&heard)["undo"], "Gain");
    assert_eq!(heard.len(), 1, "what the page has set it knows: {heard:?}");
    page.host.said.clear();
    page.gets("undo", Value::Null);
    assert_eq!(page.host.said, ["begin gain", "set gain -6", "end gain"]);
    let heard = page.hears_all();
    assert_eq!((heard[0].0.as_str(), &heard[0].1["value"]), ("paramUpdate", &json!(-6.0)));
    assert_eq!((&session_of(&heard)["undo"], &session_of(&heard)["redo"]), (&Value::Null, &json!("Gain")));
    // A page that begins anew finds it as it was.
    let session = page.greets()["session"].clone();
    assert_eq!(session["redo"], "Gain");
    page.gets("redo", Value::Null);
    assert_eq!(page.host.values[1], 5.0);
    // What the host does is no step.
    page.host.values[1] = 1.0;
    assert_eq!(session_of(&page.hears_all())["undo"], "Gain");
}

#[test]
fn steps_of_a_wheel_are_undone_at_once_and_a_state_too() {
    let mut page = Page::probe();
    page.greets();
    for n in 0..5 {
        page.bridge.at(f64::from(n) * 0.1);
        page.gets("stepParameter", json!({ "id": "gain", "steps": -1 }));
    }
    page.bridge.at(60.0);
    page.gets("stepParameter", json!({ "id": "gain", "steps": -1 }));
    page.gets("undo", Value::Null);
    page.gets("undo", Value::Null);
    let gain = page.host.description.index_of("gain").expect("it is there");
    assert_eq!((page.host.values[gain], &session_of(&page.hears_all())["undo"]), (0.0, &Value::Null));

    let state = json!({ "parameters": { "gain": -3, "follow": 0.5 }, "properties": { "title": "Verse" } });
    page.gets("setState", state);
    assert_eq!(session_of(&page.hears_all())["undo"], "3 settings");
    page.gets("undo", Value::Null);
    assert_eq!((page.host.values[gain], page.host.texts[0].as_str()), (0.0, ""));
}

#[test]
fn a_page_loads_saves_and_compares() {
    let mut page = Page::probe().with_presets();
    assert_eq!(page.greets()["session"]["name"], "Default");
    let presets = page.gets("getPresets", Value::Null);
    let ids: Vec<_> = presets.as_array().expect("a list").iter().map(|it| it["id"].clone()).collect();
    assert_eq!(ids, ["default", "factory/loud", "factory/soft"]);
    assert_eq!(
        (&presets[1]["group"], &presets[1]["comment"]),
        (&json!("Level"), &json!("Six decibels more."))
    );
    page.gets("loadPreset", json!({ "id": "factory/soft" }));
    page.gets("stepPreset", json!({ "by": -1 }));
    let gain = page.host.description.index_of("gain").expect("it is there");
    assert_eq!(page.host.values[gain], 6.0);
    page.gets("selectSlot", json!({ "slot": "B" }));
    page.gets("setParameter", json!({ "id": "gain", "value": -3 }));
    let told = session_of(&page.hears_all());
    assert_eq!(
        (&told["slot"], &told["name"], &told["changed"]),
        (&json!("B"), &json!("Loud"), &json!(true))
    );
    page.gets("selectSlot", json!({ "slot": "A" }));
    assert_eq!(page.host.values[gain], 6.0);
    page.gets("selectSlot", json!({ "slot": "B" }));

    let save = |overwrite: bool| json!({ "category": "", "name": "Mine", "overwrite": overwrite });
    page.gets("savePreset", save(false));
    assert_eq!(page.asks("savePreset", save(false))["error"]["code"], -32004);
    page.gets("savePreset", save(true));
    let id = "user/Mine.dyadpreset";
    assert_eq!(session_of(&page.hears_all())["preset"], id);
    let renamed = json!({ "id": id, "category": "Own", "name": "His", "overwrite": false });
    page.gets("renamePreset", renamed);
    let id = "user/Own/His.dyadpreset";
    let presets = page.gets("getPresets", Value::Null);
    assert_eq!((&presets[3]["id"], &presets[3]["users"]), (&json!(id), &json!(true)));
    page.gets("deletePreset", json!({ "id": id }));
    for (method, params, code) in [
        ("loadPreset", json!({ "id": id }), -32001),
        ("loadPreset", json!({}), -32602),
        ("deletePreset", json!({ "id": "factory/soft" }), -32003),
        ("stepPreset", json!({ "by": 0.5 }), -32602),
        ("selectSlot", json!({ "slot": "C" }), -32602),
        ("savePreset", json!({ "name": "x", "category": "" }), -32602),
        ("savePreset", json!({ "name": "\u{0}", "category": "", "overwrite": true }), -32003),
    ] {
        assert_eq!(page.fails(method, params), code, "{method}");
    }
}
