#[pusher::load(rate = 50, duration = "1m")]
async fn rate() {}

#[pusher::load(vus = 50, iterations = 100)]
async fn users() {}

#[pusher::load(rps = 50, duration = "1m", max_in_flight = 10)]
async fn in_flight() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(avg < "1s", p999 < "1s", service.avg < "1s"))]
async fn figures() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(http_req_failed < "1%", step("pay").avg < "1s"))]
async fn metrics() {}

#[pusher::load(rps = 50, duration = "1m", thresholds("p99 < 250ms", "errors<0.01", "throughput > 40", "a < b"))]
async fn in_quotes() {}

fn main() {}
