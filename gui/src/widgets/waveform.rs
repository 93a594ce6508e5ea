//! A whole sound, small.

use egui::{Align2, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2};

use super::axis::{Axes, Axis};
use super::handle::Handle;
use super::ink::{self, Tone};
use crate::context::Context;
use crate::shows::{Shows, Sound};
use crate::text;

/// A sound from a message of the kind `waveform`: its channels below each other over time, and over them a curve
/// that says what becomes of it, such as an envelope.
#[derive(Clone)]
pub struct Waveform<'a> {
    shows: &'a Shows,
    stream: u8,
    start: f64,
    seconds: Option<f64>,
    overlay: Option<(&'a str, Tone)>,
    empty: &'a str,
    handles: Vec<Handle>,
}

impl<'a> Waveform<'a> {
    /// The waveform of this stream.
    #[must_use]
    pub fn new(shows: &'a Shows, stream: u8) -> Self {
        let empty = "No sound";
        Self { shows, stream, start: 0.0, seconds: None, overlay: None, empty, handles: Vec::new() }
    }

    /// With so many seconds before the sound.
    #[must_use]
    pub fn start(self, seconds: f64) -> Self {
        Self { start: seconds, ..self }
    }

    /// So many seconds from one side to the other; otherwise the sound's own length, and what is before it.
    #[must_use]
    pub fn seconds(self, seconds: f64) -> Self {
        Self { seconds: Some(seconds), ..self }
    }

    /// With the curve of this id over the sound, both ways from the middle of each channel: 1 is full scale. See
    /// [`Context::curve`].
    #[must_use]
    pub fn overlay(self, curve: &'a str) -> Self {
        Self { overlay: Some((curve, Tone::Accent)), ..self }
    }

    /// With a line that is dragged: an [upright](Handle::upright) one, of a parameter in seconds.
    #[must_use]
    pub fn handle(mut self, handle: Handle) -> Self {
        self.handles.push(handle);
        self
    }

    /// What it says where there is no sound.
    #[must_use]
    pub fn empty(self, words: &'a str) -> Self {
        Self { empty: words, ..self }
    }

    /// Where egui puts it, as large as there is room.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let size = ui.available_size().max(Vec2::new(160.0, 96.0));
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle, numbers included.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> Response {
        let (theme, id) = (context.theme, ui.scope_id().with(("waveform", self.stream)));
        let sound = self.shows.waveform(self.stream);
        let long = self.shows.seconds(self.stream);
        let all = self.seconds.or(long.map(|long| self.start + long));
        let seconds = all.filter(|seconds| *seconds > 0.0).unwrap_or(1.0);
        // Short ones are told in milliseconds; handles stay in seconds.
        let axes = Axes { x: Some(Axis::seconds(seconds)), y: None, numbers: true };
        let plot = axes.plot(ui, theme, rect);
        let response = ui.interact(plot, id, Sense::hover());
        let handles = self.handles.iter().map(|it| (it, it.operate(ui, plot, id, &axes, context)));
        let handles: Vec<_> = handles.collect();

        match (sound, long) {
            (Some(sound), Some(long)) => {
                axes.paint(ui, theme, rect, plot);
                let part = [self.start / seconds, long / seconds].map(|part| part as f32);
                self.channels(ui, plot, sound, part, context);
            }
            _ => {
                let stroke = Stroke::new(1.0, theme.colors.line);
                ui.painter().hline(plot.x_range(), plot.center().y, stroke);
                let galley = text::line(
                    ui,
                    self.empty,
                    theme.regular(theme.font.text),
                    theme.colors.dim,
                    plot.width(),
                );
                let back = Align2::CENTER_CENTER.align_size_within_rect(galley.size(), plot);
                ui.painter().rect_filled(back.expand2(Vec2::new(8.0, 2.0)), 0.0, theme.colors.background);
                text::put(ui, plot, Align2::CENTER_CENTER, galley, theme.colors.dim);
            }
        }
        for (handle, response) in handles {
            if let Some(response) = response {
                handle.paint(ui, plot, &axes, &response, context);
            }
        }
        response
    }

    /// Parts of the picture's width: what is before the sound, and what the sound has.
    fn channels(
        &self,
        ui: &Ui,
        plot: Rect,
        sound: &Sound,
        [before, part]: [f32; 2],
        context: &mut Context<'_>,
    ) {
        let (theme, painter) = (context.theme, ui.painter_at(plot));
        let count = sound.channels.max(1);
        let height = plot.height() / count as f32;
        for (n, pairs) in sound.pairs.chunks_exact(sound.pairs.len() / count).take(count).enumerate() {
            let top = plot.top() + height * n as f32;
            let lane = Rect::from_min_size(Pos2::new(plot.left(), top), Vec2::new(plot.width(), height));
            let lane = lane.shrink2(Vec2::new(0.0, 3.0));
            let middle = lane.center().y;
            painter.hline(lane.x_range(), middle, Stroke::new(1.0, theme.colors.line));
            let left = lane.left() + lane.width() * before;
            let lane = Rect::from_min_size(
                Pos2::new(left, lane.top()),
                Vec2::new(lane.width() * part, lane.height()),
            );
            let (upper, lower) = outline(pairs, lane);
            let color = theme.colors.signal;
            ink::between(&painter, &upper, &lower, color.gamma_multiply(0.55));
            let Some((curve, tone)) = self.overlay else { continue };
            let values = context.curve(curve);
            let ways = [1.0, -1.0].map(|way| {
                let step = lane.width() / values.len().saturating_sub(1).max(1) as f32;
                let place = |(n, value): (usize, &f32)| {
                    let y = middle - value.clamp(-1.0, 1.0) * way * lane.height() * 0.5;
                    Pos2::new(lane.left() + step * n as f32, y)
                };
                values.iter().enumerate().map(place).collect::<Vec<_>>()
            });
            for points in ways {
                ink::line(&painter, &points, Stroke::new(1.5, tone.color(theme)));
            }
        }
    }
}

/// The upper and the lower edge of a channel: no thinner than a line, and with a stretch for each point of the
/// picture at most.
fn outline(pairs: &[[f32; 2]], lane: Rect) -> (Vec<Pos2>, Vec<Pos2>) {
    let width = lane.width();
    let group = (pairs.len() as f32 / width.max(1.0)).ceil().max(1.0) as usize;
    let count = pairs.len().div_ceil(group);
    let (middle, half) = (lane.center().y, lane.height() * 0.5);
    let mut edges = (Vec::with_capacity(count), Vec::with_capacity(count));
    for (n, pairs) in pairs.chunks(group).enumerate() {
        let x = lane.left() + width * n as f32 / count.saturating_sub(1).max(1) as f32;
        let least = pairs.iter().map(|pair| pair[0]).fold(f32::INFINITY, f32::min);
        let most = pairs.iter().map(|pair| pair[1]).fold(f32::NEG_INFINITY, f32::max);
        let (top, bottom) = (middle - most * half, middle - least * half);
        let thin = (1.0 - (bottom - top)).max(0.0) * 0.5;
        edges.0.push(Pos2::new(x, top - thin));
        edges.1.push(Pos2::new(x, bottom + thin));
    }
    edges
}
