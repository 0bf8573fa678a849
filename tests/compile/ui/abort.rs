//! What `abort(..)` does not take.

#[pusher::load(rps = 50, duration = "1m", abort)]
async fn nothing() {}

#[pusher::load(rps = 50, duration = "1m", abort = "errors > 50%")]
async fn no_parentheses() {}

#[pusher::load(
    rps = 50,
    duration = "1m",
    abort(
        errors == 0,
        errors > "50%" after "10s",
        p99 > "1s",
        afer = "10s",
        over "10s",
        over = "10s",
        over = "20s",
        abort = true,
    ),
)]
async fn keys() {}

#[pusher::load(rps = 50, duration = "1m", abort(errors > "50%", for = "10s"))]
async fn no_windows() {}

#[pusher::load(rps = 50, duration = "1m", abort(p99 > "1s", over = "1s", after = "2m"))]
async fn too_long() {}

#[pusher::load(rps = 50, duration = "1m", abort(errors > "50%"), abort(p99 > "1s"))]
async fn twice() {}

#[pusher::load(rps = 50, duration = "1m", abort(after = "10s"))]
async fn no_condition() {}

fn main() {}
