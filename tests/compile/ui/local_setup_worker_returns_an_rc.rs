use std::rc::Rc;
use std::sync::Arc;

struct Connection;

async fn connect() -> Rc<Connection> {
    Rc::new(Connection)
}

fn try_to_connect() -> Result<Arc<Connection>, String> {
    Ok(Arc::new(Connection))
}

#[pusher::load(rps = 50, duration = "1m", local = true, setup_worker = connect)]
async fn checkout(connection: Rc<Connection>) {
    let _ = connection;
}

#[pusher::load(rps = 50, duration = "1m", local = true, setup_worker = try_to_connect)]
async fn pay(connection: Rc<Connection>) {
    let _ = connection;
}

fn main() {}
