struct CloseError;

async fn close() -> Result<(), CloseError> {
    Ok(())
}

#[pusher::load(rps = 50, duration = "1m", teardown = close)]
async fn checkout() {}

fn main() {}
