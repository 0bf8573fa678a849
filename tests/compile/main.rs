//! What a compiler makes of pusher: the attribute's diagnostics, and the README followed to the
//! letter.

mod never;
mod newcomer;
mod ui;
