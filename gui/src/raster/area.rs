//! Rectangles of whole pixels.

use egui::Rect;

/// Rounds up; what is below 0, and NaN, is 0. Faster than the library's, which is a call on processors
/// of the oldest kind that is built for.
#[inline]
pub(super) fn ceil(at: f32) -> usize {
    // Casts saturate, and round towards 0.
    let whole = at as usize;
    whole.saturating_add(usize::from((whole as f32) < at))
}

/// A rectangle of pixels: from the left and upper edge to before the right and lower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// Left edge.
    pub left: usize,
    /// Upper edge.
    pub top: usize,
    /// Before the right edge.
    pub right: usize,
    /// Before the lower edge.
    pub bottom: usize,
}

impl Area {
    /// The pixels of a rectangle in logical pixels; its edges go to the nearest pixel's.
    pub(super) fn of(rect: Rect, scale: f32) -> Self {
        // Casts saturate, and NaN becomes 0.
        let edge = |at: f32| (at * scale).round() as usize;
        Self {
            left: edge(rect.min.x),
            top: edge(rect.min.y),
            right: edge(rect.max.x),
            bottom: edge(rect.max.y),
        }
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(self) -> usize {
        self.right.saturating_sub(self.left)
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(self) -> usize {
        self.bottom.saturating_sub(self.top)
    }

    /// Whether there is no pixel in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }

    /// What both have.
    #[must_use]
    pub fn cut(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }

    /// The least one that has both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}
