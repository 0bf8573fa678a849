use std::sync::Arc;

mod r#loop {
    use std::sync::Arc;

    pub fn r#move() -> u64 {
        5
    }

    pub async fn r#return(_: Arc<u64>) {}
}

fn r#const() -> u32 {
    50
}

#[pusher::load(rps = r#const(), duration = "1m", setup = r#loop::r#move, teardown = r#loop::r#return)]
async fn r#type(r#in: Arc<u64>) {
    assert_eq!(*r#in, 5);
}

fn main() {
    tokio::runtime::Runtime::new().unwrap().block_on(r#type(Arc::new(5)));
}
