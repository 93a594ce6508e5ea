//! Plain value ↔ text, the same in every format and editor.

use super::info::{ParamInfo, ValueKind, Variant};
use super::number;
use super::unit::Unit;

impl ParamInfo {
    /// The value as a person reads it, without unit: `-6.0`, `440`, `On`, `Sine`.
    #[must_use]
    pub fn value_text(&self, plain: f64) -> String {
        let plain = self.range.sanitize(plain).unwrap_or(self.range.min());
        match self.kind {
            ValueKind::Bool => if plain >= 0.5 { "On" } else { "Off" }.to_owned(),
            ValueKind::Int => format!("{}", plain.round() as i64),
            ValueKind::Choice(variants) => {
                variants.get(plain.round() as usize).map_or("", |variant| variant.name).to_owned()
            }
            ValueKind::Float if self.silent_at_min && plain <= self.range.min() => "-inf".to_owned(),
            ValueKind::Float if self.is_off(plain) => "Off".to_owned(),
            ValueKind::Float if self.infinite_at_max && plain >= self.range.max() => "inf".to_owned(),
            ValueKind::Float => number::fixed(plain, self.decimals(plain)),
        }
    }

    /// The value with its unit: `-6.0 dB`.
    #[must_use]
    pub fn display_text(&self, plain: f64) -> String {
        let text = self.value_text(plain);
        match self.unit.label() {
            "" => text,
            _ if self.is_off(plain) => text,
            label => format!("{text} {label}"),
        }
    }

    /// Whether it reads "Off" at this value.
    fn is_off(&self, plain: f64) -> bool {
        self.off_at_min && self.kind == ValueKind::Float && plain <= self.range.min()
    }

    /// Reads what a person typed: with or without the unit, `k` for thousands, a comma or a point,
    /// a variant's name or id, `on`/`off`. Numbers outside the range are clamped.
    #[must_use]
    pub fn parse_text(&self, text: &str) -> Option<f64> {
        // Capital letters of ASCII alone: the library's table of all others is 4 KB in every plugin. Variants are
        // found by their exact names too.
        let exact = text.trim();
        let text = exact.to_ascii_lowercase().replace('\u{2212}', "-");
        match self.kind {
            ValueKind::Bool => match text.as_str() {
                "on" | "true" | "yes" => return Some(1.0),
                "off" | "false" | "no" => return Some(0.0),
                _ => {}
            },
            ValueKind::Choice(variants) => {
                let is =
                    |v: &Variant| v.name == exact || v.name.eq_ignore_ascii_case(exact) || v.id == text;
                let found = variants.iter().position(is);
                if let Some(index) = found {
                    return Some(index as f64);
                }
            }
            _ => {}
        }
        let (number, scale) = without_unit(self.unit, &text);
        if self.silent_at_min && matches!(number, "-inf" | "-∞" | "-oo") {
            return Some(self.range.min());
        }
        if self.off_at_min && number == "off" {
            return Some(self.range.min());
        }
        if self.infinite_at_max && matches!(number, "inf" | "∞" | "oo") {
            return Some(self.range.max());
        }
        let (number, factor) = match number.strip_suffix('k') {
            Some(number) => (number.trim_end(), 1000.0),
            None => (number, 1.0),
        };
        let value = number::parse(&number.replace(',', "."))?;
        self.range.sanitize(value * factor * scale)
    }

    /// Enough digits to tell neighbouring values apart, no more.
    fn decimals(&self, plain: f64) -> usize {
        if self.range.is_whole() {
            return 0;
        }
        match self.unit {
            Unit::Decibels | Unit::Percent | Unit::Degrees => 1,
            // Loudness and true peaks are decibels too.
            Unit::Other("LUFS" | "LU" | "dBTP") => 1,
            Unit::Hertz | Unit::Milliseconds => match plain.abs() {
                x if x >= 1000.0 => 0,
                x if x >= 100.0 => 1,
                _ => 2,
            },
            _ => 2,
        }
    }
}

/// A number without the unit that was typed with it, the parameter's own or a neighbour ("500 ms" for
/// seconds, "50 %" for a factor), and what makes the parameter's of it.
fn without_unit(unit: Unit, text: &str) -> (&str, f64) {
    let neighbours: &[(&str, f64)] = match unit {
        Unit::Seconds => &[("ms", 1e-3)],
        Unit::Milliseconds => &[("s", 1e3)],
        Unit::Factor | Unit::None => &[("%", 0.01)],
        Unit::Hertz => &[("khz", 1e3)],
        Unit::Semitones => &[("ct", 0.01), ("oct", 12.0)],
        Unit::Cents => &[("st", 100.0), ("oct", 1200.0)],
        Unit::Octaves => &[("st", 1.0 / 12.0)],
        _ => &[],
    };
    let own = unit.label().to_ascii_lowercase();
    // The longest one that fits: "ms" and not "s".
    let mut found = (text, 1.0, 0);
    for (label, scale) in neighbours.iter().copied().chain([(own.as_str(), 1.0)]) {
        if let Some(number) = text.strip_suffix(label).filter(|_| label.len() > found.2) {
            found = (number, scale, label.len());
        }
    }
    (found.0.trim(), found.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::param::{Range, Variant};

    const SHAPES: &[Variant] =
        &[Variant { id: "sine", name: "Sine" }, Variant { id: "saw", name: "Saw up" }];

    fn gain() -> ParamInfo {
        ParamInfo::new("gain", ValueKind::Float)
            .range(Range::linear(-60.0, 24.0))
            .unit(Unit::Decibels)
            .silent_at_min()
    }

    #[test]
    fn shows_what_people_expect() {
        let gain = gain();
        assert_eq!(gain.display_text(-6.0), "-6.0 dB");
        assert_eq!(gain.display_text(-0.01), "0.0 dB");
        assert_eq!(gain.display_text(-60.0), "-inf dB");
        let freq = ParamInfo::new("f", ValueKind::Float).range(Range::log(20.0, 20e3)).unit(Unit::Hertz);
        assert_eq!(freq.display_text(1234.5), "1235 Hz");
        let key = ParamInfo::new("key", ValueKind::Float).range(Range::stepped(0.0, 127.0, 1.0));
        assert_eq!(key.display_text(60.0), "60");
        assert_eq!(ParamInfo::new("on", ValueKind::Bool).display_text(1.0), "On");
        assert_eq!(ParamInfo::new("s", ValueKind::Choice(SHAPES)).display_text(1.0), "Saw up");
    }

    #[test]
    fn ends_of_a_range_may_have_names() {
        let ratio = ParamInfo::new("ratio", ValueKind::Float)
            .range(Range::log(1.0, 50.0))
            .unit(Unit::Other(": 1"))
            .infinite_at_max();
        assert_eq!([4.0, 50.0, 1.0].map(|x| ratio.display_text(x)), ["4.00 : 1", "inf : 1", "1.00 : 1"]);
        assert_eq!(
            ["inf", "∞ : 1", "8 : 1", "50"].map(|text| ratio.parse_text(text)),
            [50.0, 50.0, 8.0, 50.0].map(Some)
        );
        let filter = ParamInfo::new("filter", ValueKind::Float)
            .range(Range::log(20.0, 500.0))
            .unit(Unit::Hertz)
            .off_at_min();
        assert_eq!([20.0, 20.5].map(|x| filter.display_text(x)), ["Off", "20.50 Hz"]);
        assert_eq!(filter.value_text(20.0), "Off", "where a host adds the unit");
        assert_eq!(
            ["off", "Off", "80 Hz"].map(|text| filter.parse_text(text)),
            [20.0, 20.0, 80.0].map(Some)
        );
        assert_eq!(filter.parse_text("inf"), None);
    }

    #[test]
    fn reads_what_people_type() {
        let gain = gain();
        for text in ["-6", "-6 dB", " -6.0db", "\u{2212}6 dB", "-6,0"] {
            assert_eq!(gain.parse_text(text), Some(-6.0), "{text:?}");
        }
        assert_eq!(gain.parse_text("-inf dB"), Some(-60.0));
        assert_eq!(gain.parse_text("900"), Some(24.0));
        for text in ["", "loud", "dB", "1e", "nan", "inf", "--6"] {
            assert_eq!(gain.parse_text(text), None, "{text:?}");
        }
        let freq = ParamInfo::new("f", ValueKind::Float).range(Range::log(20.0, 20e3)).unit(Unit::Hertz);
        assert_eq!(freq.parse_text("1k"), Some(1000.0));
        assert_eq!(freq.parse_text("2.5 kHz"), Some(2500.0));
        let shape = ParamInfo::new("s", ValueKind::Choice(SHAPES));
        assert_eq!(shape.parse_text("saw UP"), Some(1.0));
        assert_eq!(shape.parse_text("sine"), Some(0.0));
        assert_eq!(ParamInfo::new("on", ValueKind::Bool).parse_text("off"), Some(0.0));
    }

    #[test]
    fn neighbouring_units_are_understood() {
        let read = |unit, text: &str| {
            ParamInfo::new("x", ValueKind::Float)
                .range(Range::linear(-1e6, 1e6))
                .unit(unit)
                .parse_text(text)
        };
        for (unit, text, plain) in [
            (Unit::Percent, "50 %", 50.0),
            (Unit::Factor, "50 %", 0.5),
            (Unit::None, "0.25", 0.25),
            (Unit::Seconds, "500 ms", 0.5),
            (Unit::Seconds, "2s", 2.0),
            (Unit::Milliseconds, "1.5 s", 1500.0),
            (Unit::Milliseconds, "20ms", 20.0),
            (Unit::Hertz, "2.5 kHz", 2500.0),
            (Unit::Hertz, "1k", 1000.0),
            (Unit::Semitones, "-50 ct", -0.5),
            (Unit::Cents, "1 st", 100.0),
            (Unit::BeatsPerMinute, "120", 120.0),
        ] {
            assert_eq!(read(unit, text), Some(plain), "{text}");
        }
        assert_eq!(read(Unit::Decibels, "3 Hz"), None, "another thing altogether");
    }

    #[test]
    fn a_default_that_f32_rounds_is_no_fault() {
        let info =
            ParamInfo::new("x", ValueKind::Float).range(Range::stepped(-1.0, 1.0, 0.1)).default(0.3f32);
        assert_eq!(info.fault(), None);
        assert!(info.default(0.35f32).fault().is_some());
    }

    #[test]
    fn text_round_trips_to_its_own_digits() {
        let gain = gain();
        for tenth in -599..=240 {
            let value = f64::from(tenth) / 10.0;
            let text = gain.display_text(value);
            let back = gain.parse_text(&text).unwrap();
            assert!((back - value).abs() < 1e-9, "{text}");
        }
    }
}
