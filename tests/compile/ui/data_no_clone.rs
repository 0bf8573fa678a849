struct User;

fn users() -> Vec<User> {
    vec![User]
}

#[pusher::load(rps = 50, duration = "1m", data = users)]
async fn checkout(user: User) {
    let _ = user;
}

fn main() {}
