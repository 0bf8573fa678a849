//! pusher from outside: the engine under both clocks, and load binaries as child processes.

// The same input has the same verdict, always.
mod always;
// The invariants of ARCHITECTURE.md, read off the sources.
mod architecture;
// Baselines: what is saved, compared and refused; and loads that are made once more.
mod baselines;
// `args`: a test for each value.
mod cases;
// Closed loops: how they begin, end and are cut short.
mod closed;
// `compare`: two fns on one schedule.
mod compare;
// `data`: which call gets which item, and a load without items.
mod data;
// Searches for a capacity, as a load binary shows them.
mod capacity;
// What a report says of errors: causes, numbers, limits; and panics beside the calls.
mod errors;
// After each fault, the ledger balances and the gossip is well formed.
mod faults;
// `Gate`: blocks the threads of calls.
mod gate;
// pusher watches itself; and what an inconclusive load does to its test, and what makes no sense.
mod generator;
// Gossipers: the events that they hear.
mod gossip;
// What a load binary prints, and how it exits; `fixture` for the other files.
mod harness;
// Closed loops whose number of callers changes.
mod headcount;
// The keys that are declared, in README, load.md, `--help` and pusher.toml.
mod keys;
// A generator that is late: which ticks it is to blame for.
mod late;
// `work`, `farm` and `force`, and their errors.
mod library;
// `local = true`: calls on their lanes, and the values of `setup_worker`.
mod local;
// Intervals of figures, and reasons for none.
mod noise;
// Steps, counts and records: how they are kept.
mod notes;
// Slices of the time, and a row for each stage.
mod over_time;
// Shapes, closed loops and virtual time, as a load binary shows them.
mod paces;
// Profiles: the values that they set, as a load binary shows them.
mod profiles;
// What a load binary does if it cannot print its results, or write its reports.
mod outlets;
// A queue and a closed loop whose true figures are known by formula.
mod queue;
// Rates as texts, hints, words of other tools, and Workers in step, as a load binary shows them.
mod rates;
// `Recorder`: a gossiper for the tests, which checks the order of events.
mod recorder;
// The tests of the Go library of the same name.
mod seed;
// `runtime`: lanes, or tokio's runtime of many threads.
mod runtimes;
// Shapes, arrivals and schedules: when their ticks are due.
mod shapes;
// A state for all loads, which `main!` sets up.
mod shared;
// What is shown while loads run, and in which order.
mod shown;
// A server that freezes for a second.
mod stall;
// `call.stop(..)`: what it ends, when, and what reports say of it.
mod stop;
// `call.pause(..)`: a pause is in no time of its call or of a step around it.
mod think;
// Throughput and counts per second: which calls are in them.
mod throughput;
// Warm-up, grace, `stopped` and the measured time.
mod time;
// Thresholds on steps, counts and records, as a load binary shows them.
mod told;
// Calls that were cut off, and samples that are too few.
mod verdicts;
// Thresholds in windows, and such that end the load, as a load binary shows them.
mod windows;
// `setup_worker` and `teardown_worker`: how often, and in which order.
mod workers;
