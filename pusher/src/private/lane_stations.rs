//! [`LaneStations`]: the values of `setup_worker` in a load with `local = true`, one for each lane.
//!
//! A value never leaves the thread of its lane. So it is kept there, and a call finds it by the
//! number of its load.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::missing::Gift;
use super::stations::SetUp;
use crate::harness::registry::{Equip, EquipLane, Here, LaneValue, Phases};

type MakeOnLane<W> = Box<dyn Fn() -> Here<Result<Rc<W>, String>> + Send + Sync>;

/// Runs `teardown_worker`.
type TearDownOnLane<W> = fn(Rc<W>) -> Here<Result<(), String>>;

/// Makes the value of each lane, and finds it there. All are made before the first is asked for.
pub struct LaneStations<W> {
    /// Of all that have values in this process.
    number: u64,
    make: MakeOnLane<W>,
    teardown: Option<TearDownOnLane<W>>,
}

thread_local! {
    /// The values of this lane, one for each load that is made on it: a few at most.
    static VALUES: RefCell<Vec<(u64, Rc<dyn Any>)>> = const { RefCell::new(Vec::new()) };
}

impl<W: 'static> LaneStations<W> {
    pub fn new(
        make: impl Fn() -> Here<Result<Rc<W>, String>> + Send + Sync + 'static,
    ) -> LaneStations<W> {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        LaneStations { number, make: Box::new(make), teardown: None }
    }

    /// The same with a `teardown_worker`.
    pub fn torn_down_by(self, teardown: TearDownOnLane<W>) -> LaneStations<W> {
        LaneStations { teardown: Some(teardown), ..self }
    }

    pub fn of_all_lanes(self) -> Arc<LaneStations<W>> {
        Arc::new(self)
    }

    /// The value of the lane that this thread is.
    #[inline]
    pub(super) fn of_this_lane(&self) -> Rc<W> {
        let found = VALUES.with_borrow(|values| {
            let mut own = values.iter().filter(|(number, _)| *number == self.number);
            own.next().map(|(_, value)| value.clone())
        });
        let of_its_type = found.and_then(|value| value.downcast().ok());
        of_its_type.expect("each lane is set up before the first call")
    }

    fn keep(&self, value: Rc<W>) {
        VALUES.with_borrow_mut(|values| values.push((self.number, value)));
    }

    fn take(&self) -> Rc<W> {
        let value = self.of_this_lane();
        // It is not dropped while the others are borrowed: this thread holds on to it.
        VALUES.with_borrow_mut(|values| values.retain(|(number, _)| *number != self.number));
        value
    }

    /// Sets up the lane that it is called on.
    fn equip(self: &Arc<LaneStations<W>>) -> EquipLane {
        let stations = self.clone();
        Arc::new(move || {
            let stations = stations.clone();
            Box::pin(async move {
                stations.keep((stations.make)().await?);
                Ok(stations.end())
            })
        })
    }

    /// What is to be done on a lane after the calls.
    fn end(self: Arc<LaneStations<W>>) -> LaneValue {
        match self.teardown {
            Some(teardown) => LaneValue::TearDown(Box::new(move || teardown(self.take()))),
            None => LaneValue::Drop(Box::new(move || drop(self.take()))),
        }
    }
}

impl<W: 'static> SetUp for LaneStations<W> {
    fn gift() -> Option<Gift> {
        Gift::in_an_rc::<W>("`setup_worker`")
    }

    fn add_to(phases: Phases, this: &Arc<LaneStations<W>>) -> Phases {
        Phases { equip: Some(Equip::Lane(this.equip())), ..phases }
    }
}

/// The end of the setup of one lane.
pub fn made_on_lane<W>(value: Rc<W>) -> Result<Rc<W>, String> {
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(first: u64) -> Arc<LaneStations<u64>> {
        let next = AtomicU64::new(first);
        let make = move || -> Here<Result<Rc<u64>, String>> {
            let number = next.fetch_add(1, Ordering::SeqCst);
            Box::pin(async move { Ok(Rc::new(number)) })
        };
        LaneStations::new(make).of_all_lanes()
    }

    async fn equip(stations: &Arc<LaneStations<u64>>) -> LaneValue {
        stations.equip()().await.unwrap()
    }

    #[tokio::test]
    async fn each_load_finds_its_own_value() {
        let (one, other) = (numbers(1), numbers(10));
        let ends = [equip(&one).await, equip(&other).await];
        assert_eq!((*one.of_this_lane(), *other.of_this_lane()), (1, 10));
        let [LaneValue::Drop(end), _] = ends else { panic!("there is no teardown") };
        end();
        assert_eq!(*other.of_this_lane(), 10);
    }

    #[tokio::test]
    async fn the_value_of_another_lane_is_not_found() {
        let numbers = numbers(1);
        let _end = equip(&numbers).await;
        let elsewhere = numbers.clone();
        assert!(std::thread::spawn(move || *elsewhere.of_this_lane()).join().is_err());
    }

    #[tokio::test]
    async fn a_value_is_gone_when_it_is_dropped() {
        let numbers = numbers(1);
        let end = equip(&numbers).await;
        let held = Rc::downgrade(&numbers.of_this_lane());
        let LaneValue::Drop(end) = end else { panic!("there is no teardown") };
        assert!(held.upgrade().is_some());
        end();
        assert!(held.upgrade().is_none());
    }
}
