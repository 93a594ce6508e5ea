//! Objects, as hosts write them into a control sequence and read them from notifications.

use super::{Event, Rig};

const ATOM: &str = "http://lv2plug.in/ns/ext/atom#";

/// The value of a property.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `atom:Int`
    Int(i32),
    /// `atom:Long`
    Long(i64),
    /// `atom:Float`
    Float(f32),
    /// `atom:Double`
    Double(f64),
    /// `atom:URID` of this URI.
    Uri(String),
    /// `atom:String`, with its 0.
    Text(String),
    /// `atom:Path`, with its 0.
    Path(String),
    /// `atom:Chunk`.
    Bytes(Vec<u8>),
    /// `atom:Object` of another event.
    Object(Event),
}

impl Value {
    fn encode(&self, rig: &Rig) -> (u32, Vec<u8>) {
        let terminated = |text: &str| text.bytes().chain([0]).collect();
        let (name, bytes) = match self {
            Self::Int(x) => ("Int", x.to_ne_bytes().to_vec()),
            Self::Long(x) => ("Long", x.to_ne_bytes().to_vec()),
            Self::Float(x) => ("Float", x.to_ne_bytes().to_vec()),
            Self::Double(x) => ("Double", x.to_ne_bytes().to_vec()),
            Self::Uri(uri) => ("URID", rig.urid(uri).to_ne_bytes().to_vec()),
            Self::Text(text) => ("String", terminated(text)),
            Self::Path(path) => ("Path", terminated(path)),
            Self::Bytes(bytes) => ("Chunk", bytes.clone()),
            Self::Object(event) => ("Object", event.body.clone()),
        };
        (rig.urid(&format!("{ATOM}{name}")), bytes)
    }
}

impl Rig {
    /// An object of a type with these properties.
    #[must_use]
    pub fn object(&self, frame: i64, kind: &str, properties: &[(&str, Value)]) -> Event {
        let mut body = [0u32, self.urid(kind)].map(u32::to_ne_bytes).concat();
        for (key, value) in properties {
            let (kind, bytes) = value.encode(self);
            body.extend([self.urid(key), 0, bytes.len() as u32, kind].map(u32::to_ne_bytes).concat());
            body.extend(bytes);
            body.resize(body.len().next_multiple_of(8), 0);
        }
        Event::new(frame, self.urid(&format!("{ATOM}Object")), &body)
    }

    /// A `time:Position` with these properties, by their names.
    #[must_use]
    pub fn position(&self, frame: i64, properties: &[(&str, Value)]) -> Event {
        const TIME: &str = "http://lv2plug.in/ns/ext/time#";
        let full: Vec<_> = properties.iter().map(|(key, _)| format!("{TIME}{key}")).collect();
        let all = full.iter().zip(properties).map(|(key, (_, value))| (key.as_str(), value.clone()));
        self.object(frame, &format!("{TIME}Position"), &all.collect::<Vec<_>>())
    }

    /// The objects of a type among these events: the numbers of their properties' keys and types, and
    /// the values' bytes.
    ///
    /// # Panics
    /// Where an object is cut off.
    #[must_use]
    pub fn objects(&self, events: &[Event], kind: &str) -> Vec<Vec<(u32, u32, Vec<u8>)>> {
        let (object, kind) = (self.urid(&format!("{ATOM}Object")), self.urid(kind));
        let mut found = Vec::new();
        for event in events.iter().filter(|event| event.kind == object) {
            let word =
                |at: usize| u32::from_ne_bytes(event.body[at..at + 4].try_into().expect("four bytes"));
            if word(4) != kind {
                continue;
            }
            let (mut at, mut properties) = (8, Vec::new());
            while at < event.body.len() {
                let size = word(at + 8) as usize;
                properties.push((word(at), word(at + 12), event.body[at + 16..at + 16 + size].to_vec()));
                at += 16 + size.next_multiple_of(8);
            }
            found.push(properties);
        }
        found
    }
}
