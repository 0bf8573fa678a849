fn main() {
    let _ = |call: pusher::Call| call.record("share", 0.5);
}
