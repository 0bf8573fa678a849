//! [`Flights`]: the calls that can outlive their first poll, and so the run.
//!
//! They are those that were not ready at their first poll and went on as tasks of their own, and
//! all calls of a closed loop. Whoever takes a call off its list owns its end: the gossip and then
//! the slot.

use tokio::task::JoinHandle;

use super::sync::{Mutex, lock};
use super::timeline::Tick;

/// All such calls, in a list for each lane.
pub(crate) struct Flights(Box<[List]>);

/// On cache lines of its own: the driver puts calls in, the threads on which they end take them
/// out.
#[repr(align(128))]
#[derive(Default)]
struct List(Mutex<Slab>);

#[derive(Default)]
struct Slab {
    flights: Vec<Option<Flight>>,
    vacant: Vec<u32>,
}

/// A call that has begun.
#[derive(Clone, Copy)]
pub(crate) struct Begun {
    pub(crate) tick: Tick,
    /// In nanoseconds from the origin.
    pub(crate) start: u64,
}

/// A call on a list.
struct Flight {
    begun: Begun,
    /// To stop the call; none as long as it has no task of its own.
    task: Option<JoinHandle<()>>,
}

/// Where a call is listed.
#[derive(Clone, Copy)]
pub(crate) struct FlightKey {
    lane: u32,
    index: u32,
}

impl Flights {
    pub(crate) fn new(lanes: usize) -> Flights {
        Flights((0..lanes).map(|_| List::default()).collect())
    }

    pub(crate) fn insert(&self, lane: usize, begun: Begun) -> FlightKey {
        let mut slab = lock(&self.0[lane].0);
        let flight = Some(Flight { begun, task: None });
        let index = match slab.vacant.pop() {
            Some(index) => {
                slab.flights[index as usize] = flight;
                index
            }
            None => {
                slab.flights.push(flight);
                (slab.flights.len() - 1) as u32
            }
        };
        FlightKey { lane: lane as u32, index }
    }

    /// Notes how to stop a call, unless it has ended meanwhile and another is listed there.
    pub(crate) fn set_task(&self, key: FlightKey, tick: Tick, task: JoinHandle<()>) {
        let mut slab = lock(&self.0[key.lane()].0);
        if let Some(Some(flight)) = slab.flights.get_mut(key.index as usize)
            && flight.begun.tick == tick
        {
            flight.task = Some(task);
        }
    }

    /// A call on its list; none if it was taken off.
    pub(crate) fn begun(&self, key: FlightKey) -> Option<Begun> {
        let slab = lock(&self.0[key.lane()].0);
        Some(slab.flights.get(key.index as usize)?.as_ref()?.begun)
    }

    /// Takes a call off its list; none if that was done before.
    pub(crate) fn remove(&self, key: FlightKey) -> Option<Begun> {
        let mut slab = lock(&self.0[key.lane()].0);
        let flight = slab.flights.get_mut(key.index as usize)?.take()?;
        slab.vacant.push(key.index);
        Some(flight.begun)
    }

    /// Takes all calls off their lists, and stops their tasks. Nothing may be inserted afterwards.
    pub(crate) fn cut(&self) -> Vec<Begun> {
        let flights = self.0.iter().flat_map(|list| std::mem::take(&mut lock(&list.0).flights));
        let cut = |Flight { begun, task }| {
            task.inspect(JoinHandle::abort);
            begun
        };
        flights.flatten().map(cut).collect()
    }
}

impl FlightKey {
    /// The lane in whose list it is.
    pub(crate) fn lane(self) -> usize {
        self.lane as usize
    }
}
