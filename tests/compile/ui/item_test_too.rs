#[pusher::load(rps = 50, duration = "1m")]
#[test]
async fn plain() {}

#[pusher::load(rps = 50, duration = "1m")]
#[tokio::test]
async fn of_tokio(call: pusher::Call) {
    let _ = call;
}

fn main() {
    drop(plain());
    drop(of_tokio);
}
