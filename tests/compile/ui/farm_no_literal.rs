const FARM: &str = "shop";

#[pusher::load(rps = 50, duration = "1m", farm = FARM)]
async fn checkout() {}

fn main() {
    println!("{FARM}");
}
