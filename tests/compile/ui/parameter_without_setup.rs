struct Shop;

#[pusher::load(rps = 50, duration = "1m")]
async fn checkout(shop: Shop) {
    let _ = shop;
}

fn main() {}
