#[pusher::load(rps = 50, duration = "1m", thresholds(step("login") < "1s"))]
async fn none() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(record("queue_depth") < 10))]
async fn of_no_record() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(step("login").median < "1s"))]
async fn unknown() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(step("login").error < "1%"))]
async fn misspelled() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(record("queue_depth").errors < "1%"))]
async fn errors_of_a_record() {}

#[pusher::load(rps = 50, duration = "1m", thresholds(count("bytes").p95 > 10))]
async fn of_a_count() {}

fn main() {}
