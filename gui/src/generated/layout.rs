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
/// Width of a stack of switches, menus and the like.
const STACK: f32 = 160.0;
/// Distance between the things in a stack.
const STACK_GAP: f32 = 6.0;
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
                let stacks = self.stacks(group, self.cell().y).len() as f32;
                group.knobs.len() as f32 * self.cell().x + stacks * STACK
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
                let knobs = cells.rows as f32 * self.cell().y + gaps(cells.rows) * self.gap();
                let stacks = cells.stacks.iter().map(|stack| self.stack_height(stack)).fold(0.0, f32::max);
                if cells.beside {
                    return knobs.max(stacks);
                }
                let rows = cells.stacks.len().div_ceil(cells.stack_columns);
                let between = if cells.rows > 0 && rows > 0 { self.gap() } else { 0.0 };
                knobs + between + rows as f32 * stacks + gaps(rows) * self.gap()
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

    /// Everything that is no knob, in stacks not much higher than a knob. A stack has one kind, unless
    /// all of it is a single stack.
    fn stacks(self, group: &Group, height: f32) -> Vec<Vec<Control>> {
        let height = height.max(96.0);
        let mut stacks: Vec<Vec<Control>> = Vec::new();
        for control in &group.rows {
            let room = stacks.last().is_some_and(|stack| {
                let used = self.stack_height(stack) + STACK_GAP + control.height(self.theme);
                let numbers = (stack[0].kind == Kind::Readout) == (control.kind == Kind::Readout);
                used <= height + 8.0 && numbers
            });
            match stacks.last_mut() {
                Some(stack) if room => stack.push(*control),
                _ => stacks.push(vec![*control]),
            }
        }
        stacks
    }

    fn cells(self, group: &Group, width: f32) -> Cells {
        let stacks = self.stacks(group, self.cell().y);
        let (knobs, column) = (group.knobs.len(), self.cell().x);
        let fits = |width: f32, each: f32| ((width / each).floor() as usize).max(1);
        let beside_width = stacks.len() as f32 * STACK;
        // Beside them at least half of the knobs' row must be left for knobs.
        let beside = stacks.is_empty() || (knobs > 0 && width - beside_width >= (knobs.min(3) as f32) * column);
        let room = if beside { width - beside_width } else { width };
        let most = fits(room, column);
        let rows = knobs.div_ceil(most);
        let columns = if rows > 0 { knobs.div_ceil(rows) } else { 0 };
        let most = fits(width, STACK);
        let stack_rows = stacks.len().div_ceil(most).max(1);
        let stack_columns = stacks.len().div_ceil(stack_rows).max(1);
        Cells { columns, rows, stacks, beside, stack_columns }
    }

    fn controls(self, group: &Group, rect: Rect, placed: &mut Vec<Placed>) {
        let cells = self.cells(group, rect.width());
        let own = self.item_height(Item::Controls(group), rect.width());
        let cell = self.cell();
        let beside = if cells.beside { cells.stacks.len() } else { 0 };
        // All grow alike, but not without end; what is left then is outside.
        let natural = cells.columns as f32 * cell.x + beside as f32 * STACK;
        let natural = natural.max(if cells.beside { 0.0 } else { cells.stack_columns as f32 * STACK });
        let grow = (rect.width() / natural.max(1.0)).min(STRETCH);
        let used = (natural * grow).min(rect.width());
        let area = Rect::from_center_size(rect.center(), Vec2::new(used, own.min(rect.height())));
        let step = match (cells.columns, cells.beside) {
            (0, _) => 0.0,
            (columns, true) => (used - beside as f32 * STACK * grow) / columns as f32,
            (columns, false) => used / columns as f32,
        };
        for (n, index) in group.knobs.iter().enumerate() {
            let (row, column) = (n / cells.columns, n % cells.columns);
            let place = Vec2::new(column as f32 * step, row as f32 * (cell.y + self.gap()));
            let rect = Rect::from_min_size(area.min + place, Vec2::new(step, cell.y));
            let control = Control { kind: Kind::Knob, index: *index };
            placed.push(Placed { rect, what: What::Control(control) });
        }
        let highest = cells.stacks.iter().map(|stack| self.stack_height(stack)).fold(0.0, f32::max);
        let knobs = cells.rows as f32 * cell.y + gaps(cells.rows) * self.gap();
        for (n, stack) in cells.stacks.iter().enumerate() {
            let (place, size) = if cells.beside {
                let left = cells.columns as f32 * step + n as f32 * STACK * grow;
                (Vec2::new(left, 0.0), Vec2::new(STACK * grow, own))
            } else {
                let width = used / cells.stack_columns as f32;
                let (row, column) = (n / cells.stack_columns, n % cells.stack_columns);
                let top = if cells.rows > 0 { knobs + self.gap() } else { 0.0 };
                let top = top + row as f32 * (highest + self.gap());
                (Vec2::new(column as f32 * width, top), Vec2::new(width, highest))
            };
            let slot = Rect::from_min_size(area.min + place, size).shrink2(Vec2::new(8.0, 0.0));
            // In the middle beside knobs; in line with one another elsewhere.
            let slack = if cells.beside { slot.height() - self.stack_height(stack) } else { 0.0 };
            let mut top = slot.top() + (slack * 0.5).max(0.0);
            for control in stack {
                let height = control.height(self.theme);
                let rect = Rect::from_min_size(Pos2::new(slot.left(), top), Vec2::new(slot.width(), height));
                placed.push(Placed { rect, what: What::Control(*control) });
                top += height + STACK_GAP;
            }
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
            let place =
                Vec2::new(column as f32 * (width + between), row as f32 * (FIELD.y + self.gap()));
            let rect = Rect::from_min_size(inner.min + place, Vec2::new(width, FIELD.y));
            placed.push(Placed { rect, what: What::Field(n) });
        }
    }
}

/// Gaps between so many things.
fn gaps(count: usize) -> f32 {
    count.saturating_sub(1) as f32
}
