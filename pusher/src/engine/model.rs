//! `no_wake_up_is_lost` and its kin: every interleaving of pacer, drivers and slots at the parts
//! that they share, tried with [loom](https://docs.rs/loom):
//! `RUSTFLAGS="--cfg pusher_loom" cargo test --release -p pusher-load --lib model`.

use std::ops::Range;

use loom::future::block_on;
use loom::model;
use loom::sync::Arc;
use loom::thread;

use super::backlog::Backlog;
use super::door::Door;
use super::flights::{Begun, Flights};
use super::overtime::Overtime;
use super::seat::Seat;
use super::sync::{AtomicU64, Ordering};
use super::timeline::{Tick, Ticks, Timeline};
use crate::plan::curve::Curve;
use crate::plan::rate::Rps;
use crate::plan::schedule::Timetable;

fn timeline() -> Timeline {
    let schedule = |nanos| {
        Timetable::new(&Curve::Constant(Rps::new(1_000_000_000).unwrap()), nanos, None, None)
    };
    Timeline::new(schedule(0), schedule(100))
}

/// Pushes ticks and rings, as the pacer does in `Run::schedule`.
fn push(backlog: &Backlog, seats: &[&Seat], ticks: Range<u64>) {
    backlog.push(ticks);
    let _ = seats.iter().any(|seat| seat.ring_if_idle());
}

/// A driver takes ticks until it has made `count`; a wake-up that is lost leaves it waiting for
/// ever, which loom reports.
fn make(backlog: &Backlog, seat: &Seat, count: u64) {
    for _ in 0..count {
        while backlog.claim(1).is_none() {
            block_on(seat.wait_for_ticks(|| backlog.waiting() > 0));
        }
    }
}

#[test]
fn no_wake_up_is_lost() {
    model(|| {
        let shared = Arc::new((Backlog::default(), Seat::new()));
        let driver = {
            let shared = shared.clone();
            thread::spawn(move || make(&shared.0, &shared.1, 2))
        };
        push(&shared.0, &[&shared.1], 0..1);
        push(&shared.0, &[&shared.1], 1..2);
        driver.join().unwrap();
        assert_eq!(shared.0.waiting(), 0);
    });
}

/// A run is closed while a driver ends its call: one of the two tells the end and frees the slot.
#[test]
fn a_slot_is_freed_once() {
    model(|| {
        let shared = Arc::new((Seat::new(), Overtime::new(1, 1), AtomicU64::new(0)));
        assert_eq!(shared.1.admit(5), 1);
        let mut ticks = Ticks::new(std::sync::Arc::new(timeline()));
        let desk = shared.0.desk().unwrap();
        desk.put(0..1);
        assert!(desk.next(&mut ticks).is_some());
        drop(desk);
        let driver = {
            let shared = shared.clone();
            thread::spawn(move || {
                if let Some(desk) = shared.0.desk() {
                    shared.2.fetch_add(1, Ordering::Relaxed);
                    drop(shared.1.slot_at_desk(0));
                    desk.next(&mut ticks);
                }
            })
        };
        let left = shared.0.close();
        if left.running.is_some() {
            shared.2.fetch_add(1, Ordering::Relaxed);
            drop(shared.1.slot(0));
        }
        driver.join().unwrap();
        assert_eq!(shared.2.load(Ordering::Relaxed), 1);
        assert_eq!(shared.1.in_flight(), 0);
    });
}

/// Slots are freed at a desk and elsewhere while the pacer admits: never more calls than `overtime`
/// are in flight.
#[test]
fn never_more_in_flight_than_overtime() {
    const LIMIT: u64 = 2;
    model(|| {
        let shared = Arc::new((Overtime::new(LIMIT, 1), AtomicU64::new(LIMIT)));
        assert_eq!(shared.0.admit(10), LIMIT);
        let free = |at_desk: bool| {
            let shared = shared.clone();
            thread::spawn(move || {
                shared.1.fetch_sub(1, Ordering::SeqCst);
                drop(if at_desk { shared.0.slot_at_desk(0) } else { shared.0.slot(0) });
            })
        };
        let threads = [free(true), free(false)];
        for _ in 0..2 {
            let admitted = shared.0.admit(10);
            let before = shared.1.fetch_add(admitted, Ordering::SeqCst);
            assert!(before + admitted <= LIMIT, "{before} in flight and {admitted} more");
        }
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

/// One driver goes through its claim while another takes from it: each tick is made once.
#[test]
fn a_tick_is_made_once() {
    model(|| {
        let seat = Arc::new(Seat::new());
        seat.desk().unwrap().put(0..3);
        let owner = {
            let seat = seat.clone();
            thread::spawn(move || {
                let mut ticks = Ticks::new(std::sync::Arc::new(timeline()));
                let mut made = Vec::new();
                while let Some(tick) = seat.desk().and_then(|desk| desk.next(&mut ticks)) {
                    made.push(tick.seq);
                }
                made
            })
        };
        let taken: Vec<u64> = seat.give().into_iter().chain(seat.give()).flatten().collect();
        let mut made = owner.join().unwrap();
        made.extend(taken);
        made.sort_unstable();
        assert_eq!(made, [0, 1, 2]);
    });
}

/// Two calls tell something while the run is closed: before it stops the gossipers, or not at all.
#[test]
fn nothing_is_told_behind_a_closed_door() {
    model(|| {
        let shared = Arc::new((Door::default(), AtomicU64::new(0)));
        let tell = || {
            let shared = shared.clone();
            thread::spawn(move || {
                if let Some(_inside) = shared.0.enter() {
                    shared.1.fetch_add(1, Ordering::Relaxed);
                }
            })
        };
        let calls = [tell(), tell()];
        shared.0.close();
        let told = shared.1.load(Ordering::Relaxed);
        calls.into_iter().for_each(|call| call.join().unwrap());
        assert_eq!(shared.1.load(Ordering::Relaxed), told, "told after the stop");
    });
}

/// A call lands while the run is closed: whoever takes it off its list owns its end.
#[test]
fn a_call_in_flight_has_one_end() {
    model(|| {
        let flights = Arc::new(Flights::new(1));
        let tick = Tick { seq: 0, warmup: false, due: 0 };
        let key = flights.insert(0, Begun { tick, start: 0 });
        let landing = {
            let flights = flights.clone();
            thread::spawn(move || u64::from(flights.remove(key).is_some()))
        };
        let cut = flights.cut().len() as u64;
        assert_eq!(cut + landing.join().unwrap(), 1);
    });
}
