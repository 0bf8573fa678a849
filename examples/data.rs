//! Calls with data: each logs in one user of a CSV file, on a connection that its caller keeps.
//!
//! ```text
//! cargo run --release --example data
//! ```

use std::fs::File;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

/// One line of `users.csv`.
#[derive(Clone, serde::Deserialize)]
struct User {
    name: String,
    password: String,
}

/// Runs once, before the clock starts. A line that is no user fails the test, with its number.
fn users() -> csv::Result<csv::DeserializeRecordsIntoIter<File, User>> {
    Ok(csv::Reader::from_path(concat!(env!("CARGO_MANIFEST_DIR"), "/users.csv"))?
        .into_deserialize())
}

/// What all loads share, for `main!` names it below: here the address of the service, which is
/// likely to run elsewhere in a test of yours.
async fn service() -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(serve(listener));
    Ok(address)
}

/// What each caller has of its own. Where one call waits for the other, no lock is ever waited for.
struct Connection(Mutex<BufReader<TcpStream>>);

/// Runs once for each caller, after `service` and before the clock starts.
async fn connect(address: Arc<SocketAddr>) -> std::io::Result<Connection> {
    Ok(Connection(Mutex::new(BufReader::new(TcpStream::connect(*address).await?))))
}

/// Runs once for each of them when the calls are over, in reverse order.
async fn disconnect(connection: Arc<Connection>) -> std::io::Result<()> {
    connection.0.lock().await.get_mut().shutdown().await
}

/// Twenty callers log in every user once: the load ends when the users are used up.
#[pusher::load(
    concurrency = 20, duration = "1m",
    setup_worker = connect, teardown_worker = disconnect,
    data = users, data_order = "once",
    thresholds(p99 < "250ms"),
)]
async fn everyone(connection: Arc<Connection>, user: User) -> Result<(), String> {
    connection.log_in(&user).await
}

/// Three hundred logins a second on four connections, of any user, who is the same each time for
/// the same seed.
#[pusher::load(
    rps = 75, workers = 4, duration = "2s",
    setup_worker = connect, teardown_worker = disconnect,
    data = users, data_order = "random", seed = 7,
    thresholds(p99 < "250ms"),
)]
async fn anyone(connection: Arc<Connection>, user: Arc<User>) -> Result<(), String> {
    connection.log_in(&user).await
}

pusher::main!(setup = service);

impl Connection {
    async fn log_in(&self, user: &User) -> Result<(), String> {
        let mut stream = self.0.lock().await;
        let mut answer = String::new();
        let asked = stream
            .get_mut()
            .write_all(format!("{} {}\n", user.name, user.password).as_bytes())
            .await;
        asked.map_err(|error| error.to_string())?;
        stream.read_line(&mut answer).await.map_err(|error| error.to_string())?;
        if answer == format!("welcome {}\n", user.name) { Ok(()) } else { Err(answer) }
    }
}

/// The service under test, which lets everybody in.
async fn serve(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(async move {
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                let name = line.split(' ').next().unwrap_or_default();
                if write.write_all(format!("welcome {name}\n").as_bytes()).await.is_err() {
                    return;
                }
            }
        });
    }
}
