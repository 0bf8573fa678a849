//! What each Worker or caller has of its own, with or without the state of the load.
#![deny(warnings)]

use std::sync::Arc;

struct Shop;
struct Connection;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn shop() -> Shop {
    Shop
}

fn plain() -> Connection {
    Connection
}
fn plain_with_state(_: Arc<Shop>) -> Result<Connection, Failure> {
    Ok(Connection)
}
async fn later() -> Result<Connection, Failure> {
    Ok(Connection)
}
async fn later_with_state(_: Arc<Shop>) -> Connection {
    Connection
}

fn close() {}
fn close_one(_: Arc<Connection>) -> Result<(), Failure> {
    Ok(())
}
async fn close_later() -> Result<u8, Failure> {
    Ok(1)
}
async fn close_one_later(_: Arc<Connection>) {}

#[pusher::load(rps = 50, duration = "1m", setup_worker = plain, teardown_worker = close)]
async fn one(_: Arc<Connection>) {}

#[pusher::load(rps = 50, duration = "1m", setup = shop, setup_worker = plain_with_state, teardown_worker = close_one)]
async fn two(_: Arc<Connection>, _: Arc<Shop>) {}

#[pusher::load(rps = 50, duration = "1m", workers = 5, setup_worker = later, teardown_worker = close_later)]
async fn three(_: pusher::Call, _: Arc<Connection>) {}

#[pusher::load(concurrency = 5, calls = 100, setup = shop, setup_worker = later_with_state, teardown_worker = close_one_later, teardown = close)]
async fn four(_: Arc<Connection>) {}

#[pusher::load(rps = 50, duration = "1m", setup_worker = later)]
async fn five() {}

#[pusher::load(rps = 50, duration = "1m", setup_worker = Vec::<u8>::new)]
async fn six(_: Arc<Vec<u8>>) {}

/// Of one type, as long as the fn does not take it.
#[pusher::load(rps = 50, duration = "1m", setup = shop, setup_worker = shop)]
async fn seven() {}

fn main() {}
