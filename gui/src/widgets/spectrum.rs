//! Spectra as a layer of a graph.

use egui::{Pos2, Rect, Stroke, Ui};

use super::axis::{Axes, Axis};
use super::ink::{self, Tone};
use crate::context::Context;
use crate::shows::Shows;

/// A spectrum in a [`Graph`](super::Graph) whose x axis are frequencies. It has a y axis of its own.
#[derive(Clone, Copy)]
pub struct SpectrumLayer<'a> {
    shows: &'a Shows,
    stream: u8,
    range: [f64; 2],
    tilt: f64,
    tone: Tone,
    filled: bool,
}

impl<'a> SpectrumLayer<'a> {
    /// The spectrum of this stream.
    #[must_use]
    pub fn new(shows: &'a Shows, stream: u8) -> Self {
        Self { shows, stream, range: [-90.0, 0.0], tilt: 0.0, tone: Tone::Signal, filled: true }
    }

    /// From so many decibels at the bottom of the picture to so many at its top: −90 to 0 otherwise.
    #[must_use]
    pub fn range(self, bottom: f64, top: f64) -> Self {
        Self { range: [bottom, top], ..self }
    }

    /// Turned upwards by so many decibels an octave, about 1 kHz: music, which falls, then looks level.
    #[must_use]
    pub fn tilt(self, decibels: f64) -> Self {
        Self { tilt: decibels, ..self }
    }

    /// In this colour; the signal's otherwise.
    #[must_use]
    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// Only its line: for the one of two that is compared with.
    #[must_use]
    pub fn outlined(self) -> Self {
        Self { filled: false, ..self }
    }

    pub(super) fn paint(&self, ui: &Ui, plot: Rect, axes: &Axes, context: &Context<'_>) {
        let (Some(spectrum), Some(x)) = (self.shows.spectrum(self.stream), axes.x) else { return };
        let (levels, y) = (spectrum.levels(), Axis::decibels(self.range[0], self.range[1]));
        let last = levels.len().saturating_sub(1).max(1) as f64;
        let (first, octaves) = (20.0_f64, 1000.0_f64.log2());
        let place = |(bin, level): (usize, &f32)| {
            let part = bin as f64 / last;
            let hertz = first * 1000.0_f64.powf(part);
            let turned = f64::from(*level) + self.tilt * (octaves * part - (1000.0 / first).log2());
            let silent = *level <= dyad_core::show::FLOOR_DB;
            let level = if silent { self.range[0] } else { turned };
            let height = y.y(plot, level).clamp(plot.top() - 4.0, plot.bottom() + 4.0);
            Pos2::new(x.x(plot, hertz), height)
        };
        let points: Vec<Pos2> = levels.iter().enumerate().map(place).collect();
        if points.iter().all(|point| point.y >= plot.bottom()) {
            return;
        }
        let (painter, color) = (ui.painter_at(plot), self.tone.color(context.theme));
        if self.filled {
            ink::area(&painter, &points, plot.bottom() + 4.0, color.gamma_multiply(0.16));
        }
        let strength = if self.filled { 0.6 } else { 0.4 };
        ink::line(&painter, &points, Stroke::new(1.0, color.gamma_multiply(strength)));
    }
}
