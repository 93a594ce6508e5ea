//! Layouts at any size: nothing overlaps, nothing sticks out, nothing is lost.

use dyad_core::param::Role;
use egui::{Rect, Vec2};
use proptest::prelude::*;

use super::content::{Content, Control, Group, Kind};
use super::layout::{Layout, Placed, What};
use crate::theme::Theme;

fn any_group(depth: u32) -> BoxedStrategy<Group> {
    let groups = if depth == 0 {
        Just(Vec::new()).boxed()
    } else {
        prop::collection::vec(any_group(depth - 1), 0..4).boxed()
    };
    let kinds = prop::collection::vec(0usize..5, 0..7);
    (0usize..14, kinds, groups)
        .prop_map(|(knobs, kinds, groups)| {
            let kind =
                |n: &usize| [Kind::Select, Kind::Slider, Kind::Toggle, Kind::Trigger, Kind::Readout][*n];
            let mut rows: Vec<Control> =
                kinds.iter().map(|n| Control { kind: kind(n), index: 0, letters: 5 }).collect();
            rows.sort_by_key(|row| row.kind);
            let mut group = Group::default();
            group.name = "Group".into();
            group.knobs = vec![0; knobs];
            group.rows = rows;
            group.groups = groups;
            group
        })
        .boxed()
}

fn controls(group: &Group) -> usize {
    group.knobs.len() + group.rows.len() + group.groups.iter().map(controls).sum::<usize>()
}

fn rects(placed: &[Placed], pick: impl Fn(&What) -> bool) -> Vec<Rect> {
    placed.iter().filter(|placed| pick(&placed.what)).map(|placed| placed.rect).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn nothing_overlaps_and_nothing_sticks_out(
        root in any_group(2),
        fields in 0usize..5,
        width in 200.0f32..1600.0,
        more in 0.0f32..400.0,
        knob in 48.0f32..112.0,
    ) {
        let theme = Theme::default();
        let mut root = root;
        root.name.clear();
        let layout = Layout { theme: &theme, knob };
        let height = layout.height(&root, fields, width);
        let placed = layout.place(&root, fields, Vec2::new(width, height + more));
        let own = rects(&placed, |what| !matches!(what, What::Panel { .. }));
        prop_assert_eq!(own.len(), controls(&root) + fields);
        // Groups within groups may be wider than very little room.
        let room = if width < 480.0 { 480.0 } else { width };
        let all = Rect::from_min_size(egui::Pos2::ZERO, Vec2::new(room, height + more)).expand(0.6);
        for placed in &placed {
            prop_assert!(all.contains_rect(placed.rect), "{:?} of {:?}", placed, all);
        }
        if width >= 480.0 {
            for (n, a) in own.iter().enumerate() {
                for b in &own[n + 1..] {
                    let common = a.shrink(0.6).intersect(b.shrink(0.6));
                    prop_assert!(!common.is_positive(), "{a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn sizes_that_are_none_do_not_panic(
        root in any_group(2),
        width in prop_oneof![Just(0.0f32), Just(-5.0), Just(1.0), Just(1e6)],
    ) {
        let theme = Theme::default();
        let layout = Layout { theme: &theme, knob: 56.0 };
        let height = layout.height(&root, 1, width);
        prop_assert!(height.is_finite());
        layout.place(&root, 1, Vec2::new(width, 0.0));
    }
}

#[test]
fn hidden_and_removed_parameters_are_left_out() {
    let lock = include_str!("../../../tests/probe/ports.lock");
    // In the section of the first of its plugins.
    let section = "[urn:dyad:probe]\n";
    let lock = lock.replacen(section, &format!("{section}removed-param old * float 0 1\n"), 1);
    let description = dyad_core::Description::load::<probe::Probe>(&lock).unwrap();
    assert!(description.params.iter().any(|param| param.info.role == Role::Removed));
    let content = Content::of(&description);
    let mut shown = content.bars.clone();
    fn collect(group: &Group, shown: &mut Vec<usize>) {
        shown.extend(&group.knobs);
        shown.extend(group.rows.iter().map(|row| row.index));
        group.groups.iter().for_each(|group| collect(group, shown));
    }
    collect(&content.root, &mut shown);
    shown.sort_unstable();
    let want: Vec<usize> = description
        .params
        .iter()
        .enumerate()
        .filter(|(_, param)| !param.info.hidden && !matches!(param.info.role, Role::Removed | Role::Bypass))
        .map(|(index, _)| index)
        .collect();
    assert_eq!(shown, want, "everything else is there once");
    let names: Vec<_> = content.root.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names.last(), Some(&"Readouts"));
}
