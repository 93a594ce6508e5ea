//! Pictures of the screen: taken, kept as files under `target/pictures`, compared.

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{fmt, fs};

use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};

use super::window::Place;
use super::{HEIGHT, SOON, Screen, WIDTH, pause};
use crate::bundle;
use crate::process::Running;

/// A picture, three bytes for each pixel.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Red, green and blue of each pixel, row by row.
    pub rgb: Vec<u8>,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} × {})", self.width, self.height)
    }
}

/// How far two pictures may be apart.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// How much a channel may differ before a pixel counts as another one.
    pub channel: u8,
    /// How many pixels of 10,000 may be others.
    pub others: usize,
}

impl Tolerance {
    /// Made by the same rasteriser: other processors round differently.
    pub const EXACT: Self = Self { channel: 12, others: 5 };
}

impl Picture {
    /// How many pixels differ; none where the sizes do.
    #[must_use]
    pub fn difference(&self, other: &Self, channel: u8) -> Option<usize> {
        if (self.width, self.height) != (other.width, other.height) {
            return None;
        }
        let pairs = self.rgb.chunks_exact(3).zip(other.rgb.chunks_exact(3));
        let differs = |(a, b): &(&[u8], &[u8])| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > channel);
        Some(pairs.filter(differs).count())
    }

    /// Whether it is like another one.
    #[must_use]
    pub fn is_like(&self, other: &Self, tolerance: Tolerance) -> bool {
        let allowed = self.width * self.height * tolerance.others / 10_000;
        self.difference(other, tolerance.channel).is_some_and(|others| others <= allowed)
    }

    /// A part of it.
    ///
    /// # Panics
    /// Where the part is not within it.
    #[must_use]
    pub fn part(&self, x: usize, y: usize, width: usize, height: usize) -> Self {
        let rows = (y..y + height).map(|row| &self.rgb[(row * self.width + x) * 3..][..width * 3]);
        Self { width, height, rgb: rows.flatten().copied().collect() }
    }

    /// How many colours are in it: a window that nothing was drawn into has one.
    #[must_use]
    pub fn colors(&self) -> usize {
        let mut colors: Vec<_> = self.rgb.chunks_exact(3).collect();
        colors.sort_unstable();
        colors.dedup();
        colors.len()
    }

    /// Keeps it as `target/pictures/NAME.png`.
    ///
    /// # Panics
    /// Where it can't be written.
    pub fn save(&self, name: &str) {
        self.write(&folder().join(format!("{name}.png")));
    }

    fn write(&self, path: &Path) {
        let parent = path.parent().expect("a file lies in a folder");
        fs::create_dir_all(parent).expect("the folder of pictures can be written to");
        let file = fs::File::create(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut encoder = png::Encoder::new(file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&self.rgb));
        written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// Reads a picture of 8-bit RGB.
    ///
    /// # Panics
    /// Where it is no such file.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        let file = fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let reader = png::Decoder::new(std::io::BufReader::new(file)).read_info();
        let mut reader = reader.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut rgb = vec![0; reader.output_buffer_size().expect("a picture of a sensible size")];
        let info =
            reader.next_frame(&mut rgb).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(info.color_type, png::ColorType::Rgb, "{}", path.display());
        Self { width: info.width as usize, height: info.height as usize, rgb }
    }

    /// Compares it with the committed picture of this name; with `DYAD_GOLDEN=write` it becomes that.
    ///
    /// # Panics
    /// Where it differs.
    pub fn check(&self, name: &str, tolerance: Tolerance) {
        self.save(name);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("golden/{name}.png"));
        if std::env::var_os("DYAD_GOLDEN").is_some_and(|what| what == "write") {
            self.write(&path);
            return;
        }
        self.assert_like(&Self::read(&path), name, tolerance);
    }

    /// Fails where it is not like another one, and keeps both, and the places where they differ.
    ///
    /// # Panics
    /// That is its purpose.
    #[track_caller]
    pub fn assert_like(&self, expected: &Self, name: &str, tolerance: Tolerance) {
        if self.is_like(expected, tolerance) {
            return;
        }
        self.save(&format!("failed {name} seen"));
        expected.save(&format!("failed {name} expected"));
        let (mine, other) = ((self.width, self.height), (expected.width, expected.height));
        assert_eq!(mine, other, "{name}: the size");
        let differs = |(a, b): (&u8, &u8)| if a.abs_diff(*b) > tolerance.channel { 255 } else { a / 4 };
        let rgb = self.rgb.iter().zip(&expected.rgb).map(differs).collect();
        Self { rgb, ..*self }.save(&format!("failed {name} difference"));
        let others = self.difference(expected, tolerance.channel).unwrap_or_default();
        let of = self.width * self.height;
        panic!("{name}: {others} of {of} pixels differ; see {}/failed {name} *.png", folder().display());
    }
}

/// Where pictures are kept.
fn folder() -> PathBuf {
    bundle::target().join("pictures")
}

impl Screen {
    /// What is seen at a place now. What is beyond the screen's edge is black.
    ///
    /// # Panics
    /// Where the X server is gone.
    #[must_use]
    pub fn picture(&self, place: Place) -> Picture {
        let (width, height) = (place.width as usize, place.height as usize);
        let mut rgb = vec![0; width * height * 3];
        let (left, top) = (place.x.clamp(0, WIDTH.into()), place.y.clamp(0, HEIGHT.into()));
        let right = (place.x + place.width as i32).clamp(left, WIDTH.into());
        let bottom = (place.y + place.height as i32).clamp(top, HEIGHT.into());
        let (wide, high) = ((right - left) as usize, (bottom - top) as usize);
        if wide == 0 || high == 0 {
            return Picture { width, height, rgb };
        }
        let (x, y) = (left as i16, top as i16);
        let image = self.connection.get_image(
            ImageFormat::Z_PIXMAP,
            self.root,
            x,
            y,
            wide as u16,
            high as u16,
            u32::MAX,
        );
        let image = image.ok().and_then(|cookie| cookie.reply().ok()).expect("the screen can be looked at");
        for (row, line) in image.data.chunks_exact(wide * 4).take(high).enumerate() {
            let at = (row + (top - place.y) as usize) * width + (left - place.x) as usize;
            for (to, from) in rgb[at * 3..].chunks_exact_mut(3).zip(line.chunks_exact(4)) {
                to.copy_from_slice(&[from[2], from[1], from[0]]);
            }
        }
        Picture { width, height, rgb }
    }

    /// What is seen on the whole screen.
    #[must_use]
    pub fn whole(&self) -> Picture {
        self.picture(Place { x: 0, y: 0, width: WIDTH.into(), height: HEIGHT.into() })
    }

    /// Looks at a place until it is like a picture; where it does not become so, keeps both and fails.
    /// What was seen is kept under this name.
    ///
    /// # Panics
    /// After [`SOON`], or where the program that draws it has ended.
    #[track_caller]
    pub fn until_like(
        &self,
        name: &str,
        of: &mut Running,
        place: impl Fn(&Self) -> Option<Place>,
        expected: &Picture,
        tolerance: Tolerance,
    ) -> Picture {
        let until = Instant::now() + SOON;
        loop {
            let seen = place(self).map(|place| self.picture(place));
            if let Some(seen) = seen.as_ref().filter(|seen| seen.is_like(expected, tolerance)) {
                seen.save(name);
                return seen.clone();
            }
            if !of.runs() || Instant::now() > until {
                self.whole().save(&format!("failed {name} screen"));
                of.kill();
                let seen = seen.unwrap_or_else(|| panic!("{name}: nothing is there to see\n{}", of.all()));
                println!("{}", of.all());
                seen.assert_like(expected, name, tolerance);
            }
            pause();
        }
    }
}
