//! [`Deal`]: which item of `data` a call gets; and [`DataOrder`].

use std::fmt;

use super::random::SplitMix;
use super::words::{ItemOrder, Word};

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
    /// # Errors
    ///
    /// What to write instead.
    pub(crate) fn parse(text: &str) -> Result<DataOrder, String> {
        Ok(match ItemOrder::read("data_order", text)? {
            ItemOrder::RoundRobin => DataOrder::RoundRobin,
            ItemOrder::Random => DataOrder::Random,
            ItemOrder::Once => DataOrder::Once,
        })
    }
}

impl fmt::Display for DataOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = match self {
            DataOrder::RoundRobin => ItemOrder::RoundRobin,
            DataOrder::Random => ItemOrder::Random,
            DataOrder::Once => ItemOrder::Once,
        };
        f.pad(order.word())
    }
}

/// The call that gets an item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taker {
    /// The number of its tick.
    pub(crate) seq: u64,
    pub(crate) warmup: bool,
    /// That of its station: its Worker in an open loop, its caller in a closed one.
    pub(crate) station: u64,
}

/// How a load's items are dealt to its calls: arithmetic, so that the same call gets the same item
/// each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deal {
    pub(crate) order: DataOrder,
    pub(crate) seed: u64,
    pub(crate) workers: u64,
    pub(crate) stations_of_a_worker: u64,
}

impl Deal {
    /// The number of the item, of so many; those that come once are all below that as long as no
    /// Worker makes more calls than it has [`items_of`].
    pub(crate) fn item(&self, taker: Taker, items: u64) -> u64 {
        let Taker { seq, warmup, station } = taker;
        let worker = station / self.stations_of_a_worker;
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

    fn deal(order: DataOrder, workers: u64, stations_of_a_worker: u64) -> Deal {
        Deal { order, seed: 7, workers, stations_of_a_worker }
    }

    /// The items of the first so many calls of a station.
    fn items(deal: Deal, station: u64, calls: u64, items: u64) -> Vec<u64> {
        let taker = |seq| Taker { seq, warmup: false, station };
        (0..calls).map(|seq| deal.item(taker(seq), items)).collect()
    }

    /// The same of the warm-up.
    fn warmup(deal: Deal, station: u64, calls: u64, items: u64) -> Vec<u64> {
        let taker = |seq| Taker { seq, warmup: true, station };
        (0..calls).map(|seq| deal.item(taker(seq), items)).collect()
    }

    #[test]
    fn round_robin_begins_again_after_the_last() {
        let one = deal(DataOrder::RoundRobin, 1, 1);
        assert_eq!(items(one, 0, 5, 3), [0, 1, 2, 0, 1]);
        assert_eq!(warmup(one, 0, 5, 3), [0, 1, 2, 0, 1]);
        let three = deal(DataOrder::RoundRobin, 3, 1);
        assert_eq!(
            [0, 1, 2].map(|station| items(three, station, 3, 7)),
            [vec![0, 3, 6], vec![1, 4, 0], vec![2, 5, 1]]
        );
    }

    #[test]
    fn callers_of_a_worker_share_its_items() {
        let deal = deal(DataOrder::RoundRobin, 2, 20);
        assert_eq!(items(deal, 19, 2, 10), vec![0, 2]);
        assert_eq!(items(deal, 20, 2, 10), vec![1, 3]);
    }

    /// Whatever part of its items each Worker uses in the warm-up.
    #[test]
    fn once_is_once() {
        for (workers, number) in [(1, 1), (1, 10), (3, 10), (3, 11), (3, 12), (7, 7), (10, 99)] {
            let deal = deal(DataOrder::Once, workers, 1);
            let mut seen = HashSet::new();
            for worker in 0..workers {
                let own = items_of(worker, workers, number);
                let warm = worker % (own + 1);
                let all =
                    [warmup(deal, worker, warm, number), items(deal, worker, own - warm, number)]
                        .concat();
                all.into_iter().for_each(|item| {
                    assert!(item < number && seen.insert(item), "{item} of {number} by {workers}")
                });
            }
            assert_eq!(seen.len() as u64, number);
        }
        let one = deal(DataOrder::Once, 1, 1);
        assert_eq!(items(one, 0, 3, 5), vec![0, 1, 2]);
        assert_eq!(warmup(one, 0, 2, 5), vec![4, 3]);
    }

    #[test]
    fn random_is_spread_evenly_and_the_same_for_the_same_seed() {
        let two = deal(DataOrder::Random, 2, 1);
        let first = items(two, 0, 10_000, 10);
        let mut counts = [0; 10];
        first.iter().for_each(|item| counts[*item as usize] += 1);
        assert!(counts.iter().all(|count| (900..1_100).contains(count)), "{counts:?}");
        assert_eq!(first, items(two, 0, 10_000, 10));
        let other_seed = Deal { seed: 8, ..two };
        for other in [
            items(two, 1, 10_000, 10),
            warmup(two, 0, 10_000, 10),
            items(other_seed, 0, 10_000, 10),
        ] {
            let same = other.iter().zip(&first).filter(|(one, two)| one == two).count();
            assert!((800..1_200).contains(&same), "{same}");
        }
    }

    #[test]
    fn reads_what_it_writes() {
        for order in ItemOrder::ALL {
            assert_eq!(DataOrder::parse(order.word()).unwrap().to_string(), order.word());
        }
    }

    #[test]
    fn says_which_orders_there_are() {
        assert_eq!(
            DataOrder::parse("Once").unwrap_err(),
            "data_order is \"Once\": give \"round-robin\", \"random\" or \"once\""
        );
    }
}
