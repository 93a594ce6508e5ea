//! The buffer.

use egui::Color32;

use super::Area;

/// A picture: rows of pixels, each `0xAARRGGBB`, opaque. On machines with the lesser byte first, and
/// these are all that X11 windows are opened on here, its bytes are B, G, R, A.
#[derive(Clone, Debug, Default)]
pub struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u32>,
}

impl Canvas {
    /// Fits it to a size. `true` where its content is lost.
    pub(super) fn resize(&mut self, width: usize, height: usize) -> bool {
        if (width, height) == (self.width, self.height) {
            return false;
        }
        (self.width, self.height) = (width, height);
        self.pixels.clear();
        self.pixels.resize(width * height, 0);
        true
    }

    /// Width and height in pixels.
    #[must_use]
    pub fn size(&self) -> [usize; 2] {
        [self.width, self.height]
    }

    /// All of it.
    #[must_use]
    pub fn area(&self) -> Area {
        Area { left: 0, top: 0, right: self.width, bottom: self.height }
    }

    /// All pixels, row by row.
    #[must_use]
    pub fn pixels(&self) -> &[u32] {
        &self.pixels
    }

    /// All pixels as bytes, row by row, in the machine's own order.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(&self.pixels)
    }

    /// One row of an area, as bytes.
    #[must_use]
    pub fn row_bytes(&self, area: Area, row: usize) -> &[u8] {
        let area = area.cut(self.area());
        if row >= self.height || area.is_empty() {
            return &[];
        }
        let start = row * self.width;
        bytemuck::cast_slice(&self.pixels[start + area.left..start + area.right])
    }

    /// The bytes of an area without gaps between its rows, as X11's PutImage wants them. `into` is
    /// emptied first.
    pub fn copy(&self, area: Area, into: &mut Vec<u8>) {
        into.clear();
        let area = area.cut(self.area());
        for row in area.top..area.bottom.max(area.top) {
            into.extend_from_slice(self.row_bytes(area, row));
        }
    }

    /// All pixels as R, G, B, A bytes, for image files.
    #[must_use]
    pub fn rgba(&self) -> Vec<u8> {
        let bytes = |pixel: &u32| {
            let [a, r, g, b] = pixel.to_be_bytes();
            [r, g, b, a]
        };
        self.pixels.iter().flat_map(bytes).collect()
    }

    pub(super) fn fill(&mut self, area: Area, color: Color32) {
        let area = area.cut(self.area());
        let pixel = pack(color.to_array()) | 0xff00_0000;
        for row in area.top..area.bottom.max(area.top) {
            self.row(row, area.left, area.right).fill(pixel);
        }
    }

    /// Pixels of a row.
    #[inline]
    pub(super) fn row(&mut self, row: usize, left: usize, right: usize) -> &mut [u32] {
        let start = row * self.width;
        &mut self.pixels[start + left..start + right]
    }
}

/// R, G, B, A as one number.
#[inline]
pub(super) fn pack([r, g, b, a]: [u8; 4]) -> u32 {
    u32::from_be_bytes([a, r, g, b])
}

/// A premultiplied colour over a pixel. Exact to half a step of each channel.
#[inline]
pub(super) fn blend(pixel: &mut u32, source: u32) {
    let rest = 255 - (source >> 24);
    let below = *pixel;
    // Two channels at once: x * rest / 255, rounded.
    let scale = |pair: u32| {
        let product = pair * rest + 0x0080_0080;
        ((product + ((product >> 8) & 0x00ff_00ff)) >> 8) & 0x00ff_00ff
    };
    let red_blue = scale(below & 0x00ff_00ff) + (source & 0x00ff_00ff);
    let green = scale((below >> 8) & 0x0000_00ff) + ((source >> 8) & 0x0000_00ff);
    // Colours that add light (alpha below the channels) may exceed the top.
    let red_blue = saturate(red_blue);
    *pixel = 0xff00_0000 | red_blue | (green.min(255) << 8);
}

/// Two channels, each at most 255.
#[inline]
fn saturate(pair: u32) -> u32 {
    let over = (pair >> 8) & 0x0001_0001;
    (pair | (over * 255)) & 0x00ff_00ff
}
