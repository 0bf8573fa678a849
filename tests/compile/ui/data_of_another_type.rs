fn users() -> Vec<u64> {
    vec![5]
}

#[pusher::load(rps = 50, duration = "1m", data = users)]
async fn checkout(user: String) {
    let _ = user;
}

fn main() {}
