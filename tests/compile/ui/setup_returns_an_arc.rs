use std::sync::Arc;

struct Shop;

async fn shop() -> Arc<Shop> {
    Arc::new(Shop)
}

fn shop_or_error() -> Result<Arc<Shop>, std::io::Error> {
    Ok(Arc::new(Shop))
}

#[pusher::load(rps = 50, duration = "1m", setup = shop)]
async fn checkout(shop: Arc<Shop>) {
    let _ = shop;
}

#[pusher::load(rps = 50, duration = "1m", setup_worker = shop_or_error)]
async fn browse(shop: Arc<Shop>) {
    let _ = shop;
}

fn main() {}
