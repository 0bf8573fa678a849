use std::sync::Arc;

struct Client;

fn client() -> Client {
    Client
}

#[pusher::load(rps = 50, duration = "1m", setup = client, setup_worker = client)]
async fn checkout(client: Arc<Client>) {
    let _ = client;
}

fn main() {}
