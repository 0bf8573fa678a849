struct OrderError;

#[pusher::load(rps = 50, duration = "1m")]
async fn checkout() -> Result<u64, OrderError> {
    Err(OrderError)
}

fn main() {}
