use std::rc::Rc;

async fn close() {
    let cart = Rc::new(5);
    std::future::ready(()).await;
    drop(cart);
}

#[pusher::load(rps = 50, duration = "1m", teardown = close)]
async fn checkout() {}

fn main() {}
