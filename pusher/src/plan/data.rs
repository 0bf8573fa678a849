//! Which item of `data` a call gets.

use std::fmt;

use super::random::SplitMix;

/// How the items of `data` are handed out.
///
/// ```
/// assert_eq!(pusher::DataOrder::RoundRobin.to_string(), "round-robin");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum DataOrder {
    /// One after the other, and then from the first again.
    #[default]
    RoundRobin,
    /// Any, as the seed has it.
    Random,
    /// One after the other; the load ends when they are used up.
    Once,
}

impl DataOrder {
    const ALL: [DataOrder; 3] = [DataOrder::RoundRobin, DataOrder::Random, DataOrder::Once];

    /// # Errors
    ///
    /// What to write instead.
    pub(crate) fn parse(text: &str) -> Result<DataOrder, String> {
        let wrong =
            || format!("data_order is {text:?}: give \"round-robin\", \"random\" or \"once\"");
        DataOrder::ALL.into_iter().find(|order| order.to_string() == text).ok_or_else(wrong)
    }
}

impl fmt::Display for DataOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            DataOrder::RoundRobin => "round-robin",
            DataOrder::Random => "random",
            DataOrder::Once => "once",
        })
    }
}

/// The call that gets an item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taker {
    /// The number of its tick.
    pub(crate) seq: u64,
    pub(crate) warmup: bool,
    /// That of its caller, or of its Worker.
    pub(crate) place: u64,
}

/// How a load's items are dealt to its calls: arithmetic, so that the same call gets the same item
/// each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deal {
    pub(crate) order: DataOrder,
    pub(crate) seed: u64,
    pub(crate) workers: u64,
    pub(crate) places_of_a_worker: u64,
}

impl Deal {
    /// The number of the item, of so many; those that come once are all below that as long as no
    /// Worker makes more calls than it has [`items_of`].
    pub(crate) fn item(&self, taker: Taker, items: u64) -> u64 {
        let Taker { seq, warmup, place } = taker;
        let worker = place / self.places_of_a_worker;
        // Workers side by side take every so manyth, each from another one on.
        let nth_of_worker = |nth: u64| nth.wrapping_mul(self.workers).wrapping_add(worker);
        match self.order {
            DataOrder::RoundRobin => nth_of_worker(seq) % items,
            DataOrder::Random => {
                let stream =
                    SplitMix::of_stream(self.seed, !(2 * worker + u64::from(warmup))).next();
                SplitMix::of_stream(stream, seq).below(items)
            }
            // The warm-up takes the last ones, so that measured calls get the same ones whatever it
            // is like.
            DataOrder::Once if warmup => {
                nth_of_worker(items_of(worker, self.workers, items).wrapping_sub(seq + 1))
            }
            DataOrder::Once => nth_of_worker(seq),
        }
    }
}

/// How many of the items one of the Workers has, if each is handed out once.
pub(crate) fn items_of(worker: u64, workers: u64, items: u64) -> u64 {
    items / workers + u64::from(worker < items % workers)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn deal(order: DataOrder, workers: u64, places_of_a_worker: u64) -> Deal {
        Deal { order, seed: 7, workers, places_of_a_worker }
    }

    fn items(deal: Deal, place: u64, warmup: bool, seqs: u64, items: u64) -> Vec<u64> {
        (0..seqs).map(|seq| deal.item(Taker { seq, warmup, place }, items)).collect()
    }

    #[test]
    fn round_robin_begins_again_after_the_last() {
        let one = deal(DataOrder::RoundRobin, 1, 1);
        assert_eq!(items(one, 0, false, 5, 3), [0, 1, 2, 0, 1]);
        assert_eq!(items(one, 0, true, 5, 3), [0, 1, 2, 0, 1]);
        let three = deal(DataOrder::RoundRobin, 3, 1);
        assert_eq!(
            [0, 1, 2].map(|place| items(three, place, false, 3, 7)),
            [vec![0, 3, 6], vec![1, 4, 0], vec![2, 5, 1]]
        );
    }

    #[test]
    fn callers_of_a_worker_share_its_items() {
        let deal = deal(DataOrder::RoundRobin, 2, 20);
        assert_eq!(
            (items(deal, 19, false, 2, 10), items(deal, 20, false, 2, 10)),
            (vec![0, 2], vec![1, 3])
        );
    }

    /// Whatever part of its items each Worker uses in the warm-up.
    #[test]
    fn once_is_once() {
        for (workers, number) in [(1, 1), (1, 10), (3, 10), (3, 11), (3, 12), (7, 7), (10, 99)] {
            let deal = deal(DataOrder::Once, workers, 1);
            let mut seen = HashSet::new();
            for worker in 0..workers {
                let own = items_of(worker, workers, number);
                let warmup = worker % (own + 1);
                let all = [
                    items(deal, worker, true, warmup, number),
                    items(deal, worker, false, own - warmup, number),
                ]
                .concat();
                all.into_iter().for_each(|item| {
                    assert!(item < number && seen.insert(item), "{item} of {number} by {workers}")
                });
            }
            assert_eq!(seen.len() as u64, number);
        }
        let one = deal(DataOrder::Once, 1, 1);
        assert_eq!(
            (items(one, 0, false, 3, 5), items(one, 0, true, 2, 5)),
            (vec![0, 1, 2], vec![4, 3])
        );
    }

    #[test]
    fn random_is_spread_evenly_and_the_same_for_the_same_seed() {
        let two = deal(DataOrder::Random, 2, 1);
        let first = items(two, 0, false, 10_000, 10);
        let mut counts = [0; 10];
        first.iter().for_each(|item| counts[*item as usize] += 1);
        assert!(counts.iter().all(|count| (900..1_100).contains(count)), "{counts:?}");
        assert_eq!(first, items(two, 0, false, 10_000, 10));
        let other_seed = Deal { seed: 8, ..two };
        for other in [
            items(two, 1, false, 10_000, 10),
            items(two, 0, true, 10_000, 10),
            items(other_seed, 0, false, 10_000, 10),
        ] {
            let same = other.iter().zip(&first).filter(|(one, two)| one == two).count();
            assert!((800..1_200).contains(&same), "{same}");
        }
    }

    #[test]
    fn says_which_orders_there_are() {
        assert_eq!(DataOrder::parse("once"), Ok(DataOrder::Once));
        assert_eq!(
            DataOrder::parse("Once").unwrap_err(),
            "data_order is \"Once\": give \"round-robin\", \"random\" or \"once\""
        );
    }
}
