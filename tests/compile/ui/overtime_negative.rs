fn main() {
    let _ = pusher::Worker::hire("judas", async || ()).overtime(-42);
}
