//! Texts and paths, which go through LV2's `patch` messages.

use dyad_core::Description;
use dyad_core::param::PropertyKind;
use dyad_lv2::atom::{Event, number};
use dyad_lv2::object::{Object, Value};
use dyad_lv2::sys;
use dyad_lv2::urids::{Map, Urids};
use dyad_ttl::property_uri;

use crate::forge;

/// More is refused by the plugin's sound.
pub(crate) const LONGEST_TEXT: usize = 4096;

/// The numbers in these messages.
#[derive(Debug)]
pub(crate) struct Patch {
    urids: Urids,
    put: u32,
    body: u32,
    plugin: u32,
    properties: Box<[u32]>,
    kinds: Box<[u32]>,
}

impl Patch {
    /// `None` where the host does not map the URIs.
    pub(crate) fn new(
        description: &Description,
        plugin_uri: &str,
        (map, urids): &(Map, Urids),
    ) -> Option<Self> {
        let properties = description.properties.iter();
        let number = |id: &str| map.text(&property_uri(description.info.id, id));
        let kinds = properties.clone().map(|property| match property.kind {
            PropertyKind::Text => urids.string,
            PropertyKind::Path => urids.path,
        });
        Some(Self {
            put: map.fixed(sys::LV2_PATCH__Put)?,
            body: map.fixed(sys::LV2_PATCH__body)?,
            plugin: map.text(plugin_uri)?,
            kinds: kinds.collect(),
            properties: properties.map(|property| number(property.id)).collect::<Option<_>>()?,
            urids: *urids,
        })
    }

    /// The number and type of a property.
    pub(crate) fn property(&self, index: usize) -> Option<(u32, u32)> {
        Some((*self.properties.get(index)?, *self.kinds.get(index)?))
    }

    /// The question for all properties.
    pub(crate) fn get(&self) -> Vec<u8> {
        let subject = self.plugin.to_ne_bytes();
        forge::Object::new(self.urids.patch_get, &self.urids)
            .with(self.urids.patch_subject, self.urids.urid, &[&subject])
            .bytes()
    }

    /// What sets a property.
    pub(crate) fn set(&self, index: usize, text: &str) -> Option<Vec<u8>> {
        let (property, kind) = self.property(index)?;
        let object = forge::Object::new(self.urids.patch_set, &self.urids)
            .with(self.urids.patch_property, self.urids.urid, &[&property.to_ne_bytes()])
            .with(self.urids.patch_value, kind, &[text.as_bytes(), &[0]]);
        Some(object.bytes())
    }

    /// Shows every text that an object sets.
    pub(crate) fn hear(&self, object: &Object<'_>, mut take: impl FnMut(usize, &str)) {
        let urids = &self.urids;
        if object.kind != urids.patch_set && object.kind != self.put {
            return;
        }
        let (mut subject, mut property, mut value, mut body) = (None, None, None, None);
        let whole = object.each(|key, found| {
            let places = [
                (urids.patch_subject, &mut subject),
                (urids.patch_property, &mut property),
                (urids.patch_value, &mut value),
                (self.body, &mut body),
            ];
            if let Some((_, place)) = places.into_iter().find(|(known, _)| *known == key) {
                *place = Some(found);
            }
        });
        let urid = |value: Value<'_>| {
            (value.kind == urids.urid && value.body.len() == 4).then(|| number(value.body, 0))
        };
        if whole.is_none() || subject.is_some_and(|subject| urid(subject) != Some(self.plugin)) {
            return;
        }
        let mut each = |property: u32, value: Value<'_>| {
            let index = self.properties.iter().position(|known| *known == property);
            if let (Some(index), Some(text)) = (index, self.text(&value)) {
                take(index, text);
            }
        };
        if object.kind == self.put {
            let body = body.map(|Value { kind, body }| Event { frame: 0, kind, body });
            if let Some(all) = body.and_then(|event| Object::read(&event, urids)) {
                let _ = all.each(each);
            }
        } else if let (Some(property), Some(value)) = (property.and_then(urid), value) {
            each(property, value);
        }
    }

    fn text<'a>(&self, value: &Value<'a>) -> Option<&'a str> {
        if value.kind != self.urids.string && value.kind != self.urids.path {
            return None;
        }
        // Strings have a 0 at their end, where a host does not forget it.
        std::str::from_utf8(value.body.split(|byte| *byte == 0).next()?).ok()
    }
}
