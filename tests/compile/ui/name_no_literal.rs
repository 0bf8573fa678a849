const NAME: &str = "checkout";

#[pusher::load(rps = 50, duration = "1m", name = NAME)]
async fn checkout() {}

fn main() {
    println!("{NAME}");
}
