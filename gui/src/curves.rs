//! Curves that follow from parameters: a filter's response, a compressor's characteristic.
//!
//! The plugin's own code computes them, for native views and for pages alike, and only where a value that
//! they are made from has changed.

use std::cell::RefCell;

use dyad_core::guard::guard;
use dyad_core::param::Role;
use dyad_core::{Description, EditorHost};

/// A curve: what names it, how many points it has, and how they follow from the values.
///
/// ```
/// use dyad_gui::curves::{Curve, Values};
///
/// const CURVES: &[Curve] = &[Curve { id: "line", points: 64, of: line }];
///
/// fn line(values: &Values<'_>, y: &mut [f32]) {
///     y.fill(values.get("gain") as f32);
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Curve {
    /// Names it within the plugin.
    pub id: &'static str,
    /// How many y values it has, evenly spaced over the picture's x axis, both ends included. From 2 to
    /// [`MAX_POINTS`]; more or fewer count as these.
    pub points: usize,
    /// Writes the y values in the unit of the picture's y axis. The same values of parameters give the same
    /// points. `[main-thread]`, or the window's.
    pub of: fn(&Values<'_>, &mut [f32]),
}

/// The most points of a curve: a line of a pixel's width has no use for more.
pub const MAX_POINTS: usize = 1024;

/// How far y values go: beyond, and infinity, count as this.
const FAR: f32 = 1e6;

impl Curve {
    /// How many points it has indeed.
    #[must_use]
    pub fn count(&self) -> usize {
        self.points.clamp(2, MAX_POINTS)
    }
}

/// The plain values that a curve is made from.
pub struct Values<'a> {
    description: &'a Description,
    host: &'a dyn EditorHost,
    read: RefCell<Vec<Read>>,
}

/// A value as a curve read it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Read {
    index: usize,
    bits: u64,
}

impl Values<'_> {
    /// The plain value of the parameter with this id, or what the meter with this id shows. 0 where there is
    /// neither, which is a mistake in the plugin.
    #[must_use]
    pub fn get(&self, id: &str) -> f64 {
        let index = self.description.index_of(id);
        debug_assert!(index.is_some(), "a curve reads {id:?}, and there is no such parameter");
        index.map_or(0.0, |index| self.at(index))
    }

    /// The plain value of the parameter, or what the meter shows, with this position in
    /// [`Description::params`]; 0 where there is none.
    #[must_use]
    pub fn at(&self, index: usize) -> f64 {
        let value = read(self.description, self.host, index);
        self.read.borrow_mut().push(Read { index, bits: value.to_bits() });
        value
    }
}

fn read(description: &Description, host: &dyn EditorHost, index: usize) -> f64 {
    match description.params.get(index).map(|param| param.info.role) {
        Some(Role::Meter) => host.meter(index),
        Some(_) => host.value(index),
        None => 0.0,
    }
}

/// What is known of one curve.
#[derive(Default)]
struct Known {
    points: Vec<f32>,
    /// What it was made from.
    read: Vec<Read>,
}

/// The curves of one open editor, with their points.
#[derive(Default)]
pub struct Curves {
    list: &'static [Curve],
    known: Vec<Known>,
}

impl Curves {
    /// Of these; nothing is computed yet.
    #[must_use]
    pub fn new(list: &'static [Curve]) -> Self {
        Self { list, known: list.iter().map(|_| Known::default()).collect() }
    }

    /// What there is.
    #[must_use]
    pub fn list(&self) -> &'static [Curve] {
        self.list
    }

    /// The position of the curve with this id.
    #[must_use]
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.list.iter().position(|curve| curve.id == id)
    }

    /// Brings a curve up to date. `true` where its points are others than before, as they are at the first
    /// time. Costs next to nothing where no value has changed that it is made from.
    pub fn update(&mut self, index: usize, description: &Description, host: &dyn EditorHost) -> bool {
        let (Some(curve), Some(known)) = (self.list.get(index), self.known.get_mut(index)) else {
            return false;
        };
        let same = |was: &Read| read(description, host, was.index).to_bits() == was.bits;
        if !known.points.is_empty() && known.read.iter().all(same) {
            return false;
        }
        let reads = std::mem::take(&mut known.read);
        let values = Values { description, host, read: RefCell::new(reads) };
        values.read.borrow_mut().clear();
        let mut points = vec![0.0; curve.count()];
        // A curve that panics is a flat one, and the editor goes on.
        guard("a curve", (), || (curve.of)(&values, &mut points));
        for y in &mut points {
            *y = if y.is_nan() { 0.0 } else { y.clamp(-FAR, FAR) };
        }
        known.read = values.read.into_inner();
        let changed = known.points != points;
        known.points = points;
        changed
    }

    /// A curve's points, as they were when it was last brought up to date; none before that.
    #[must_use]
    pub fn points(&self, index: usize) -> &[f32] {
        self.known.get(index).map_or(&[], |known| &known.points)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    use dyad_core::editor::SendError;
    use dyad_core::param::PropertyError;

    thread_local! {
        static COMPUTED: Cell<usize> = const { Cell::new(0) };
    }

    fn level(values: &Values<'_>, y: &mut [f32]) {
        COMPUTED.set(COMPUTED.get() + 1);
        y.fill(values.get("gain") as f32);
    }

    fn broken(_: &Values<'_>, y: &mut [f32]) {
        y.copy_from_slice(&[f32::NAN, f32::INFINITY, f32::NEG_INFINITY]);
    }

    fn panics(_: &Values<'_>, _: &mut [f32]) {
        panic!("a mistake of an author");
    }

    const CURVES: &[Curve] = &[
        Curve { id: "level", points: 5, of: level },
        Curve { id: "broken", points: 3, of: broken },
        Curve { id: "panics", points: 0, of: panics },
    ];

    struct Host(Vec<f64>);

    impl EditorHost for Host {
        fn value(&self, index: usize) -> f64 {
            self.0[index]
        }
        fn begin(&mut self, _: usize) {}
        fn set(&mut self, _: usize, _: f64) {}
        fn end(&mut self, _: usize) {}
        fn meter(&self, index: usize) -> f64 {
            self.0[index]
        }
        fn resize(&mut self, _: u32, _: u32) -> bool {
            false
        }
        fn property(&self, _: usize) -> String {
            String::new()
        }
        fn set_property(&mut self, _: usize, _: &str) -> Result<(), PropertyError> {
            Ok(())
        }
        fn send(&mut self, _: &[u8]) -> Result<(), SendError> {
            Ok(())
        }
        fn receive(&mut self, _: &mut Vec<u8>) -> bool {
            false
        }
    }

    fn gain() -> (Description, Host) {
        let lock = include_str!("../../bundles/gain/ports.lock");
        let description = Description::load::<gain::Gain>(lock).unwrap();
        let values = description.params.iter().map(|param| param.info.default).collect();
        (description, Host(values))
    }

    #[test]
    fn a_curve_is_computed_again_only_where_its_own_values_changed() {
        let ((description, mut host), mut curves) = (gain(), Curves::new(CURVES));
        let at = curves.index_of("level").unwrap();
        assert!(curves.points(at).is_empty());
        assert!(curves.update(at, &description, &host), "the first time");
        assert!(!curves.update(at, &description, &host));
        host.0[description.index_of("bypass").unwrap()] = 1.0;
        assert!(!curves.update(at, &description, &host), "it does not read this one");
        assert_eq!(COMPUTED.get(), 1);
        host.0[description.index_of("gain").unwrap()] = -6.0;
        assert!(curves.update(at, &description, &host));
        assert_eq!((COMPUTED.get(), curves.points(at)), (2, &[-6.0; 5][..]));
    }

    #[test]
    fn nonsense_can_be_drawn_and_a_panic_does_no_harm() {
        let ((description, host), mut curves) = (gain(), Curves::new(CURVES));
        assert!(curves.update(1, &description, &host));
        assert_eq!(curves.points(1), [0.0, FAR, -FAR]);
        assert!(curves.update(2, &description, &host));
        assert_eq!(curves.points(2), [0.0, 0.0]);
        assert!(!curves.update(3, &description, &host) && curves.points(3).is_empty());
        assert_eq!(curves.index_of("none"), None);
    }
}
