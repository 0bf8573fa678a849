use std::rc::Rc;

#[pusher::load(rps = 50, duration = "1m")]
async fn checkout() -> Result<(), String> {
    let cart = Rc::new(5);
    std::future::ready(()).await;
    drop(cart);
    Ok(())
}

fn main() {}
