//! What a built plugin makes of a sound, in `dyad-host`: the same program that users render with.

use std::path::Path;

use crate::wav::Sound;
use crate::{bundle, command, wav};

/// A format of the built bundles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `NAME.lv2`
    Lv2,
    /// `NAME.vst3`
    Vst3,
}

impl Format {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Lv2, Self::Vst3];

    /// The bundle of a plugin, by the name of its library.
    ///
    /// # Panics
    /// Where it was not built.
    #[must_use]
    pub fn bundle(self, plugin: &str) -> std::path::PathBuf {
        bundle::built(&match self {
            Self::Lv2 => format!("{plugin}.lv2"),
            Self::Vst3 => format!("{plugin}.vst3"),
        })
    }
}

/// Renders `input`, at `rate` frames per second, through a plugin, with more of `dyad-host render`'s arguments
/// (`--set`, `--automate`, `--block`, `--tail`, `--midi`…). The result begins where the input does: latency is made
/// up for.
///
/// # Panics
/// Where it fails.
#[must_use]
pub fn render(plugin: &str, format: Format, rate: u32, input: &Sound, arguments: &[&str]) -> Sound {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (from, to) = (folder.path().join("in.wav"), folder.path().join("out.wav"));
    wav::write_at(&from, rate, input);
    run(plugin, format, &from, &to, arguments);
    wav::read_at(&to, rate).expect("dyad-host wrote the output")
}

fn run(plugin: &str, format: Format, from: &Path, to: &Path, arguments: &[&str]) {
    let mut program = bundle::host();
    program
        .arg("render")
        .arg(format.bundle(plugin))
        .arg("--in")
        .arg(from)
        .arg("--out")
        .arg(to)
        .args(arguments);
    command::run(&mut program).expect_success(&format!("dyad-host render of {plugin} ({format:?})"));
}

/// The same in both formats, which have to give the same sound to the bit.
///
/// # Panics
/// Where they don't.
#[must_use]
pub fn render_both(plugin: &str, rate: u32, input: &Sound, arguments: &[&str]) -> Sound {
    let [lv2, vst3] = Format::ALL.map(|format| render(plugin, format, rate, input, arguments));
    assert_same(&lv2, &vst3, &format!("{plugin} with {arguments:?}: LV2 and VST3"));
    lv2
}

/// Fails where two sounds are not the same to the bit.
///
/// # Panics
/// That is its purpose.
pub fn assert_same(one: &Sound, other: &Sound, what: &str) {
    assert_eq!(one.len(), other.len(), "{what}: channels");
    for (channel, (a, b)) in one.iter().zip(other).enumerate() {
        assert_eq!(a.len(), b.len(), "{what}: frames of channel {channel}");
        let differs = a.iter().zip(b).position(|(a, b)| a.to_bits() != b.to_bits());
        if let Some(frame) = differs {
            panic!("{what}: channel {channel}, frame {frame}: {} and {}", a[frame], b[frame]);
        }
    }
}
