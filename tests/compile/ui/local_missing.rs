use std::rc::Rc;

struct Connection;

async fn connect() -> Connection {
    Connection
}

#[pusher::load(rps = 50, duration = "1m", setup_worker = connect)]
async fn checkout(connection: Rc<Connection>) {
    let _ = connection;
}

fn main() {}
