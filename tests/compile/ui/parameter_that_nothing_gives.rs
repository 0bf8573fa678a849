struct Shop;

fn shop() -> Shop {
    Shop
}

#[pusher::load(rps = 50, duration = "1m", setup = shop)]
async fn checkout(call: pusher::Call, shop: Vec<Shop>) {
    let _ = (call, shop);
}

fn main() {}
