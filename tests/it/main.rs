//! pusher from outside: the engine under both clocks, the harness as a child process.

mod architecture;
mod faults;
mod gossip;
mod harness;
mod library;
mod recorder;
mod seed;
mod stall;
mod time;
