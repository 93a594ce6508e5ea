//! A picture of the window, once it shows something and stands still.

use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::errors::ReplyOrIdError;
use x11rb::protocol::ErrorKind;
use x11rb::protocol::composite::ConnectionExt as _;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, ImageOrder, Visualtype};

use super::{NoView, Refusal, Window};

/// Between two grabs that have to be equal.
const BETWEEN: Duration = Duration::from_millis(300);
/// How long it may take until something is painted.
const LIMIT: Duration = Duration::from_secs(10);

/// Red, green and blue of every pixel.
#[derive(Clone, PartialEq, Eq)]
struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

/// A picture in the making.
pub(super) struct Camera {
    last: Option<Picture>,
    next: Instant,
    end: Instant,
}

/// A picture that is ready.
pub(super) struct Taken {
    pub(super) png: Vec<u8>,
    /// Whether it was still moving when time was up.
    pub(super) moving: bool,
}

impl Camera {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self { last: None, next: now + BETWEEN, end: now + LIMIT }
    }

    /// How long until the next look.
    pub(super) fn due(&self) -> Duration {
        self.next.saturating_duration_since(Instant::now())
    }

    /// Looks at the window when it is time to.
    pub(super) fn look(&mut self, window: &Window) -> Option<Result<Taken, NoView>> {
        let now = Instant::now();
        if now < self.next {
            return None;
        }
        self.next = now + BETWEEN;
        let blank = |reason: String| Some(Err(NoView::new(Refusal::Blank, reason)));
        let picture = match grab(window) {
            Ok(picture) => picture,
            Err(ReplyOrIdError::X11Error(error)) if error.error_kind == ErrorKind::Match => {
                let reason =
                    "its window reaches beyond the screen, and this display keeps no picture of it";
                return blank(reason.into());
            }
            Err(error) => return blank(format!("its window can't be pictured: {error}")),
        };
        let still = self.last.as_ref() == Some(&picture);
        let painted = !picture.is_plain();
        if painted && (still || now >= self.end) {
            let png = picture.png().map_err(|e| NoView::new(Refusal::Blank, e));
            return Some(png.map(|png| Taken { png, moving: !still }));
        }
        if now >= self.end {
            let limit = LIMIT.as_secs();
            return blank(format!("its editor has painted nothing within {limit} s"));
        }
        self.last = Some(picture);
        None
    }
}

impl Picture {
    /// Whether it is of one colour alone.
    fn is_plain(&self) -> bool {
        let first = self.rgb.get(..3);
        self.rgb.chunks_exact(3).all(|pixel| Some(pixel) == first)
    }

    fn png(&self) -> Result<Vec<u8>, String> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let failed = |e: png::EncodingError| format!("its picture could not be written: {e}");
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&self.rgb).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(file)
    }
}

/// The window as it looks, with all that is in it.
fn grab(window: &Window) -> Result<Picture, ReplyOrIdError> {
    let connection = window.connection();
    let geometry = connection.get_geometry(window.id())?.reply()?;
    let (width, height) = (geometry.width, geometry.height);
    // Under another window, or beyond the screen's edge, only the server's own copy is whole.
    let pixmap = if window.is_composite() { Some(connection.generate_id()?) } else { None };
    if let Some(pixmap) = pixmap {
        connection.composite_name_window_pixmap(window.id(), pixmap)?.check()?;
    }
    let from = pixmap.unwrap_or(window.id());
    let image = connection.get_image(ImageFormat::Z_PIXMAP, from, 0, 0, width, height, u32::MAX)?.reply();
    if let Some(pixmap) = pixmap {
        connection.free_pixmap(pixmap)?;
    }
    let image = image?;
    let setup = connection.setup();
    let bits = setup
        .pixmap_formats
        .iter()
        .find(|format| format.depth == image.depth)
        .map_or(32, |format| usize::from(format.bits_per_pixel));
    let attributes = connection.get_window_attributes(window.id())?.reply()?;
    let visual = setup
        .roots
        .iter()
        .flat_map(|screen| &screen.allowed_depths)
        .flat_map(|depth| &depth.visuals)
        .find(|visual| visual.visual_id == attributes.visual);
    let masks = visual.map_or([0x00ff_0000, 0xff00, 0xff], masks);
    let little = setup.image_byte_order == ImageOrder::LSB_FIRST;
    let size = [usize::from(width), usize::from(height)];
    Ok(Picture {
        width: width.into(),
        height: height.into(),
        rgb: decode(&image.data, size, bits, masks, little),
    })
}

fn masks(visual: &Visualtype) -> [u32; 3] {
    [visual.red_mask, visual.green_mask, visual.blue_mask]
}

/// Red, green and blue out of pixels of 16, 24 or 32 bits in rows of whole words.
fn decode(data: &[u8], [width, height]: [usize; 2], bits: usize, masks: [u32; 3], little: bool) -> Vec<u8> {
    let bytes = (bits / 8).clamp(1, 4);
    let stride = (width * bytes).next_multiple_of(4);
    let mut rgb = Vec::with_capacity(width * height * 3);
    for row in data.chunks(stride).take(height) {
        for pixel in row.chunks_exact(bytes).take(width) {
            let mut word = [0; 4];
            word[..bytes].copy_from_slice(pixel);
            if !little {
                word[..bytes].reverse();
            }
            let value = u32::from_le_bytes(word);
            rgb.extend(masks.map(|mask| channel(value, mask)));
        }
    }
    rgb.resize(width * height * 3, 0);
    rgb
}

/// One colour of a pixel, brought to 8 bits.
fn channel(pixel: u32, mask: u32) -> u8 {
    if mask == 0 {
        return 0;
    }
    let max = u64::from(mask >> mask.trailing_zeros());
    let value = u64::from((pixel & mask) >> mask.trailing_zeros());
    u8::try_from(value * 255 / max).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASKS: [u32; 3] = [0x00ff_0000, 0xff00, 0xff];

    #[test]
    fn pixels_of_all_widths() {
        let data = [3, 2, 1, 9, 6, 5, 4, 9];
        assert_eq!(decode(&data, [1, 2], 32, MASKS, true), [1, 2, 3, 4, 5, 6]);
        assert_eq!(decode(&[9, 1, 2, 3], [1, 1], 32, MASKS, false), [1, 2, 3]);
        // Three bytes a pixel, and rows of whole words.
        assert_eq!(decode(&[3, 2, 1, 0, 6, 5, 4, 0], [1, 2], 24, MASKS, true), [1, 2, 3, 4, 5, 6]);
        let white = decode(&[0xff, 0xff, 0, 0], [1, 1], 16, [0xf800, 0x07e0, 0x001f], true);
        assert_eq!(white, [255, 255, 255]);
        assert_eq!(decode(&[], [1, 1], 32, MASKS, true), [0, 0, 0], "too short");
    }

    #[test]
    fn one_colour_is_nothing() {
        let mut picture = Picture { width: 2, height: 1, rgb: vec![7; 6] };
        assert!(picture.is_plain());
        picture.rgb[5] = 8;
        assert!(!picture.is_plain());
        let file = picture.png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(pixels, picture.rgb);
    }
}
