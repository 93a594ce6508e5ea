//! Where the keys of a piano are.

use egui::emath::GuiRounding;
use egui::{Pos2, Rect};

/// The most octaves that are shown, and the room that a white key should have at least.
const MOST: u8 = 5;
const WHITE: f32 = 16.0;
/// The highest C that is shown.
const HIGHEST: u8 = 120;
/// A black key beside a white one: its width and its length.
const BLACK_WIDTH: f32 = 0.6;
const BLACK_LENGTH: f32 = 0.63;

/// Octaves of keys from one C to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piano {
    rect: Rect,
    pub(super) first: u8,
    pub(super) octaves: u8,
    pixels: f32,
}

/// The octaves that there is room for.
pub(super) fn fitting(width: f32) -> u8 {
    ((width / (7.0 * WHITE)) as u8).clamp(1, MOST)
}

/// The lowest C of so many octaves, as near as there are keys.
pub(super) fn usable_first(first: u8, octaves: u8) -> u8 {
    (first / 12 * 12).min(HIGHEST - octaves * 12)
}

pub(super) fn is_black(key: u8) -> bool {
    matches!(key % 12, 1 | 3 | 6 | 8 | 10)
}

impl Piano {
    pub(super) fn new(rect: Rect, first: u8, octaves: u8, pixels: f32) -> Self {
        Self { rect, first: usable_first(first, octaves), octaves, pixels }
    }

    /// The keys: white ones or black ones.
    pub(super) fn keys(self, black: bool) -> impl Iterator<Item = u8> {
        (self.first..=self.first + self.octaves * 12).filter(move |key| is_black(*key) == black)
    }

    fn white_width(self) -> f32 {
        self.rect.width() / (f32::from(self.octaves) * 7.0 + 1.0)
    }

    /// Where a key is; a black one lies on the two beside it.
    pub(super) fn place(self, key: u8) -> Rect {
        // In white keys from the octave's C. Black keys of a group are a little apart, as on a piano.
        const AT: [f32; 12] = [0.0, 0.94, 1.0, 2.06, 2.0, 3.0, 3.9, 4.0, 5.0, 5.0, 6.1, 6.0];
        let (octave, note) = ((key - self.first) / 12, usize::from(key % 12));
        let (width, at) = (self.white_width(), f32::from(octave) * 7.0 + AT[note]);
        let x = |at: f32| (self.rect.left() + at * width).round_to_pixels(self.pixels);
        if is_black(key) {
            let half = BLACK_WIDTH * 0.5;
            let bottom = (self.rect.top() + self.rect.height() * BLACK_LENGTH).round_to_pixels(self.pixels);
            let (left, right) = (x(at - half), x(at + half));
            return Rect::from_min_max(Pos2::new(left, self.rect.top()), Pos2::new(right, bottom));
        }
        // A line between two.
        let right = x(at + 1.0) - 1.0 / self.pixels;
        Rect::from_min_max(Pos2::new(x(at), self.rect.top()), Pos2::new(right, self.rect.bottom()))
    }

    /// The key at a place, and how far down on it that is, 0 to 1.
    pub(super) fn at(self, place: Pos2) -> Option<(u8, f32)> {
        if !self.rect.contains(place) {
            return None;
        }
        let of = |key: u8| {
            let rect = self.place(key);
            (key, ((place.y - rect.top()) / rect.height()).clamp(0.0, 1.0))
        };
        if let Some(key) = self.keys(true).find(|key| self.place(*key).contains(place)) {
            return Some(of(key));
        }
        const NOTES: [u8; 7] = [0, 2, 4, 5, 7, 9, 11];
        let most = usize::from(self.octaves) * 7;
        let white = (((place.x - self.rect.left()) / self.white_width()) as usize).min(most);
        Some(of(self.first + (white / 7) as u8 * 12 + NOTES[white % 7]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::Vec2;

    fn piano(first: u8) -> Piano {
        let rect = Rect::from_min_size(Pos2::new(10.0, 20.0), Vec2::new(720.0, 90.0));
        Piano::new(rect, first, 5, 1.0)
    }

    #[test]
    fn every_key_is_found_where_it_is_drawn() {
        let piano = piano(36);
        for key in 36..=96 {
            let rect = piano.place(key);
            let low = Pos2::new(rect.center().x, rect.bottom() - 1.0);
            let (found, height) = piano.at(low).unwrap();
            assert_eq!(found, key);
            assert!(height > 0.95, "{key}: {height}");
        }
        assert_eq!(piano.at(Pos2::new(10.0, 20.0)), Some((36, 0.0)));
        for outside in [Pos2::new(9.0, 50.0), Pos2::new(400.0, 19.0), Pos2::new(740.0, 50.0)] {
            assert_eq!(piano.at(outside), None);
        }
    }

    #[test]
    fn proportions_are_a_pianos() {
        let piano = piano(36);
        let whites: Vec<f32> = piano.keys(false).map(|key| piano.place(key).width()).collect();
        assert_eq!(whites.len(), 36);
        assert!(whites.iter().all(|width| (18.0..=20.0).contains(width)), "{whites:?}");
        for key in piano.keys(true) {
            let (black, below) = (piano.place(key), piano.place(key - 1));
            assert!((0.5..0.7).contains(&(black.width() / below.width())), "{key}");
            assert!((0.6..0.66).contains(&(black.height() / below.height())));
            assert!(
                black.left() > below.center().x && black.right() > below.right(),
                "{key} is between two"
            );
        }
    }

    #[test]
    fn there_are_only_keys_that_midi_has() {
        for (width, octaves) in [(0.0, 1), (111.0, 1), (340.0, 3), (880.0, 5), (5000.0, 5)] {
            assert_eq!(fitting(width), octaves, "{width}");
            for first in [0, 36, 41, 120, 255] {
                let piano =
                    Piano::new(Rect::from_min_size(Pos2::ZERO, Vec2::new(9.0, 9.0)), first, octaves, 1.0);
                assert!(
                    piano.first.is_multiple_of(12) && piano.keys(false).all(|key| key <= 120),
                    "{first}"
                );
            }
        }
    }
}
