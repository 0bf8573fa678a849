#[pusher::load(rps = 50, duration = "1m")]
fn checkout() {}

fn main() {
    checkout();
}
