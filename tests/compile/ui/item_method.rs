struct Shop;

impl Shop {
    #[pusher::load(rps = 50, duration = "1m")]
    async fn checkout(&self) {}
}

fn main() {
    drop(Shop.checkout());
}
