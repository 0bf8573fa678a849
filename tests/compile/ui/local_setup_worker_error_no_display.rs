use std::rc::Rc;

struct Failure;

async fn connect() -> Result<u8, Failure> {
    Ok(5)
}

#[pusher::load(rps = 50, duration = "1m", local = true, setup_worker = connect)]
async fn checkout(connection: Rc<u8>) {
    let _ = connection;
}

fn main() {}
