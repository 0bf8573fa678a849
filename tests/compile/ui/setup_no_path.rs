fn shop() {}

#[pusher::load(rps = 50, duration = "1m", setup = shop())]
async fn called() {}

#[pusher::load(rps = 50, duration = "1m", setup = || 5)]
async fn closure() {}

fn main() {
    shop();
}
