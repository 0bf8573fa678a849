//! A state for all loads: for calls, for setups of loads, and for setups of Workers.
#![forbid(unsafe_code)]
#![deny(warnings, unused, nonstandard_style, future_incompatible, rust_2018_idioms, let_underscore)]
#![deny(missing_docs, unreachable_pub, missing_debug_implementations, unused_qualifications, unused_results, single_use_lifetimes)]
#![no_implicit_prelude]

use ::std::result::Result::{self, Ok};
use ::std::string::String;
use ::std::sync::Arc;

struct Shop;
struct Client(Arc<Shop>);
struct Connection(Arc<Shop>);

type Shared = Arc<Shop>;

async fn shop() -> Result<Shop, String> {
    Ok(Shop)
}

async fn close(_: Arc<Shop>) -> Result<(), String> {
    Ok(())
}

fn client(shop: Arc<Shop>) -> Client {
    Client(shop)
}

async fn connect(shop: Shared) -> Result<Connection, String> {
    Ok(Connection(shop))
}

async fn connect_client(client: Arc<Client>) -> Connection {
    Connection(::std::clone::Clone::clone(&client.0))
}

#[::pusher::load(rps = 50, duration = "1m")]
#[ignore]
async fn alone(_: Shared, _: ::pusher::Call, _: Arc<Shop>) {}

#[::pusher::load(rps = 50, duration = "1m", setup = client, setup_worker = connect)]
#[ignore]
async fn beside_all_others(_: Arc<Client>, connection: Arc<Connection>, shop: Arc<Shop>) {
    ::std::assert!(Arc::ptr_eq(&connection.0, &shop));
}

#[::pusher::load(rps = 50, duration = "1m", setup = client, setup_worker = connect_client)]
#[ignore]
async fn through_the_own_setup(_: Arc<Connection>) {}

#[::pusher::load(rps = 50, duration = "1m", args = ["a", "b"], data = numbers)]
#[ignore]
async fn with_data(_: &str, _: u64, _: Shared) {}

fn numbers() -> [u64; 2] {
    [1, 2]
}

::pusher::main!(setup = shop, teardown = close, setup_timeout = "5m");
