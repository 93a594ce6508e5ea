//! JSON-RPC 2.0: what is asked, what is answered, and what is wrong with what was asked.

use serde_json::{Map, Value, json};

/// Why a request was refused. It changed nothing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    /// A number of `docs/web-protocol.md`.
    code: i32,
    /// For a person.
    message: String,
    /// Which part of the request.
    data: Option<Value>,
}

impl Fault {
    fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    fn with(self, key: &str, value: &str) -> Self {
        Self { data: Some(json!({ key: value })), ..self }
    }

    pub(super) fn parse() -> Self {
        Self::new(-32700, "this is no JSON")
    }

    fn request() -> Self {
        Self::new(-32600, "this is no request")
    }

    pub(super) fn too_many(calls: usize) -> Self {
        Self::new(-32600, format!("a batch has at most {calls} calls"))
    }

    pub(super) fn method(name: &str) -> Self {
        Self::new(-32601, format!("there is no method {:?}", short(name)))
    }

    pub(super) fn param(name: &str, wanted: &str) -> Self {
        Self::new(-32602, format!("{name} has to be {wanted}")).with("param", name)
    }

    pub(super) fn unknown(kind: &str, id: &str) -> Self {
        let id = short(id);
        Self::new(-32001, format!("there is no {kind} {id:?}")).with("id", id)
    }

    pub(super) fn value(message: impl Into<String>) -> Self {
        Self::new(-32002, message)
    }

    /// What was refused until the user has agreed.
    pub(super) fn exists(message: impl Into<String>) -> Self {
        Self::new(-32004, message)
    }

    pub(super) fn refused(message: impl Into<String>) -> Self {
        Self::new(-32003, message)
    }

    fn into_json(self) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(data) = self.data {
            error["data"] = data;
        }
        error
    }
}

/// A name as an error repeats it: a page may ask for a megabyte.
fn short(name: &str) -> &str {
    &name[..name.floor_char_boundary(64.min(name.len()))]
}

/// A call of a page.
pub(super) struct Call {
    pub(super) method: String,
    pub(super) params: Params,
    /// None for a notification, which is never answered.
    pub(super) id: Option<Value>,
}

impl Call {
    /// Reads a call.
    ///
    /// # Errors
    /// The id to answer with, and why.
    pub(super) fn read(message: Value) -> Result<Self, (Value, Fault)> {
        let Value::Object(mut message) = message else { return Err((Value::Null, Fault::request())) };
        let id = message.remove("id");
        let usable = id.as_ref().is_none_or(|id| id.is_number() || id.is_string() || id.is_null());
        let back = if usable { id.clone().unwrap_or_default() } else { Value::Null };
        let version = message.get("jsonrpc").and_then(Value::as_str) == Some("2.0");
        let (true, true, Some(Value::String(method))) = (usable, version, message.remove("method")) else {
            return Err((back, Fault::request()));
        };
        let params = match message.remove("params") {
            None | Some(Value::Null) => Value::Object(Map::new()),
            Some(params @ (Value::Object(_) | Value::Array(_))) => params,
            Some(_) => return Err((back, Fault::request())),
        };
        Ok(Self { method, params: Params(params), id })
    }
}

/// What a call is given.
pub(super) struct Params(Value);

impl Params {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(super) fn text(&self, name: &str) -> Result<&str, Fault> {
        self.get(name).and_then(Value::as_str).ok_or_else(|| Fault::param(name, "a text"))
    }

    pub(super) fn number(&self, name: &str) -> Result<f64, Fault> {
        // JSON has no infinite numbers, but 1e999 becomes one.
        let number = self.get(name).and_then(Value::as_f64).filter(|number| number.is_finite());
        number.ok_or_else(|| Fault::param(name, "a number"))
    }

    pub(super) fn whole(&self, name: &str) -> Result<u32, Fault> {
        let number = self.get(name).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
        number.ok_or_else(|| Fault::param(name, "a whole number"))
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Fault> {
        self.get(name).and_then(Value::as_bool).ok_or_else(|| Fault::param(name, "true or false"))
    }

    pub(super) fn map(&self, name: &str) -> Result<Option<&Map<String, Value>>, Fault> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(map)),
            Some(_) => Err(Fault::param(name, "an object")),
        }
    }

    pub(super) fn list(&self) -> Result<&[Value], Fault> {
        self.0.as_array().map(Vec::as_slice).ok_or_else(|| Fault::param("params", "an array"))
    }
}

/// An answer.
pub(super) fn answer(id: &Value, result: Result<Value, Fault>) -> Value {
    match result {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(fault) => json!({ "jsonrpc": "2.0", "id": id, "error": fault.into_json() }),
    }
}

/// What is said without being asked.
pub(super) fn notice(method: &str, params: Value) -> Value {
    let mut notice = json!({ "jsonrpc": "2.0", "method": method });
    if !params.is_null() {
        notice["params"] = params;
    }
    notice
}
