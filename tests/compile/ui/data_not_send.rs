use std::rc::Rc;
use std::sync::Arc;

fn users() -> Vec<Rc<u64>> {
    vec![Rc::new(5)]
}

#[pusher::load(rps = 50, duration = "1m", data = users)]
async fn checkout(user: Arc<Rc<u64>>) {
    let _ = user;
}

fn main() {}
