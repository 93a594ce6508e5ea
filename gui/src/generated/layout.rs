//! Where everything stands: groups become panels, panels flow into rows, rows fill the width.
//!
//! It is arithmetic alone, so that tests can look at any size: nothing overlaps, nothing sticks out.

use egui::{Pos2, Rect, Vec2};

use super::content::{Control, Group, Kind};
use crate::theme::Theme;
use crate::widgets::Knob;

/// Something at its place, from the upper left corner of the content.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) rect: Rect,
    pub(super) what: What,
}

/// What stands there.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// The ground of a group, its name in the upper left corner. Depth counts from 0.
    Panel { name: String, depth: usize },
    /// A control.
    Control(Control),
    /// A property, with so much room for its name.
    Field(usize),
}

/// Distance between a panel's edge and what is in it.
const PAD: f32 = 12.0;
/// Height of a panel's name.
const NAME: f32 = 24.0;
/// Height that a stack of switches, menus and the like may have at least.
const STACK: f32 = 112.0;
/// Distance between the things in a stack.
const STACK_GAP: f32 = 6.0;
/// Distance between stacks that have a row of their own.
const GUTTER: f32 = 24.0;
/// Cells become wider by this much at most, to fill a row; beyond, they stand in the middle.
const STRETCH: f32 = 1.75;
/// Height of a field, and the width from which on two stand side by side.
const FIELD: Vec2 = Vec2::new(340.0, 28.0);

/// A layout for knobs of one size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout<'a> {
    pub(super) theme: &'a Theme,
    /// Diameter of the knobs.
    pub(super) knob: f32,
}

/// What flows: a group's own controls, or a group within.
#[derive(Clone, Copy)]
enum Item<'a> {
    Controls(&'a Group),
    Panel(&'a Group, usize),
}

/// A group's own controls at a width.
struct Cells {
    columns: usize,
    rows: usize,
    stacks: Vec<Vec<Control>>,
    /// Whether the stacks are right of the knobs, or below.
    beside: bool,
    /// How many stacks are in a row below.
    stack_columns: usize,
}

impl Layout<'_> {
    /// The whole content's height at this width.
    pub(super) fn height(self, root: &Group, fields: usize, width: f32) -> f32 {
        let items = Self::top(root);
        let mut height = self.flow_height(&items, width);
        if fields > 0 {
            height += self.fields_height(fields, width) + if items.is_empty() { 0.0 } else { self.gap() };
        }
        height
    }

    /// Places everything. What is left of the height goes to the panels.
    pub(super) fn place(self, root: &Group, fields: usize, size: Vec2) -> Vec<Placed> {
        let mut placed = Vec::new();
        let items = Self::top(root);
        let own = if fields > 0 { self.fields_height(fields, size.x) } else { 0.0 };
        let gap = if fields > 0 && !items.is_empty() { self.gap() } else { 0.0 };
        let height = (size.y - own - gap).max(self.flow_height(&items, size.x));
        let area = Rect::from_min_size(Pos2::ZERO, Vec2::new(size.x, height));
        self.flow(&items, area, 0, &mut placed);
        if fields > 0 {
            let top = if items.is_empty() { 0.0 } else { height + gap };
            let rect = Rect::from_min_size(Pos2::new(0.0, top), Vec2::new(size.x, own));
            self.fields(fields, rect, &mut placed);
        }
        placed
    }

    fn gap(self) -> f32 {
        self.theme.space.gap
    }

    /// The panels of the outermost level: the root's own controls have one without a name.
    fn top(root: &Group) -> Vec<Item<'_>> {
        let own = !root.knobs.is_empty() || !root.rows.is_empty();
        let own = own.then_some(Item::Panel(root, 0));
        own.into_iter().chain(root.groups.iter().map(|group| Item::Panel(group, 0))).collect()
    }

    /// What is in a panel.
    fn inside<'a>(self, group: &'a Group, depth: usize) -> Vec<Item<'a>> {
        let own = !group.knobs.is_empty() || !group.rows.is_empty();
        let mut items: Vec<Item<'a>> = own.then_some(Item::Controls(group)).into_iter().collect();
        // The root's groups are panels beside its own.
        if !group.name.is_empty() {
            items.extend(group.groups.iter().map(|group| Item::Panel(group, depth + 1)));
        }
        items
    }

    /// The width at which all of it stands in one row.
    fn natural(self, item: Item<'_>) -> f32 {
        match item {
            Item::Controls(group) => {
                group.knobs.len() as f32 * self.cell().x + stacks_width(&self.stacks(group))
            }
            Item::Panel(group, depth) => {
                let items = self.inside(group, depth);
                let widths: f32 = items.iter().map(|item| self.natural(*item)).sum();
                let gaps = items.len().saturating_sub(1) as f32 * self.gap();
                let name = group.name.chars().count() as f32 * 8.0;
                (widths + gaps).max(name) + 2.0 * PAD
            }
        }
    }

    fn item_height(self, item: Item<'_>, width: f32) -> f32 {
        match item {
            Item::Controls(group) => {
                let cells = self.cells(group, width);
                let knobs = self.knobs_height(cells.rows);
                if cells.beside {
                    return knobs.max(self.highest(&cells.stacks));
                }
                let below = cells.stacks.chunks(cells.stack_columns);
                below.fold(knobs, |height, row| {
                    height + self.highest(row) + if height > 0.0 { self.gap() } else { 0.0 }
                })
            }
            Item::Panel(group, depth) => {
                let name = if group.name.is_empty() { 0.0 } else { NAME };
                self.flow_height(&self.inside(group, depth), width - 2.0 * PAD) + name + 2.0 * PAD
            }
        }
    }

    /// Items in rows of about the same length: as few rows as there can be, and then as short as can be.
    fn rows<'a>(self, items: &[Item<'a>], width: f32) -> Vec<Vec<(Item<'a>, f32)>> {
        let widths: Vec<f32> = items.iter().map(|item| self.natural(*item).min(width.max(1.0))).collect();
        let breaks = |limit: f32| {
            let (mut rows, mut used) = (vec![Vec::new()], 0.0f32);
            for (n, own) in widths.iter().enumerate() {
                let new = rows.last().is_some_and(Vec::is_empty);
                if !new && used + self.gap() + own > limit {
                    rows.push(Vec::new());
                    used = 0.0;
                } else if !new {
                    used += self.gap();
                }
                used += own;
                if let Some(row) = rows.last_mut() {
                    row.push(n);
                }
            }
            rows
        };
        let mut best = breaks(width);
        let count = best.len();
        // The plugin's own controls have a row of their own, so that groups that are alike stay alike.
        if count > 1
            && let [first @ Item::Panel(group, _), rest @ ..] = items
            && group.name.is_empty()
        {
            let mut rows = vec![vec![(*first, width)]];
            rows.extend(self.rows(rest, width));
            return rows;
        }
        for part in (1..16).rev() {
            let rows = breaks(width * part as f32 / 16.0);
            if rows.len() > count {
                break;
            }
            best = rows;
        }
        best.retain(|row| !row.is_empty());
        let fill = |row: Vec<usize>| {
            let total: f32 = row.iter().map(|n| widths[*n]).sum();
            let room = (width - gaps(row.len()) * self.gap()).max(1.0);
            row.into_iter().map(|n| (items[n], widths[n] * room / total.max(1.0))).collect()
        };
        best.into_iter().map(fill).collect()
    }

    fn flow_height(self, items: &[Item<'_>], width: f32) -> f32 {
        let rows = self.rows(items, width);
        let heights = rows.iter().map(|row| self.row_height(row)).sum::<f32>();
        heights + gaps(rows.len()) * self.gap()
    }

    fn row_height(self, row: &[(Item<'_>, f32)]) -> f32 {
        row.iter().map(|(item, width)| self.item_height(*item, *width)).fold(0.0, f32::max)
    }

    fn flow(self, items: &[Item<'_>], area: Rect, depth: usize, placed: &mut Vec<Placed>) {
        let rows = self.rows(items, area.width());
        let used: f32 = rows.iter().map(|row| self.row_height(row)).sum();
        let room = area.height() - gaps(rows.len()) * self.gap();
        let extra = (room - used).max(0.0) / rows.len().max(1) as f32;
        let mut top = area.top();
        for row in rows {
            let height = self.row_height(&row) + extra;
            let mut left = area.left();
            for (item, width) in row {
                let rect = Rect::from_min_size(Pos2::new(left, top), Vec2::new(width, height));
                self.item(item, rect, depth, placed);
                left += width + self.gap();
            }
            top += height + self.gap();
        }
    }

    fn item(self, item: Item<'_>, rect: Rect, depth: usize, placed: &mut Vec<Placed>) {
        match item {
            Item::Controls(group) => self.controls(group, rect, placed),
            Item::Panel(group, _) => {
                let what = What::Panel { name: group.name.clone(), depth };
                placed.push(Placed { rect, what });
                let name = if group.name.is_empty() { 0.0 } else { NAME };
                let inner = rect.shrink(PAD);
                let inner = Rect::from_min_max(Pos2::new(inner.left(), inner.top() + name), inner.max);
                self.flow(&self.inside(group, depth), inner, depth + 1, placed);
            }
        }
    }

    /// The room for a knob.
    fn cell(self) -> Vec2 {
        let size = Knob::new(0).diameter(self.knob).size(self.theme);
        Vec2::new(size.x.max(80.0), size.y)
    }

    fn stack_height(self, stack: &[Control]) -> f32 {
        stack.iter().map(|row| row.height(self.theme)).sum::<f32>() + gaps(stack.len()) * STACK_GAP
    }

    fn highest(self, stacks: &[Vec<Control>]) -> f32 {
        stacks.iter().map(|stack| self.stack_height(stack)).fold(0.0, f32::max)
    }

    fn knobs_height(self, rows: usize) -> f32 {
        rows as f32 * self.cell().y + gaps(rows) * self.gap()
    }

    /// Everything that is no knob, in stacks not much higher than a knob.
    fn stacks(self, group: &Group) -> Vec<Vec<Control>> {
        let height = self.cell().y.max(STACK);
        let is_number = |control: &Control| control.kind == Kind::Readout;
        let mut stacks: Vec<Vec<Control>> = Vec::new();
        for control in group.rows.iter().filter(|control| !is_number(control)) {
            match stacks.last_mut() {
                Some(stack)
                    if self.stack_height(stack) + STACK_GAP + control.height(self.theme) <= height =>
                {
                    stack.push(*control);
                }
                _ => stacks.push(vec![*control]),
            }
        }
        // Numbers in columns of the same length.
        let numbers: Vec<Control> = group.rows.iter().copied().filter(is_number).collect();
        if let Some(first) = numbers.first() {
            let each = ((height + STACK_GAP) / (first.height(self.theme) + STACK_GAP)).floor().max(1.0);
            let columns = numbers.len().div_ceil(each as usize);
            stacks.extend(numbers.chunks(numbers.len().div_ceil(columns)).map(<[_]>::to_vec));
        }
        stacks
    }

    fn cells(self, group: &Group, width: f32) -> Cells {
        let stacks = self.stacks(group);
        let (knobs, column) = (group.knobs.len(), self.cell().x);
        let fits = |width: f32, each: f32| ((width / each.max(1.0)).floor() as usize).max(1);
        let aside = stacks_width(&stacks);
        let rows = |room: f32| knobs.div_ceil(fits(room, column));
        // Beside the knobs there must be room for some; and it is of no use if they need more rows then
        // than stacks below would be high.
        let few = knobs.min(3) as f32 * column;
        let beside = stacks.is_empty()
            || (knobs > 0
                && width - aside >= few
                && self.knobs_height(rows(width - aside))
                    <= self.knobs_height(rows(width)) + self.highest(&stacks) + self.gap());
        let rows = rows(if beside { width - aside } else { width });
        let columns = if rows > 0 { knobs.div_ceil(rows) } else { 0 };
        let widest = stacks.iter().map(|stack| stack_width(stack)).fold(0.0, f32::max);
        let stack_rows = stacks.len().div_ceil(fits(width, widest)).max(1);
        let stack_columns = stacks.len().div_ceil(stack_rows).max(1);
        Cells { columns, rows, stacks, beside, stack_columns }
    }

    fn controls(self, group: &Group, rect: Rect, placed: &mut Vec<Placed>) {
        let cells = self.cells(group, rect.width());
        let own = self.item_height(Item::Controls(group), rect.width());
        let cell = self.cell();
        let aside = if cells.beside { stacks_width(&cells.stacks) } else { 0.0 };
        // All grow alike, but not without end; what is left then is outside.
        let widest = cells.stacks.iter().map(|stack| stack_width(stack)).fold(0.0, f32::max);
        let below = if cells.beside { 0.0 } else { cells.stack_columns as f32 * widest };
        let natural = (cells.columns as f32 * cell.x + aside).max(below);
        let grow = (rect.width() / natural.max(1.0)).min(STRETCH);
        let used = (natural * grow).min(rect.width());
        let area = Rect::from_center_size(rect.center(), Vec2::new(used, own.min(rect.height())));
        let step = (used - aside * grow).max(0.0) / cells.columns.max(1) as f32;
        for (n, index) in group.knobs.iter().enumerate() {
            let (row, column) = (n / cells.columns, n % cells.columns);
            let place = Vec2::new(column as f32 * step, row as f32 * (cell.y + self.gap()));
            let rect = Rect::from_min_size(area.min + place, Vec2::new(step, cell.y));
            let control = Control { kind: Kind::Knob, index: *index, letters: 0 };
            placed.push(Placed { rect, what: What::Control(control) });
        }
        if cells.beside {
            let mut left = area.left() + cells.columns as f32 * step;
            for stack in &cells.stacks {
                let width = stack_width(stack) * grow;
                // Beside the first row of knobs, in its middle.
                let height = if cells.rows > 0 { cell.y.min(own) } else { own };
                let height = height.max(self.stack_height(stack));
                let slot = Rect::from_min_size(Pos2::new(left, area.top()), Vec2::new(width, height));
                let slack = (slot.height() - self.stack_height(stack)) * 0.5;
                let slot = slot.with_min_y(slot.top() + slack).shrink2(Vec2::new(8.0, 0.0));
                self.stack(stack, slot, placed);
                left += width;
            }
            return;
        }
        let mut top = area.top() + self.knobs_height(cells.rows);
        for row in cells.stacks.chunks(cells.stack_columns) {
            top += if top > area.top() { self.gap() } else { 0.0 };
            let between = gaps(cells.stack_columns) * GUTTER;
            let width = (used - between).max(0.0) / cells.stack_columns as f32;
            let size = Vec2::new(width, self.highest(row));
            for (n, stack) in row.iter().enumerate() {
                let place = Pos2::new(area.left() + n as f32 * (width + GUTTER), top);
                self.stack(stack, Rect::from_min_size(place, size), placed);
            }
            top += size.y;
        }
    }

    fn stack(self, stack: &[Control], slot: Rect, placed: &mut Vec<Placed>) {
        let mut top = slot.top();
        for control in stack {
            let size = Vec2::new(slot.width(), control.height(self.theme));
            let rect = Rect::from_min_size(Pos2::new(slot.left(), top), size);
            placed.push(Placed { rect, what: What::Control(*control) });
            top += size.y + STACK_GAP;
        }
    }

    fn field_columns(self, fields: usize, width: f32) -> usize {
        (((width - 2.0 * PAD) / FIELD.x).floor() as usize).clamp(1, fields.max(1)).min(2)
    }

    fn fields_height(self, fields: usize, width: f32) -> f32 {
        let rows = fields.div_ceil(self.field_columns(fields, width));
        rows as f32 * FIELD.y + gaps(rows) * self.gap() + 2.0 * PAD
    }

    fn fields(self, fields: usize, rect: Rect, placed: &mut Vec<Placed>) {
        placed.push(Placed { rect, what: What::Panel { name: String::new(), depth: 0 } });
        let inner = rect.shrink(PAD);
        let columns = self.field_columns(fields, rect.width());
        let between = 2.0 * self.gap();
        let width = (inner.width() - gaps(columns) * between) / columns as f32;
        for n in 0..fields {
            let (row, column) = (n / columns, n % columns);
            let place = Vec2::new(column as f32 * (width + between), row as f32 * (FIELD.y + self.gap()));
            let rect = Rect::from_min_size(inner.min + place, Vec2::new(width, FIELD.y));
            placed.push(Placed { rect, what: What::Field(n) });
        }
    }
}

/// The width of a stack is that of its widest control.
fn stack_width(stack: &[Control]) -> f32 {
    stack.iter().map(|control| control.width()).fold(0.0, f32::max)
}

fn stacks_width(stacks: &[Vec<Control>]) -> f32 {
    stacks.iter().map(|stack| stack_width(stack)).sum()
}

/// Gaps between so many things.
fn gaps(count: usize) -> f32 {
    count.saturating_sub(1) as f32
}
