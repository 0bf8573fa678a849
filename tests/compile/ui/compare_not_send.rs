use std::rc::Rc;

#[pusher::load(rps = 50, duration = "1m", compare = old_checkout)]
async fn checkout() {}

async fn old_checkout() {
    let kept = Rc::new(1);
    tokio::task::yield_now().await;
    drop(kept);
}

fn main() {}
