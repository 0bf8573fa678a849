#[pusher::load(rps = 50, duration = "1m")]
async fn checkout() {}

fn main() {
    pusher::main!();
}
