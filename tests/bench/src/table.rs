//! What was measured, as a table.

use crate::measure::Times;
use crate::sound::FRAMES;

pub(crate) struct Table {
    core: Option<usize>,
    blocks: Vec<Vec<String>>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(core: Option<usize>) -> Self {
        Self { core, blocks: Vec::new(), rows: Vec::new() }
    }

    /// Times of ours, the bare floor and the same work; with flush-to-zero and without.
    pub(crate) fn block(&mut self, name: &str, limit: &str, measured: &[Times; 2]) {
        for (times, mode) in measured.iter().zip(["on", "off"]) {
            let number = |n: usize| format!("{:.1}", times.ns[n]);
            let ratio = |n: usize| format!("{:.2}", times.ratio[n]);
            let row = [
                name.into(),
                mode.into(),
                number(0),
                number(2),
                ratio(2),
                number(1),
                ratio(1),
                format!("≤ {limit}"),
            ];
            self.blocks.push(row.into());
        }
    }

    /// Two of the same kind.
    pub(crate) fn pair(&mut self, name: &str, times: &Times) {
        let numbers = format!("{:.0} and {:.0}", times.ns[0], times.ns[1]);
        let ratio = format!("ns, × {:.2}", times.ratio[1]);
        self.rows.push([name, &numbers, &ratio, ""].map(str::to_owned).into());
    }

    /// Another number.
    pub(crate) fn row(&mut self, name: &str, number: f64, unit: &str, limit: &str) {
        let number = if number < 100.0 { format!("{number:.1}") } else { format!("{number:.0}") };
        self.rows.push([name, &number, unit, limit].map(str::to_owned).into());
    }

    pub(crate) fn print(self) {
        let core = self.core.map_or("no core of its own".to_owned(), |core| format!("core {core}"));
        println!("A block of {FRAMES} frames in stereo, ns (medians, in turns, on {core}).");
        println!(
            "\"same\": by hand, the same work; \"bare\": by hand, a multiplication. Each × is Dyad's time to it.\n"
        );
        print(&["block", "FTZ", "Dyad", "same", "×", "bare", "×", "target ×"], self.blocks);
        println!();
        print(&["the rest", "", "", "target"], self.rows);
    }
}

/// Columns as wide as what is in them, numbers to the right.
fn print(head: &[&str], rows: Vec<Vec<String>>) {
    let head = head.iter().map(|&text| text.to_owned()).collect();
    let all: Vec<Vec<String>> = [head].into_iter().chain(rows).collect();
    let width = |column: usize| all.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..all[0].len()).map(width).collect();
    for row in &all {
        let cells = row.iter().zip(&widths).map(|(text, &width)| {
            let number =
                text.starts_with(|c: char| c.is_ascii_digit() || "×Dsb".contains(c)) && text != "block";
            if number { format!("{text:>width$}") } else { format!("{text:<width$}") }
        });
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}
