//! pusher from outside: the engine under both clocks, the harness as a child process.

mod architecture;
mod cases;
mod closed;
mod data;
mod faults;
mod gossip;
mod harness;
mod keys;
mod library;
mod notes;
mod paces;
mod profiles;
mod queue;
mod recorder;
mod seed;
mod shapes;
mod stall;
mod time;
mod told;
mod workers;
