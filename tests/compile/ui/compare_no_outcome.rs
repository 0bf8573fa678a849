#[pusher::load(rps = 50, duration = "1m", compare = old_checkout)]
async fn checkout() {}

async fn old_checkout() -> u8 {
    1
}

fn main() {}
