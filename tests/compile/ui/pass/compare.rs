//! What is compared: any async fn of up to eight parameters, each told apart by its type.
#![forbid(unsafe_code)]
use std::rc::Rc;
use std::sync::Arc;

use pusher::Call;

struct Shop;
struct OldShop;
struct Line;

#[derive(Clone)]
struct User;

async fn shop() -> Result<Shop, String> {
    Ok(Shop)
}

fn old_shop(_: Arc<Shop>) -> OldShop {
    OldShop
}

async fn line() -> Line {
    Line
}

fn users() -> Vec<User> {
    vec![User]
}

#[pusher::load(rps = 50, duration = "1m", compare = nothing)]
async fn bare(_: Call) {}

async fn nothing() {}

#[pusher::load(
    stages(ramp(0, 50, "10s")), setup = shop, setup_worker = line, data = users, args = [1u8, 2],
    workers = 2, compare = all_of_it, compare_setup = old_shop, arrivals = "poisson", seed = 7,
)]
async fn all(_: Arc<Shop>, _: Arc<Line>, _: User, _: u8, _: Call) -> Result<(), std::fmt::Error> {
    Ok(())
}

async fn all_of_it(
    _: Call,
    _: u8,
    _: Arc<User>,
    _: Arc<Line>,
    _: Arc<OldShop>,
    _: Call,
    _: Arc<Line>,
    _: Arc<OldShop>,
) -> Result<u64, &'static str> {
    Ok(1)
}

#[pusher::load(rps = 50, duration = "1m", local = true, setup_worker = line, compare = old::local)]
async fn local(_: Rc<Line>) {
    let kept = Rc::new(1);
    tokio::task::yield_now().await;
    drop(kept);
}

mod old {
    use super::*;

    pub(super) async fn local(_: Call, _: Rc<Line>) {
        let kept = Rc::new(1);
        tokio::task::yield_now().await;
        drop(kept);
    }
}

#[pusher::load(rps = 50, duration = "1m", compare = itself)]
async fn itself(_: Call) {}

/// It is no async fn, and is called like one.
fn future(_: Call) -> impl Future<Output = ()> {
    nothing()
}

#[pusher::load(rps = 50, duration = "1m", compare = future)]
async fn beside_a_future() {}

fn main() {}
