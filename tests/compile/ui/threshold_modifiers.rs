//! Words behind a limit that are wrong, repeated, or mean nothing there.

const OVER: &str = "10s";

#[pusher::load(
    rps = 100,
    duration = "1m",
    thresholds(
        p99 < "250ms" ovr "10s",
        p99 < "250ms" within "10s",
        p99 < "250ms" over,
        p99 < "250ms" over for "10s",
        p99 < "250ms" over = "10s",
        p99 < "250ms" over 10s,
        p99 < "250ms" over "10",
        p99 < "250ms" over "50ms",
        p99 < "250ms" over "10s" after "5s" over "20s",
        p99 < "250ms" after "0s",
        p99 < "250ms" for "20s",
        errors < 1% over "10s",
        throughput > 50 over OVER abort "now",
        p99 < "250ms" errors < "1%",
    ),
)]
async fn words() {}

#[pusher::load(
    rps = 50,
    duration = "1m",
    thresholds(
        p99 < "250ms" over "1s",
        p99 < "250ms" over "2s",
        service.p99.9 < "250ms" over "10s",
        max < "250ms" over "1s",
        errors < "1%" over "2m",
        errors < "1%" over "30s" for "20s" after "15s",
        p50 < "250ms" after "1m",
    ),
)]
async fn times() {}

#[pusher::load(
    stages(ramp(0, 100, "10s"), hold(50, "1m"), ramp(100, 0, "10s")),
    thresholds(
        p99 < "250ms" over "1s",
        p99 < "250ms" over "2s",
    ),
)]
async fn along_stages() {}

#[pusher::load(
    sine(from = 10, to = 50, period = "1m"),
    duration = "5m",
    thresholds(
        p99 < "250ms" over "1s",
        p99 < "250ms" over "5s",
    ),
)]
async fn along_a_sine() {}

#[pusher::load(
    calls = 3_000,
    duration = "1m",
    thresholds(
        p99 < "250ms" over "1s",
        p99 < "250ms" over "2s",
    ),
)]
async fn spread() {}

fn main() {}
