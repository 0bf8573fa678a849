//! A load test of PostgreSQL: transactions move money, and a teardown counts it.
//!
//! ```text
//! cargo run --release --example postgres
//! ```
//!
//! The load makes a database of its own, in a temporary folder and on a free port, and removes it.
//! If PostgreSQL is not installed, the load is skipped.

mod services;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use services::{Home, Server, Trouble};
use tokio::sync::Mutex;
use tokio_postgres::{Client, NoTls, Statement};

const ACCOUNTS: i64 = 1_000;
const BALANCE: i64 = 100;
const WORKERS: u64 = 5;

/// What all calls share.
struct Bank {
    server: Server,
    address: String,
    auditor: Client,
    tellers: AtomicU64,
}

/// A connection, with the statement that it has prepared: a transaction has a connection for
/// itself.
struct Teller {
    /// From 0.
    number: u64,
    client: Client,
    book: Statement,
}

/// Starts a server, waits until it answers, and fills a table. All of this is over before the clock
/// starts.
async fn open() -> Result<Bank, Trouble> {
    let (server, address) = postgres().await?;
    let auditor = server.answer(|| connect(&address)).await?;
    auditor
        .batch_execute("CREATE TABLE account (number bigint PRIMARY KEY, balance bigint NOT NULL)")
        .await?;
    let fill = format!(
        "INSERT INTO account SELECT number, {BALANCE} \
         FROM generate_series(0, {ACCOUNTS} - 1) AS number"
    );
    auditor.batch_execute(&fill).await?;
    Ok(Bank { server, address, auditor, tellers: AtomicU64::new(0) })
}

/// Runs once for each Worker, after `open`.
async fn teller(bank: Arc<Bank>) -> Result<Mutex<Teller>, tokio_postgres::Error> {
    let client = connect(&bank.address).await?;
    let book =
        client.prepare("UPDATE account SET balance = balance + $2 WHERE number = $1").await?;
    let number = bank.tellers.fetch_add(1, Ordering::Relaxed);
    Ok(Mutex::new(Teller { number, client, book }))
}

/// Runs after the report is written, whatever became of the calls. Its error fails the test, too:
/// here, that money was made or lost.
async fn close(bank: Arc<Bank>) -> Result<(), Trouble> {
    let counted = bank.money().await;
    bank.server.stop().await?;
    match counted? {
        money if money == ACCOUNTS * BALANCE => Ok(()),
        money => Err(format!("{} went in, and {money} is there", ACCOUNTS * BALANCE).into()),
    }
}

/// Five Workers with a connection each make 20 transactions a second each, which move 1 from one
/// account to another or do nothing.
///
/// A transaction has three steps, whose times are in the report beside those of the whole. A call
/// that waits for its Worker's connection waits as your users would: it is part of the response
/// time, and of no step.
#[pusher::load(
    rps = 20, workers = WORKERS, duration = "3s", warmup = "500ms", timeout = "5s",
    setup = open, setup_worker = teller, teardown = close,
    thresholds(
        p50 < "100ms", p95 < "500ms", step("move").p95 < "250ms", step("commit").p95 < "250ms",
    ),
)]
async fn transfer(
    call: pusher::Call,
    teller: Arc<Mutex<Teller>>,
) -> Result<(), tokio_postgres::Error> {
    let mut teller = teller.lock().await;
    let Teller { number, client, book } = &mut *teller;

    // Dropped before its commit, by an error or the timeout, a transaction is rolled back.
    let transaction = call.step("begin", client.transaction()).await?;
    call.step("move", async {
        for (account, amount) in bookings(call.seq() * WORKERS + *number) {
            transaction.execute(book, &[&account, &amount]).await?;
        }
        Ok::<_, tokio_postgres::Error>(())
    })
    .await?;
    call.step("commit", transaction.commit()).await
}

pusher::main!();

/// The number of a tick decides who pays whom, so that every run is the same run. Each Worker
/// counts its ticks from 0, so the number is made one of all Workers.
///
/// The lower account comes first: two transactions that lock the same two rows in one order cannot
/// wait for each other.
fn bookings(nth: u64) -> [(i64, i64); 2] {
    let payer = nth as i64 % ACCOUNTS;
    let payee = (payer + 1 + nth as i64 * 7 % (ACCOUNTS - 1)) % ACCOUNTS;
    let mut bookings = [(payer, -1), (payee, 1)];
    bookings.sort();
    bookings
}

impl Bank {
    async fn money(&self) -> Result<i64, tokio_postgres::Error> {
        let row = self.auditor.query_one("SELECT sum(balance)::bigint FROM account", &[]).await?;
        row.try_get(0)
    }
}

async fn connect(address: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await?;
    // What speaks to the server; it ends with the client.
    tokio::spawn(connection);
    Ok(client)
}

/// A new server, and how to reach it. A database that you have already needs the address alone.
async fn postgres() -> Result<(Server, String), Trouble> {
    let Some(programs) = services::folder_with(&["initdb", "postgres"], &debian()) else {
        pusher::skip(
            "no `initdb` and `postgres` on PATH or below /usr/lib/postgresql: \
             install PostgreSQL (Debian: apt-get install postgresql)",
        );
    };
    let home = Home::new("postgres")?.unless_root("postgres").await?;
    let init = [
        "--pgdata=data",
        "--username=bank",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync",
    ];
    home.run(&programs.join("initdb"), init).await?;

    let port = services::free_port()?;
    let settings =
        ["listen_addresses=127.0.0.1", "unix_socket_directories=", &format!("port={port}")];
    let args =
        ["-D", "data"].into_iter().chain(settings.into_iter().flat_map(|setting| ["-c", setting]));
    // SIGINT is PostgreSQL's fast shutdown, which does not wait for clients.
    let server = home.start("INT", &programs.join("postgres"), args)?;
    Ok((server, format!("host=127.0.0.1 port={port} user=bank dbname=postgres")))
}

/// Where Debian has the programs of each version, the latest first.
fn debian() -> Vec<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path()).collect();
    versions
        .sort_by_key(|path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()));
    versions.iter().rev().map(|version| version.join("bin")).collect()
}
