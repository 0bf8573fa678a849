//! Calls that can outlive their first poll, and so the run: those that were not ready at it and
//! went on as tasks of their own, and all of a closed loop.

use tokio::task::JoinHandle;

use super::plan::Tick;
use super::sync::{Mutex, lock};

/// All such calls, a list per driver or for some of the callers. Whoever takes a call off the list
/// owns its end: the gossip and the slot.
pub(crate) struct Flights(Box<[List]>);

/// On cache lines of its own: the driver puts in, the threads on which calls end take out.
#[repr(align(128))]
#[derive(Default)]
struct List(Mutex<Slab>);

#[derive(Default)]
struct Slab {
    flights: Vec<Option<Flight>>,
    vacant: Vec<u32>,
}

pub(crate) struct Flight {
    pub(crate) tick: Tick,
    pub(crate) start: u64,
    /// To stop it; set as soon as there is one.
    pub(crate) task: Option<JoinHandle<()>>,
}

/// Where a call is listed.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) driver: u32,
    place: u32,
}

impl Flights {
    pub(crate) fn new(drivers: usize) -> Flights {
        Flights((0..drivers).map(|_| List::default()).collect())
    }

    pub(crate) fn lists(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn insert(&self, driver: usize, flight: Flight) -> Key {
        let mut slab = lock(&self.0[driver].0);
        let place = match slab.vacant.pop() {
            Some(place) => {
                slab.flights[place as usize] = Some(flight);
                place
            }
            None => {
                slab.flights.push(Some(flight));
                (slab.flights.len() - 1) as u32
            }
        };
        Key { driver: driver as u32, place }
    }

    /// Notes how to stop a call, if it has not ended meanwhile.
    pub(crate) fn set_task(&self, key: Key, tick: Tick, task: JoinHandle<()>) {
        let mut slab = lock(&self.0[key.driver as usize].0);
        if let Some(Some(flight)) = slab.flights.get_mut(key.place as usize)
            && flight.tick == tick
        {
            flight.task = Some(task);
        }
    }

    /// Takes a call off the list; none if that was done before.
    pub(crate) fn remove(&self, key: Key) -> Option<Flight> {
        let mut slab = lock(&self.0[key.driver as usize].0);
        let flight = slab.flights.get_mut(key.place as usize)?.take()?;
        slab.vacant.push(key.place);
        Some(flight)
    }

    /// Takes all calls off their lists. Nothing may be inserted afterwards.
    pub(crate) fn drain(&self) -> Vec<Flight> {
        self.0
            .iter()
            .flat_map(|list| std::mem::take(&mut lock(&list.0).flights))
            .flatten()
            .collect()
    }
}
