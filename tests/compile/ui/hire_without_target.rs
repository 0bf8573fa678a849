fn main() {
    let _ = pusher::Worker::hire("judas", ());
}
