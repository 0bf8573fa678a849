use std::rc::Rc;

async fn start() {
    let cart = Rc::new(5);
    std::future::ready(()).await;
    drop(cart);
}

#[pusher::load(rps = 50, duration = "1m", setup = start)]
async fn checkout() {}

fn main() {}
