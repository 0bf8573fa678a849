fn number() -> u64 {
    5
}

async fn later() -> Vec<u64> {
    vec![5]
}

fn of(file: &str) -> Vec<u64> {
    vec![file.len() as u64]
}

#[pusher::load(rps = 50, duration = "1m", data = number)]
async fn no_iterator(_: u64) {}

#[pusher::load(rps = 50, duration = "1m", data = later)]
async fn not_now(_: u64) {}

#[pusher::load(rps = 50, duration = "1m", data = of)]
async fn with_a_parameter(_: u64) {}

fn main() {}
