//! Pictures as files: made under `target/pictures`, compared with those in `tests/golden`.

use std::path::{Path, PathBuf};

use dyad_gui::Raster;

/// How much a channel may differ before a pixel counts as another one: other processors round
/// differently.
const TOLERANCE: u8 = 12;
/// How many pixels of 10,000 may be others.
const OTHERS: usize = 5;

fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target")).join("pictures")
}

/// Writes a picture to `target/pictures`.
pub fn save(name: &str, raster: &Raster) {
    std::fs::create_dir_all(folder()).unwrap();
    write(&folder().join(format!("{name}.png")), raster);
}

fn write(path: &Path, raster: &Raster) {
    let [width, height] = raster.canvas().size();
    let file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let mut encoder = png::Encoder::new(file, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let rgb: Vec<u8> = raster.canvas().rgba().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
    encoder.write_header().unwrap().write_image_data(&rgb).unwrap();
}

/// Saves a picture and compares it with the committed one. With `DYAD_GOLDEN=write` it becomes that.
pub fn check(name: &str, raster: &Raster) {
    save(name, raster);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.png"));
    if std::env::var_os("DYAD_GOLDEN").is_some_and(|what| what == "write") {
        write(&path, raster);
        return;
    }
    let file = std::fs::File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
    let mut golden = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut golden).unwrap();
    let [width, height] = raster.canvas().size();
    assert_eq!((info.width as usize, info.height as usize), (width, height), "{name}");
    let pixels = raster.canvas().rgba();
    let differs = |(a, b): (&[u8], &[u8])| (0..3).any(|n| a[n].abs_diff(b[n]) > TOLERANCE);
    let others = golden.chunks_exact(3).zip(pixels.chunks_exact(4)).filter(|pair| differs(*pair)).count();
    let allowed = width * height * OTHERS / 10_000;
    assert!(others <= allowed, "{name}: {others} pixels differ, {allowed} may; see target/pictures");
}
