//! The expansion names nothing that a prelude would have to bring.
#![no_implicit_prelude]

struct Shop;

async fn shop() -> ::std::result::Result<Shop, ::std::string::String> {
    ::std::result::Result::Ok(Shop)
}

async fn close(_: ::std::sync::Arc<Shop>) {}

#[::pusher::load(
    rps = 50,
    duration = "1m",
    setup = shop,
    teardown = close,
    name = "cart::add",
    thresholds(p99.9 < "250ms", errors < "1%", canceled == 0)
)]
async fn checkout(_: ::std::sync::Arc<Shop>, _: ::pusher::Call) -> ::std::result::Result<(), ::std::string::String> {
    ::std::result::Result::Ok(())
}

// Neither does it mind what else goes by the names that it uses.
#[allow(dead_code)]
mod core {}
#[allow(dead_code)]
mod std {}
#[allow(dead_code)]
mod pusher {}

fn main() {}
