struct FileError;

fn users() -> Result<Vec<u64>, FileError> {
    Ok(vec![5])
}

fn lines() -> Vec<Result<u64, FileError>> {
    vec![Ok(5)]
}

#[pusher::load(rps = 50, duration = "1m", data = users)]
async fn of_all(_: u64) {}

#[pusher::load(rps = 50, duration = "1m", data = lines)]
async fn of_an_item(_: u64) {}

fn main() {}
