use std::rc::Rc;
use std::sync::Arc;

async fn counter() -> Rc<u64> {
    Rc::new(0)
}

#[pusher::load(rps = 50, duration = "1m", setup = counter)]
async fn checkout(counter: Arc<Rc<u64>>) {
    let _ = counter;
}

fn main() {}
