//! pusher from outside: the engine under both clocks, the attribute's diagnostics, the harness as a child process.

mod architecture;
mod faults;
mod gossip;
mod harness;
mod library;
mod newcomer;
mod recorder;
mod seed;
mod stall;
mod time;
mod ui;
