#[pusher::load(rps = 0, duration = "soon", overtim = 10, thresholds(p99 < "fast", errros == 0))]
fn checkout() {}

fn main() {
    checkout();
}
