#[pusher::load(rps = 50, duration = "1m")]
async fn named<T: Send>(_: T) {}

#[pusher::load(rps = 50, duration = "1m")]
async fn nameless(_: impl Send) {}

#[pusher::load(rps = 50, duration = "1m")]
async fn lifetime<'a>(_: &'a str) {}

fn main() {
    drop((named(5), nameless(5), lifetime("")));
}
