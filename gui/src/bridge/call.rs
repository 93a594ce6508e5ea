//! What a page can ask for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dyad_core::EditorHost;
use dyad_core::editor::MAX_MESSAGE;
use dyad_core::param::{ParamInfo, Role};
use dyad_core::played::each;
use serde_json::{Map, Value, json};

use super::rpc::{Fault, Params};
use super::{Bridge, Event, Place, info};

/// Steps from one end of a continuous range to the other.
const STEPS: f64 = 100.0;
/// The most places that are kept.
const MAX_PLACES: usize = 4096;

impl Bridge {
    pub(super) fn run(
        &mut self,
        method: &str,
        params: &Params,
        host: &mut dyn EditorHost,
    ) -> Result<Value, Fault> {
        match method {
            "hello" => return self.hello(params, host),
            "getParameter" => {
                let index = self.param(params)?;
                return Ok(info::parameter(self.info(index), host.value(index)));
            }
            "getAllParameters" => return Ok(info::parameters(&self.description, host)),
            "setParameter" => {
                let index = self.param(params)?;
                let plain = wanted(self.info(index), params)?;
                self.set(index, plain, host);
                return Ok(self.told(index, host));
            }
            "stepParameter" => return self.step(params, host),
            "resetParameter" => {
                let index = self.param(params)?;
                self.set(index, self.info(index).default, host);
                return Ok(self.told(index, host));
            }
            "beginGesture" => {
                let index = self.param(params)?;
                host.begin(index);
                self.gestures.retain(|(held, _)| *held != index);
                self.gestures.push((index, None));
            }
            "endGesture" => {
                let index = self.param(params)?;
                self.gestures.retain(|(held, _)| *held != index);
                host.end(index);
            }
            "getMeterFrame" => return Ok(self.meter_frame(host)),
            "getProperty" => {
                let index = self.property(params.text("id")?)?;
                let property = &self.description.properties[index];
                return Ok(info::property(property, &host.property(index)));
            }
            "getAllProperties" => return Ok(info::properties(&self.description, host)),
            "setProperty" => {
                let index = self.property(params.text("id")?)?;
                let text = params.text("value")?;
                host.set_property(index, text).map_err(|error| Fault::value(error.to_string()))?;
                text.clone_into(&mut self.texts[index]);
            }
            "browse" => return Ok(host.browse(self.property(params.text("id")?)?).into()),
            "listFiles" => return self.list_files(params, host),
            "stepFile" => return self.step_file(params, host),
            "getState" => return Ok(self.state(host)),
            "setState" => self.set_state(params, host)?,
            "send" => {
                let data = params.text("data")?;
                // Not more than can be one, whatever it is.
                let fits = data.len() <= MAX_MESSAGE.div_ceil(3) * 4;
                let bytes = if fits { STANDARD.decode(data).ok() } else { None };
                let bytes = bytes.ok_or_else(|| Fault::param("data", "base64 of at most 4096 bytes"))?;
                host.send(&bytes).map_err(|error| Fault::refused(error.to_string()))?;
            }
            "noteOn" => {
                let key = self.key_of(params)?;
                host.play_note(key, params.number("velocity")?.clamp(0.0, 1.0) as f32);
                self.keys |= 1 << key;
            }
            "noteOff" => {
                let key = self.key_of(params)?;
                host.release_note(key);
                self.keys &= !(1 << key);
            }
            "resize" => {
                let (width, height) = (params.whole("width")?, params.whole("height")?);
                let usable = |side: u32| (1..=crate::editor::MAX_SIDE).contains(&side);
                if !usable(width) || !usable(height) {
                    return Err(Fault::value("no window has that size"));
                }
                return Ok(host.resize(width, height).into());
            }
            "menu" => {
                let index = self.any(params.text("id")?)?;
                let (x, y) = (params.number("x")? as f32, params.number("y")? as f32);
                return Ok(host.menu(index, x, y).into());
            }
            _ => self.note(method, params)?,
        }
        Ok(Value::Null)
    }

    /// What the page says of itself.
    fn note(&mut self, method: &str, params: &Params) -> Result<(), Fault> {
        let event = match method {
            "painted" => Event::Painted,
            "ack" => {
                let seq = params.whole("seq")?;
                // Never one that was not sent.
                if self.sent.wrapping_sub(seq) <= self.in_flight() {
                    self.acknowledged = seq;
                }
                return Ok(());
            }
            "pong" => Event::Pong(params.whole("tag")?),
            "keyboard" => {
                Event::Keyboard { typing: params.flag("typing")?, operating: params.flag("operating")? }
            }
            "places" => Event::Places(self.places(params.list()?)),
            "closed" => Event::Closed,
            _ => return Err(Fault::method(method)),
        };
        self.event(event);
        Ok(())
    }

    fn hello(&mut self, params: &Params, host: &mut dyn EditorHost) -> Result<Value, Fault> {
        let protocol = params.whole("protocol")?;
        if protocol != info::PROTOCOL {
            return Err(Fault::param("protocol", &format!("{}, which this editor speaks", info::PROTOCOL)));
        }
        // What an earlier page held, this one does not.
        for (index, _) in std::mem::take(&mut self.gestures) {
            host.end(index);
        }
        each(std::mem::take(&mut self.keys), |key| host.release_note(key));
        self.restart();
        self.greeted = true;
        self.event(Event::Hello);
        self.knows_all(host);
        let mut hello = info::hello(&self.description, self.can, self.accent, host);
        hello["curves"] = self.all_curves(host);
        hello["session"] = self.greet_session(host);
        Ok(hello)
    }

    /// The MIDI key that is played.
    fn key_of(&self, params: &Params) -> Result<u8, Fault> {
        if !self.can.notes {
            return Err(Fault::refused("this plugin takes no notes"));
        }
        let key = u8::try_from(params.whole("key")?).ok().filter(|key| *key < 128);
        key.ok_or_else(|| Fault::param("key", "0 to 127"))
    }

    fn info(&self, index: usize) -> &ParamInfo {
        &self.description.params[index].info
    }

    /// The parameter that `id` names.
    fn param(&self, params: &Params) -> Result<usize, Fault> {
        self.param_named(params.text("id")?)
    }

    fn param_named(&self, id: &str) -> Result<usize, Fault> {
        let index = self.description.index_of(id).filter(|index| info::is_param(self.info(*index)));
        index.ok_or_else(|| Fault::unknown("parameter", id))
    }

    /// The parameter or meter that `id` names.
    fn any(&self, id: &str) -> Result<usize, Fault> {
        let index = self.description.index_of(id).filter(|index| self.info(*index).role != Role::Removed);
        index.ok_or_else(|| Fault::unknown("parameter or meter", id))
    }

    pub(super) fn property(&self, id: &str) -> Result<usize, Fault> {
        let place = self.description.properties.iter().position(|property| property.id == id);
        place.ok_or_else(|| Fault::unknown("property", id))
    }

    /// Sets a parameter. Within a gesture what was set last, and is so, is not set again: a pointer has many places
    /// within one step. A trigger is pressed each time.
    fn set(&mut self, index: usize, plain: f64, host: &mut dyn EditorHost) {
        let info = &self.description.params[index].info;
        let Some(plain) = info.range.sanitize(plain) else { return };
        let gesture = self.gestures.iter_mut().find(|(held, _)| *held == index);
        let last = gesture.and_then(|(_, last)| last.replace(plain));
        let same = last == Some(plain) && host.value(index) == plain;
        if !same || info.role == Role::Trigger {
            host.set(index, plain);
            self.due |= !self.curves.list().is_empty();
        }
    }

    /// A parameter as it is now, which the page knows with this.
    fn told(&mut self, index: usize, host: &dyn EditorHost) -> Value {
        let plain = host.value(index);
        if self.answers {
            self.known[index] = plain.to_bits();
        }
        info::value(self.info(index), plain)
    }

    fn step(&mut self, params: &Params, host: &mut dyn EditorHost) -> Result<Value, Fault> {
        let index = self.param(params)?;
        let steps = params.number("steps")?;
        let info = self.info(index);
        let count = info.range.steps();
        let size = if count > 0 { f64::from(count).recip() } else { STEPS.recip() };
        let before = host.value(index);
        let plain = info.range.plain((info.range.normalize(before) + steps * size).clamp(0.0, 1.0));
        if plain != before {
            self.set(index, plain, host);
        }
        Ok(self.told(index, host))
    }

    fn meter_frame(&self, host: &dyn EditorHost) -> Value {
        let params = self.description.params.iter().enumerate();
        let meters = params.filter(|(_, param)| param.info.role == Role::Meter);
        let meters = meters.map(|(index, param)| {
            (param.info.id.as_ref().to_owned(), info::finite(host.meter(index)).into())
        });
        json!({ "time": self.time, "meters": meters.collect::<Map<_, _>>() })
    }

    /// The parameters that a state names: not those that are of this moment only.
    fn is_in_state(&self, index: usize) -> bool {
        self.info(index).role == Role::Normal
    }

    fn state(&self, host: &dyn EditorHost) -> Value {
        let indices = (0..self.description.params.len()).filter(|index| self.is_in_state(*index));
        let parameters =
            indices.map(|index| (self.info(index).id.as_ref().to_owned(), host.value(index).into()));
        let properties = self.description.properties.iter().enumerate();
        let properties = properties.map(|(index, it)| (it.id.to_owned(), host.property(index).into()));
        json!({
            "parameters": parameters.collect::<Map<_, _>>(),
            "properties": properties.collect::<Map<_, _>>(),
        })
    }

    /// Sets what a state names; all of it or nothing.
    fn set_state(&mut self, params: &Params, host: &mut dyn EditorHost) -> Result<(), Fault> {
        let mut values = Vec::new();
        for (id, value) in params.map("parameters")?.into_iter().flatten() {
            let index = self.param_named(id)?;
            if !self.is_in_state(index) {
                return Err(Fault::unknown("parameter of a state", id));
            }
            let plain = value.as_f64().filter(|plain| plain.is_finite());
            values.push((index, plain.ok_or_else(|| Fault::param(id, "a number"))?));
        }
        let mut texts = Vec::new();
        for (id, value) in params.map("properties")?.into_iter().flatten() {
            let index = self.property(id)?;
            let text = value.as_str().ok_or_else(|| Fault::param(id, "a text"))?;
            let checked = self.description.properties[index].check(text);
            checked.map_err(|error| Fault::value(error.to_string()))?;
            texts.push((index, text));
        }
        // What is so already is no edit. The page hears of the others with the next batch.
        for (index, plain) in values {
            if self.info(index).range.sanitize(plain).is_some_and(|plain| plain != host.value(index)) {
                host.set(index, plain);
                self.due |= !self.curves.list().is_empty();
            }
        }
        for (index, text) in texts {
            if host.property(index) != text {
                host.set_property(index, text).map_err(|error| Fault::value(error.to_string()))?;
            }
        }
        Ok(())
    }

    /// Reads places; what is no place of ours is left out.
    fn places(&self, list: &[Value]) -> Vec<Place> {
        let place = |value: &Value| {
            let side = |name: &str| {
                let side = value.get(name)?.as_f64()? as f32;
                side.is_finite().then_some(side)
            };
            let index = self.any(value.get("id")?.as_str()?).ok()?;
            let (x, y, width, height) = (side("x")?, side("y")?, side("width")?, side("height")?);
            (width > 0.0 && height > 0.0).then_some(Place { sides: [x, y, x + width, y + height], index })
        };
        list.iter().take(MAX_PLACES).filter_map(place).collect()
    }
}

/// The plain value that a page wants a parameter to have.
fn wanted(info: &ParamInfo, params: &Params) -> Result<f64, Fault> {
    let mut given = ["value", "position", "text"].into_iter().filter(|name| params.get(name).is_some());
    if let (Some(_), Some(second)) = (given.next(), given.next()) {
        return Err(Fault::param(second, "left out, where there is another one"));
    }
    if params.get("text").is_some() {
        let text = params.text("text")?;
        return info
            .parse_text(text)
            .ok_or_else(|| Fault::value(format!("{} can't be set to that", info.id)));
    }
    if params.get("position").is_some() {
        return Ok(info.range.plain(params.number("position")?.clamp(0.0, 1.0)));
    }
    params.number("value")
}
