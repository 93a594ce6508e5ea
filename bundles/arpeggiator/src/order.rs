//! Which note comes next.

use crate::dice::Dice;
use crate::params::Order;

/// Where a number of the row lies among `size` notes, from the lowest; of `Played`, from the first. `walk` is where
/// the random walk is, `step` what is diced by.
pub(crate) fn pick(order: Order, number: i64, size: usize, walk: &mut usize, step: i64) -> usize {
    let Some(last) = size.checked_sub(1) else { return 0 };
    let round = |length: usize| number.rem_euclid(length.max(1) as i64) as usize;
    match order {
        Order::Up | Order::Played | Order::Chord => round(size),
        Order::Down => last - round(size),
        Order::UpDown => there_and_back(round(2 * last), last),
        Order::DownUp => last - there_and_back(round(2 * last), last),
        Order::Converge => converge(round(size), last),
        Order::Diverge => converge(last - round(size), last),
        Order::Random => ((Dice::Order.roll(step) * size as f64) as usize).min(last),
        Order::Walk => {
            let at = (*walk).min(last);
            let up = at == 0 || (at < last && Dice::Order.roll(step) < 0.5);
            *walk = if up { (at + 1).min(last) } else { at - 1 };
            at
        }
    }
}

fn there_and_back(n: usize, last: usize) -> usize {
    if n <= last { n } else { 2 * last - n }
}

/// 0, the last, 1, the last but one …
fn converge(n: usize, last: usize) -> usize {
    if n.is_multiple_of(2) { n / 2 } else { last - n / 2 }
}

#[cfg(test)]
mod tests {
    use dyad::prelude::Variants;

    use super::*;

    fn row(order: Order, size: usize, count: i64) -> Vec<usize> {
        let mut walk = 0;
        (0..count).map(|n| pick(order, n, size, &mut walk, n)).collect()
    }

    #[test]
    fn orders_are_what_their_names_say() {
        assert_eq!(row(Order::Up, 3, 5), [0, 1, 2, 0, 1]);
        assert_eq!(row(Order::Down, 3, 5), [2, 1, 0, 2, 1]);
        assert_eq!(row(Order::UpDown, 4, 8), [0, 1, 2, 3, 2, 1, 0, 1]);
        assert_eq!(row(Order::DownUp, 3, 6), [2, 1, 0, 1, 2, 1]);
        assert_eq!(row(Order::Converge, 5, 6), [0, 4, 1, 3, 2, 0]);
        assert_eq!(row(Order::Converge, 4, 4), [0, 3, 1, 2]);
        assert_eq!(row(Order::Diverge, 5, 5), [2, 3, 1, 4, 0]);
        assert_eq!(row(Order::Played, 3, 4), [0, 1, 2, 0]);
        assert_eq!(pick(Order::Up, -1, 3, &mut 0, 0), 2, "before the song's start too");
    }

    #[test]
    fn one_note_and_none_are_orders_too() {
        for order in (0..Order::LIST.len()).map(Order::from_index) {
            assert!(row(order, 1, 9).iter().all(|n| *n == 0), "{order:?}");
            assert!(row(order, 0, 9).iter().all(|n| *n == 0), "{order:?}");
        }
    }

    #[test]
    fn random_reaches_all_and_a_walk_moves_by_one() {
        let mut all = row(Order::Random, 5, 100);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all, [0, 1, 2, 3, 4]);
        let walk = row(Order::Walk, 5, 200);
        assert!(walk.windows(2).all(|pair| pair[0].abs_diff(pair[1]) == 1));
        assert!(walk.contains(&0) && walk.contains(&4));
    }
}
