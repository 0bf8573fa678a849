//! Values for tests: written out, or any expression that gives some.
#![deny(warnings)]

use std::fmt;
use std::sync::Arc;

use pusher::Call;

const SMALL: u16 = 5;
const SIZES: [u64; 2] = [5, 5_000_000_000];

#[derive(Clone, Copy)]
enum Route {
    Users,
    Orders,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Route::Users => "users",
            Route::Orders => "orders",
        })
    }
}

fn shop() -> u64 {
    5
}

#[pusher::load(rps = 50, duration = "1m", args = [1, 10, 5_000_000_000])]
async fn whole_numbers(_: u64) {}

#[pusher::load(rps = 50, duration = "1m", setup = shop, args = [1, 10])]
async fn beside_all_else(_: Call, size: u8, _: Arc<u64>, again: u8) {
    assert_eq!(size, again);
}

#[pusher::load(rps = 50, duration = "1m", args = [-1, 1])]
async fn with_a_sign(_: i8) {}

#[pusher::load(rps = 50, duration = "1m", args = [0.5, 1.0, 1e3])]
async fn fractions(_: f32) {}

#[pusher::load(rps = 50, duration = "1m", args = ["GET /users", "POST"])]
async fn texts(_: &'static str) {}

#[pusher::load(rps = 50, duration = "1m", args = ["GET"])]
async fn texts_without_a_lifetime(_: &str) {}

#[pusher::load(rps = 50, duration = "1m", args = [true, false])]
async fn truths(_: bool) {}

#[pusher::load(rps = 50, duration = "1m", args = [SMALL, 2 * SMALL, 7])]
async fn constants(_: u16) {}

#[pusher::load(rps = 50, duration = "1m", args = SIZES)]
async fn an_array(_: u64) {}

#[pusher::load(rps = 50, duration = "1m", args = &SIZES)]
async fn references(_: u64, _: &'static u64) {}

#[pusher::load(rps = 50, duration = "1m", args = &[1, 10])]
async fn a_reference_to_literals(_: u64) {}

#[pusher::load(rps = 50, duration = "1m", args = 1..=5_u8)]
async fn a_range(_: u8) {}

#[pusher::load(rps = 50, duration = "1m", args = [Route::Users, Route::Orders], farm = "routes", workers = 2)]
async fn what_can_be_displayed(_: Route) {}

#[pusher::load(rps = 50, duration = "1m", args = (1..=5).map(|size| size * size))]
async fn an_iterator(_: u32) {}

fn main() {
    tokio::runtime::Runtime::new().unwrap().block_on(whole_numbers(5));
}
