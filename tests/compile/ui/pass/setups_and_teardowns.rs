//! Plain or async, with or without a `Result`; a teardown with or without the state. What each does is tested in `pusher`.
use std::sync::Arc;

struct Shop;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn plain() -> Shop {
    Shop
}
fn plain_or_error() -> Result<Shop, Failure> {
    Ok(Shop)
}
async fn later() -> Shop {
    Shop
}
async fn later_or_error() -> Result<Shop, Failure> {
    Ok(Shop)
}
fn future() -> impl std::future::Future<Output = Shop> + Send {
    later()
}
fn generic<S: Default>() -> S {
    S::default()
}

fn close() {}
fn close_shop(_: Arc<Shop>) -> Result<(), Failure> {
    Ok(())
}
async fn close_later() -> Result<u8, Failure> {
    Ok(1)
}
async fn close_shop_later(_: Arc<Shop>) {}

#[pusher::load(rps = 50, duration = "1m", setup = plain, teardown = close)]
async fn one(_: Arc<Shop>) {}

#[pusher::load(rps = 50, duration = "1m", setup = plain_or_error, teardown = close_shop)]
async fn two(_: Arc<Shop>) {}

#[pusher::load(rps = 50, duration = "1m", setup = later, teardown = close_later)]
async fn three(_: Arc<Shop>) {}

#[pusher::load(rps = 50, duration = "1m", setup = later_or_error, teardown = close_shop_later)]
async fn four(_: Arc<Shop>) {}

#[pusher::load(rps = 50, duration = "1m", setup = self::future, teardown = <() as Default>::default)]
async fn five(_: Arc<Shop>) {}

#[pusher::load(rps = 50, duration = "1m", setup = generic::<u64>)]
async fn six(_: Arc<u64>) {}

#[pusher::load(rps = 50, duration = "1m", teardown = close_later)]
async fn seven() {}

fn main() {}
