//! A value is a literal or any expression of a type that the key takes.
use std::time::Duration;

mod terms {
    use std::time::Duration;

    pub const RPS: u8 = 50;
    pub const MINUTE: Duration = Duration::from_secs(60);
    pub const LIMIT: &str = "250ms";
    pub const HOURLY: &str = "1200/h";
}

const fn twice(n: u32) -> u32 {
    2 * n
}

#[pusher::load(
    rps = terms::RPS as f32 / 3.0,
    duration = terms::MINUTE,
    overtime = twice(5),
    warmup = Duration::from_secs(5),
    timeout = terms::LIMIT,
    grace = if cfg!(unix) { "1s" } else { "2s" },
    setup_timeout = 2 * terms::MINUTE,
    thresholds(
        p99 < terms::LIMIT,
        service.p99.9 <= Duration::from_millis(5),
        lag.max >= (Duration::ZERO),
        errors < concat!("1", "%"),
        canceled == 0 * 5,
        canceled < twice(5),
        step("pay").errors < 5,
        count("429").total < 5,
        count("429").per_call < 0.5,
        throughput > terms::RPS,
    ),
)]
async fn expressions() {}

#[pusher::load(rps = 1e3, duration = "1h 30m", overtime = 0, warmup = "0s", timeout = "1us", grace = "0s", thresholds())]
async fn literals() {}

#[pusher::load(rps = 0.5_f32, duration = ("1d"), overtime = 0xff_u8, thresholds(p50 > "1ns", p50 < "1s", response.mean == "1ms", errors == "0.5 %"))]
async fn other_literals() {}

#[pusher::load(rps = "7/m", duration = "1h")]
async fn by_the_minute() {}

#[pusher::load(rps = terms::HOURLY, duration = "1h")]
async fn by_the_hour() {}

#[pusher::load(stages(ramp(0, "100/3s", "1m"), hold(terms::HOURLY, "1m")))]
async fn in_stages() {}

#[pusher::load(calls = 10, duration = "5m")]
async fn spread() {}

const MANY: &str = "multi_thread";

#[pusher::load(rps = 50, duration = "1m", runtime = "lanes")]
async fn on_lanes() {}

#[pusher::load(rps = 50, duration = "1m", time = "real", runtime = MANY)]
async fn on_many_threads() {}

fn main() {}
