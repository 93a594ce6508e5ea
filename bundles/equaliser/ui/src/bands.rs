//! The bands as an editor sees them: where their parameters are, and their colours.

use dyad_ui::egui::Color32;
use dyad_ui::param::Variants;
use dyad_ui::{Context, Description, Node};
use equaliser::settings::Kind;

/// A number on each node tells what the colour does. `bands.css` has the same for the page.
const COLORS: [Color32; equaliser::BANDS] = [
    Color32::from_rgb(0xe8, 0x90, 0x72),
    Color32::from_rgb(0xe6, 0xb4, 0x5e),
    Color32::from_rgb(0xc2, 0xcf, 0x66),
    Color32::from_rgb(0x7c, 0xd0, 0x8c),
    Color32::from_rgb(0x5c, 0xcb, 0xbd),
    Color32::from_rgb(0x74, 0xae, 0xf2),
    Color32::from_rgb(0xab, 0x93, 0xf2),
    Color32::from_rgb(0xe2, 0x86, 0xc4),
];

const LABELS: [&str; equaliser::BANDS] = ["1", "2", "3", "4", "5", "6", "7", "8"];

/// Ids of the curves.
const CURVES: [&str; equaliser::BANDS] =
    ["band_1", "band_2", "band_3", "band_4", "band_5", "band_6", "band_7", "band_8"];

/// Where the parameters of a band are.
#[derive(Clone, Copy)]
pub(crate) struct Band {
    pub(crate) on: usize,
    pub(crate) kind: usize,
    pub(crate) freq: usize,
    pub(crate) gain: usize,
    pub(crate) q: usize,
    pub(crate) slope: usize,
    pub(crate) color: Color32,
    pub(crate) label: &'static str,
    pub(crate) curve: &'static str,
}

impl Band {
    /// Of all bands.
    pub(crate) fn all(description: &Description) -> Option<Vec<Self>> {
        (0..equaliser::BANDS)
            .map(|n| {
                let id = |id: &str| description.index_of(&format!("{}_{id}", CURVES[n]));
                Some(Self {
                    on: id("on")?,
                    kind: id("kind")?,
                    freq: id("freq")?,
                    gain: id("gain")?,
                    q: id("q")?,
                    slope: id("slope")?,
                    color: COLORS[n],
                    label: LABELS[n],
                    curve: CURVES[n],
                })
            })
            .collect()
    }

    pub(crate) fn kind(&self, context: &Context<'_>) -> Kind {
        Kind::from_index(context.host.value(self.kind) as usize)
    }

    pub(crate) fn is_on(&self, context: &Context<'_>) -> bool {
        context.host.value(self.on) >= 0.5
    }

    /// The point in the picture. It moves up and down where there is a gain, and stands at 0 otherwise.
    pub(crate) fn node(&self, context: &Context<'_>) -> Node<'static> {
        let node = Node::new().x(self.freq).enabled(self.on).label(self.label).color(self.color);
        let kind = self.kind(context);
        let node = if kind.has_gain() { node.y(self.gain) } else { node.rest(0.0, 0.0) };
        if kind.has_q() { node.wheel(self.q) } else { node }
    }
}
