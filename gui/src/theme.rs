//! How editors look: one file, `theme.json`, for these editors and the web's.

use std::sync::Arc;

use egui::epaint::text::{FontData, FontDefinitions};
use egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Stroke, Style, TextStyle, Vec2};
use serde::{Deserialize, Deserializer};

/// The file that both kinds of editors read.
pub const SOURCE: &str = include_str!("../theme.json");

/// Colours, distances and sizes of type. Lengths are in logical pixels.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Colours.
    pub colors: Colors,
    /// Distances.
    pub space: Space,
    /// Radii of corners.
    pub radius: Radius,
    /// Sizes of type.
    #[serde(rename = "type")]
    pub font: Type,
    /// Knobs.
    pub knob: Knob,
    /// Level meters.
    pub meter: Meter,
}

/// Colours. Text on any of the four grounds has a contrast of 4.5 : 1 at least.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Colors {
    /// Behind everything.
    #[serde(deserialize_with = "hex")]
    pub background: Color32,
    /// Behind a group of controls.
    #[serde(deserialize_with = "hex")]
    pub panel: Color32,
    /// Caps of knobs, buttons, menus.
    #[serde(deserialize_with = "hex")]
    pub raised: Color32,
    /// Behind what is filled: meters, fields.
    #[serde(deserialize_with = "hex")]
    pub well: Color32,
    /// Lines that divide, and tracks.
    #[serde(deserialize_with = "hex")]
    pub line: Color32,
    /// Edges of what can be operated: 3 : 1 against its ground.
    #[serde(deserialize_with = "hex")]
    pub outline: Color32,
    /// What is read first.
    #[serde(deserialize_with = "hex")]
    pub text: Color32,
    /// Labels.
    #[serde(deserialize_with = "hex")]
    pub dim: Color32,
    /// Arcs of controls that are not the main one.
    #[serde(deserialize_with = "hex")]
    pub value: Color32,
    /// What the plugin does; one for each plugin.
    #[serde(deserialize_with = "hex")]
    pub accent: Color32,
    /// The signal, and switches that are on.
    #[serde(deserialize_with = "hex")]
    pub signal: Color32,
    /// A level without danger. Only in meters.
    #[serde(deserialize_with = "hex")]
    pub ok: Color32,
    /// A level to watch. Only in meters.
    #[serde(deserialize_with = "hex")]
    pub warn: Color32,
    /// A level that clips, and what is wrong.
    #[serde(deserialize_with = "hex")]
    pub hot: Color32,
}

/// Distances.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Space {
    /// All places are multiples of it.
    pub grid: f32,
    /// Between neighbours.
    pub gap: f32,
    /// Between an edge and what is inside.
    pub padding: f32,
    /// Height of the header.
    pub header: f32,
}

/// Radii of corners.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Radius {
    /// Bars of meters.
    pub small: f32,
    /// Buttons and fields.
    pub control: f32,
    /// Panels.
    pub panel: f32,
}

/// Sizes of type.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Type {
    /// What the web's style sheets ask for; these editors have it built in.
    pub family: String,
    /// Scales.
    pub small: f32,
    /// Names of controls, in capitals.
    pub label: f32,
    /// Names beside controls.
    pub text: f32,
    /// Values.
    pub value: f32,
    /// The plugin's name.
    pub title: f32,
}

/// Knobs.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Knob {
    /// Diameter where there are very many.
    pub small: f32,
    /// Diameter where there are many.
    pub medium: f32,
    /// Diameter where there is room for it.
    pub large: f32,
    /// Angle of the arc.
    pub degrees: f32,
    /// Width of the arc, at a medium knob.
    pub track: f32,
}

/// Level meters.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Meter {
    /// Lower end in dBFS.
    pub min_db: f32,
    /// Upper end in dBFS.
    pub max_db: f32,
    /// Where the scale has numbers, in dBFS.
    pub ticks: Vec<f32>,
    /// From here on it is yellow, in dBFS.
    pub warn_db: f32,
    /// From here on it is red and counts as clipped, in dBFS.
    pub hot_db: f32,
    /// Width of a bar.
    pub bar: f32,
    /// How fast a bar falls.
    pub fall_db_per_second: f32,
    /// How long a peak is held.
    pub hold_seconds: f32,
}

/// A colour as style sheets write it, `#rrggbb`; none where it is not one.
#[must_use]
pub const fn color(text: &str) -> Option<Color32> {
    let [b'#', digits @ ..] = text.as_bytes() else { return None };
    if digits.len() != 6 {
        return None;
    }
    let (mut number, mut at) = (0, 0);
    while at < digits.len() {
        let digit = match digits[at] {
            digit @ b'0'..=b'9' => digit - b'0',
            digit @ b'a'..=b'f' => digit - b'a' + 10,
            digit @ b'A'..=b'F' => digit - b'A' + 10,
            _ => return None,
        };
        number = number << 4 | digit as u32;
        at += 1;
    }
    let [_, r, g, b] = number.to_be_bytes();
    Some(Color32::from_rgb(r, g, b))
}

/// A colour as style sheets write it.
fn hex<'de, D: Deserializer<'de>>(input: D) -> Result<Color32, D::Error> {
    let text = String::deserialize(input)?;
    color(&text).ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not #rrggbb")))
}

impl Default for Theme {
    fn default() -> Self {
        // A test reads it; it is part of the binary.
        serde_json::from_str(SOURCE).expect("theme.json")
    }
}

/// The semibold face.
fn strong_family() -> FontFamily {
    FontFamily::Name("strong".into())
}

/// The file with this accent, as a page gets it.
#[must_use]
pub fn source(accent: Option<Color32>) -> serde_json::Value {
    let mut theme: serde_json::Value = serde_json::from_str(SOURCE).unwrap_or_default();
    if let Some(accent) = accent {
        let [r, g, b, _] = accent.to_array();
        theme["colors"]["accent"] = format!("#{r:02x}{g:02x}{b:02x}").into();
    }
    theme
}

impl Theme {
    /// With this accent; the file's own where there is none.
    #[must_use]
    pub fn with_accent(accent: Option<Color32>) -> Self {
        let mut theme = Self::default();
        theme.colors.accent = accent.unwrap_or(theme.colors.accent);
        theme
    }

    /// Text of this size.
    #[must_use]
    pub fn regular(&self, size: f32) -> FontId {
        FontId::new(size, FontFamily::Proportional)
    }

    /// Semibold text of this size.
    #[must_use]
    pub fn strong(&self, size: f32) -> FontId {
        FontId::new(size, strong_family())
    }

    /// Gives a context these fonts and colours. `[main-thread]`
    pub fn apply(&self, context: &egui::Context) {
        context.set_fonts(fonts());
        context.set_theme(egui::Theme::Dark);
        context.all_styles_mut(|style| self.style(style));
        context.options_mut(|options| {
            // Hosts have keys of their own for this, and their scale counts.
            options.zoom_with_keyboard = false;
            options.max_passes = 1.try_into().unwrap_or(options.max_passes);
        });
    }

    /// What egui's own widgets take from it: fields, menus, scroll bars, tips.
    fn style(&self, style: &mut Style) {
        let colors = &self.colors;
        style.text_styles = [
            (TextStyle::Small, self.regular(self.font.label)),
            (TextStyle::Body, self.regular(self.font.value)),
            (TextStyle::Button, self.regular(self.font.value)),
            (TextStyle::Heading, self.strong(self.font.title)),
            (TextStyle::Monospace, self.regular(self.font.value)),
        ]
        .into();
        style.animation_time = 0.0;
        style.interaction.selectable_labels = false;
        style.interaction.tooltip_delay = 0.6;
        style.spacing.item_spacing = Vec2::splat(self.space.gap);
        style.spacing.menu_margin = Margin::same(4);
        style.spacing.scroll.floating = true;
        style.spacing.scroll.bar_width = 8.0;
        style.spacing.scroll.floating_width = 4.0;
        // Seen at rest too: what is below should be known.
        style.spacing.scroll.dormant_handle_opacity = 0.25;
        style.spacing.scroll.active_handle_opacity = 0.4;
        style.spacing.scroll.interact_handle_opacity = 0.6;
        style.spacing.scroll.foreground_color = true;
        let visuals = &mut style.visuals;
        *visuals = egui::Visuals::dark();
        visuals.override_text_color = None;
        visuals.panel_fill = colors.background;
        visuals.window_fill = colors.raised;
        visuals.window_stroke = Stroke::new(1.0, colors.line);
        visuals.window_corner_radius = corner(self.radius.control);
        visuals.menu_corner_radius = corner(self.radius.control);
        visuals.popup_shadow =
            egui::Shadow { offset: [0, 4], blur: 12, spread: 0, color: Color32::from_black_alpha(120) };
        visuals.extreme_bg_color = colors.well;
        visuals.selection.bg_fill = colors.signal.gamma_multiply(0.35);
        visuals.selection.stroke = Stroke::new(1.0, colors.text);
        visuals.text_cursor.stroke = Stroke::new(1.5, colors.accent);
        // What blinks keeps the host's processor awake.
        visuals.text_cursor.blink = false;
        let widgets = &mut visuals.widgets;
        for (state, fill, edge, ink) in [
            (&mut widgets.noninteractive, colors.panel, colors.line, colors.text),
            (&mut widgets.inactive, colors.raised, colors.line, colors.text),
            (&mut widgets.hovered, colors.line, colors.outline, colors.text),
            (&mut widgets.active, colors.line, colors.accent, colors.text),
            (&mut widgets.open, colors.line, colors.outline, colors.text),
        ] {
            state.bg_fill = fill;
            state.weak_bg_fill = fill;
            state.bg_stroke = Stroke::new(1.0, edge);
            state.fg_stroke = Stroke::new(1.0, ink);
            state.corner_radius = corner(self.radius.control);
            state.expansion = 0.0;
        }
    }
}

/// The same radius at each corner.
pub(crate) fn corner(radius: f32) -> CornerRadius {
    CornerRadius::same(radius.round().clamp(0.0, 255.0) as u8)
}

/// Inter, with what egui needs for signs that it lacks.
fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let faces: [(&str, &'static [u8]); 2] = [
        ("regular", include_bytes!("../fonts/inter-regular.ttf")),
        ("strong", include_bytes!("../fonts/inter-semibold.ttf")),
    ];
    for (name, bytes) in faces {
        fonts.font_data.insert(name.into(), Arc::new(FontData::from_static(bytes)));
    }
    for family in [FontFamily::Proportional, FontFamily::Monospace] {
        fonts.families.insert(family, vec!["regular".into()]);
    }
    fonts.families.insert(strong_family(), vec!["strong".into(), "regular".into()]);
    fonts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, WCAG 2.2.
    fn luminance(color: Color32) -> f32 {
        let linear = |byte: u8| {
            let x = f32::from(byte) / 255.0;
            if x <= 0.04045 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn the_file_is_read_and_its_texts_can_be() {
        let colors = Theme::default().colors;
        for ground in [colors.background, colors.panel, colors.raised, colors.well] {
            for ink in [colors.text, colors.dim, colors.value, colors.accent, colors.signal, colors.hot] {
                let contrast = contrast(ink, ground);
                assert!(contrast >= 4.5, "{ink:?} on {ground:?}: {contrast}");
            }
            assert!(contrast(colors.outline, ground) >= 3.0, "{ground:?}");
        }
    }

    #[test]
    fn an_accent_is_the_only_difference() {
        let accent = color("#7cC4a0");
        assert_eq!(accent, Some(Color32::from_rgb(0x7c, 0xc4, 0xa0)));
        let (theme, plain) = (Theme::with_accent(accent), Theme::default());
        assert_eq!(Some(theme.colors.accent), accent);
        let page: Theme = serde_json::from_value(source(accent)).unwrap();
        assert_eq!(page, theme, "the page gets the same");
        let rest = Theme { colors: Colors { accent: plain.colors.accent, ..theme.colors }, ..theme };
        assert_eq!((rest, Theme::with_accent(None)), (plain.clone(), plain));
        assert_eq!([color("#7cc4a"), color("7cc4a00"), color("#7cc4ag"), color("")], [None; 4]);
    }

    #[test]
    fn mistakes_in_a_theme_are_refused() {
        for (good, bad) in [("#14161a", "#14161"), ("\"grid\"", "\"grit\""), ("#14161a", "14161aa")] {
            let source = SOURCE.replacen(good, bad, 1);
            assert!(serde_json::from_str::<Theme>(&source).is_err(), "{bad}");
        }
    }
}
