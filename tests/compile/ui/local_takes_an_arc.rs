use std::rc::Rc;
use std::sync::Arc;

struct Connection(Rc<u8>);

async fn connect() -> Connection {
    Connection(Rc::new(5))
}

#[pusher::load(rps = 50, duration = "1m", local = true, setup_worker = connect)]
async fn checkout(connection: Arc<Connection>) {
    let _ = connection.0;
}

fn main() {}
