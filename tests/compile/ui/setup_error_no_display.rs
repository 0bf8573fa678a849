use std::sync::Arc;

struct Shop;
struct StartError;

async fn shop() -> Result<Shop, StartError> {
    Ok(Shop)
}

#[pusher::load(rps = 50, duration = "1m", setup = shop)]
async fn checkout(shop: Arc<Shop>) {
    let _ = shop;
}

fn main() {}
