use std::sync::Arc;

struct Connection;
struct ConnectError;

fn connect() -> Result<Connection, ConnectError> {
    Ok(Connection)
}

#[pusher::load(rps = 50, duration = "1m", setup_worker = connect)]
async fn checkout(connection: Arc<Connection>) {
    let _ = connection;
}

fn main() {}
