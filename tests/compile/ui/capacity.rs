#[pusher::capacity]
async fn nothing() {}

#[pusher::capacity(at_least = 500)]
async fn no_limit() {}

#[pusher::capacity(p99 < "200ms", rps = 50, duration = "1m")]
async fn rate_and_duration() {}

#[pusher::capacity(thresholds(p99 < "200ms"))]
async fn limits_in_parentheses() {}

#[pusher::capacity(p99 < "200ms", stages(hold(5, "1s")), farm = "shop")]
async fn shape_and_farm() {}

#[pusher::capacity(p99 < "200ms", at_least = 0, budget = "0s")]
async fn nothing_at_least() {}

#[pusher::capacity(p99 < "200ms", bugdet = "5m")]
async fn unknown_key() {}

#[pusher::capacity(mean < "200ms", max < "1s", throughput > 50)]
async fn no_shares() {}

#[pusher::capacity(p99 > "200ms", errors < 5, canceled < 0)]
async fn no_upper_limits() {}

#[pusher::capacity(p99 < 200ms, errors < 1%)]
async fn without_quotes() {}

#[pusher::capacity(p99 < "200ms", at_least)]
async fn without_value() {}

#[pusher::capacity(p99 < "200ms", data = users, data_order = "once")]
async fn items_once(_: u32) {}

fn users() -> Vec<u32> {
    vec![1]
}

fn main() {}
