//! Calls that stay on their lane, and what each lane has of its own.
#![deny(warnings)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

struct Shop;
/// Neither `Send` nor `Sync`.
struct Connection(Rc<RefCell<u8>>);

type Failure = Box<dyn std::error::Error>;

fn shop() -> Shop {
    Shop
}

fn plain() -> Connection {
    Connection(Rc::default())
}
fn plain_with_state(_: Arc<Shop>) -> Result<Connection, Failure> {
    Ok(plain())
}
async fn later() -> Result<Connection, Failure> {
    let connection = plain();
    std::future::ready(()).await;
    Ok(connection)
}
async fn later_with_state(_: Arc<Shop>) -> Connection {
    let connection = plain();
    std::future::ready(()).await;
    connection
}

fn close() {}
fn close_one(_: Rc<Connection>) -> Result<(), Failure> {
    Ok(())
}
async fn close_later() -> Result<u8, Failure> {
    Ok(1)
}
async fn close_one_later(connection: Rc<Connection>) {
    std::future::ready(()).await;
    *connection.0.borrow_mut() += 1;
}

#[pusher::load(rps = 50, duration = "1m", local = true)]
async fn none() -> Result<u8, Failure> {
    let cart = Rc::new(Cell::new(5));
    std::future::ready(()).await;
    Ok(cart.get())
}

#[pusher::load(rps = 50, duration = "1m", local = true, setup_worker = plain, teardown_worker = close)]
async fn one(connection: Rc<Connection>) {
    std::future::ready(()).await;
    *connection.0.borrow_mut() += 1;
}

#[pusher::load(rps = 50, duration = "1m", local = true, setup = shop, setup_worker = plain_with_state, teardown_worker = close_one)]
async fn two(_: Rc<Connection>, _: Arc<Shop>) {}

#[pusher::load(rps = 50, duration = "1m", local = true, workers = 5, setup_worker = later, teardown_worker = close_later)]
async fn three(_: pusher::Call, _: Rc<Connection>) {}

#[pusher::load(concurrency = 5, calls = 100, local = true, setup = shop, setup_worker = later_with_state, teardown_worker = close_one_later, teardown = close)]
async fn four(_: Rc<Connection>) -> Result<(), String> {
    Ok(())
}

/// Of one type: the state is in an `Arc`, and the value of the lane in an `Rc`.
#[pusher::load(rps = 50, duration = "1m", local = true, setup = shop, setup_worker = shop)]
async fn five(_: Arc<Shop>, _: Rc<Shop>) {}

fn users() -> Vec<String> {
    vec![]
}

#[pusher::load(rps = 50, duration = "1m", local = true, time = "virtual", data = users, args = [1, 10])]
async fn six(_: i32, _: Arc<String>, _: pusher::Call) -> Result<(), std::io::Error> {
    Ok(())
}

/// The same as without the key.
#[pusher::load(rps = 50, duration = "1m", local = false, setup_worker = shop)]
async fn seven(_: Arc<Shop>) {}

fn main() {}
