//! Where sounds between left and right come out: the picture that editors draw of pan, width and the switches.
//!
//! A sound of constant power from a place between the loudspeakers goes through the plugin, and what comes out is a
//! point: its angle says where it is heard (45° to each side for left and right alone, beyond where left and
//! right are opposite), its distance from the origin how loud.

use std::f64::consts::FRAC_PI_4;

use dyad::prelude::Variants;

use crate::matrix::{Channels, Routing};
use crate::pan::{PanLaw, gains};

/// The point of a pair of samples: −1 to 1 to the right, 0 to 1 upwards, within the unit circle. The
/// distance is the level's square root, so that quiet sounds are seen too. A sound and the same one inverted are one
/// point. `[any thread]`
#[must_use]
pub fn point(left: f64, right: f64) -> [f32; 2] {
    let (side, mid) = (right - left, left + right);
    let turned = if mid < 0.0 { -1.0 } else { 1.0 };
    let length = side.hypot(mid);
    if length <= f64::MIN_POSITIVE {
        return [0.0; 2];
    }
    // On a side alone, full scale is 1.
    let distance = (length / 2f64.sqrt()).sqrt().min(1.0);
    [side * turned / length * distance, mid * turned / length * distance].map(|part| part as f32)
}

/// The image of the sounds from left to right, as points. `value` gives the plain values of the parameters.
/// Gain and mute are left out. `[any thread]`
pub fn image(value: impl Fn(&str) -> f64, points: usize) -> impl Iterator<Item = [f32; 2]> {
    let on = |id: &str| value(id) >= 0.5;
    let routing = Routing {
        invert: [on("invert_left"), on("invert_right")],
        channels: Channels::from_index(value("channels").round() as usize),
        width: if on("mono") { 0.0 } else { (value("width") / 100.0) as f32 },
    };
    let [ll, rl, lr, rr] = routing.matrix().map(f64::from);
    let sides = gains(PanLaw::from_index(value("pan_law").round() as usize), value("pan") / 100.0);
    (0..points).map(move |n| {
        let angle = 2.0 * FRAC_PI_4 * n as f64 / points.saturating_sub(1).max(1) as f64;
        let (left, right) = (angle.cos(), angle.sin());
        point(sides[0] * (ll * left + rl * right), sides[1] * (lr * left + rr * right))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: [(&str, f64); 7] = [
        ("pan", 0.0),
        ("pan_law", 0.0),
        ("width", 100.0),
        ("channels", 0.0),
        ("mono", 0.0),
        ("invert_left", 0.0),
        ("invert_right", 0.0),
    ];

    fn drawn(set: &[(&str, f64)]) -> Vec<[f32; 2]> {
        let value = |id: &str| {
            let found = set.iter().chain(&DEFAULTS).find(|(known, _)| *known == id);
            found.unwrap_or_else(|| panic!("{id}")).1
        };
        image(value, 5).collect()
    }

    /// The place in degrees, left below 0, and the distance.
    fn polar([x, y]: [f32; 2]) -> (f32, f32) {
        (x.atan2(y).to_degrees(), x.hypot(y))
    }

    #[track_caller]
    fn assert_polar(points: &[[f32; 2]], expected: &[(f32, f32)]) {
        for (n, (point, (angle, distance))) in points.iter().zip(expected).enumerate() {
            let (is, far) = polar(*point);
            assert!((far - distance).abs() < 1e-3, "{n}: {far} for {distance}");
            assert!(*distance == 0.0 || (is - angle).abs() < 0.01, "{n}: {is}° for {angle}°");
        }
    }

    #[test]
    fn untouched_it_is_the_arc_from_left_to_right() {
        let expected = [(-45.0, 1.0), (-22.5, 1.0), (0.0, 1.0), (22.5, 1.0), (45.0, 1.0)];
        assert_polar(&drawn(&[]), &expected);
    }

    #[test]
    fn width_pan_and_switches_are_seen() {
        let [narrow, wide] = [50.0, 200.0].map(|width| polar(drawn(&[("width", width)])[0]).0);
        assert!((narrow + 26.57).abs() < 0.01 && (wide + 63.43).abs() < 0.01, "{narrow} {wide}");
        assert!(drawn(&[("mono", 1.0)]).iter().all(|point| point[0].abs() < 1e-6 && point[1] > 0.8));
        let right = drawn(&[("pan", 100.0)]);
        assert_polar(&right[..1], &[(0.0, 0.0)]);
        assert_polar(&right[4..], &[(45.0, 1.0)]);
        assert_polar(&drawn(&[("channels", 1.0)])[..1], &[(45.0, 1.0)]);
        let opposite = drawn(&[("invert_right", 1.0)]);
        assert_eq!(polar(opposite[2]).0.abs(), 90.0, "what was in the middle cancels in mono");
    }

    #[test]
    fn any_pair_of_samples_is_a_point_within_the_picture() {
        for pair in [(0.0, 0.0), (1e-320, 0.0), (-1.0, -1.0), (4.0, -4.0), (0.1, -0.2)] {
            let [x, y] = point(pair.0, pair.1);
            assert!(x.hypot(y) <= 1.0 + 1e-6 && y >= 0.0, "{pair:?}: {x} {y}");
        }
        assert_eq!(point(-0.5, -0.5), point(0.5, 0.5));
        let (angle, distance) = polar(point(0.01, 0.0));
        assert!(
            (angle + 45.0).abs() < 0.01 && (distance - 0.1).abs() < 1e-6,
            "−40 dB is a tenth of the way"
        );
    }
}
