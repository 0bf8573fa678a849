//! A load test of an HTTP service, from the first line to the last.
//!
//! ```text
//! cargo run --release --example http                       # all loads
//! cargo run --release --example http -- checkout           # those whose name contains this
//! cargo run --release --example http -- --duration 30s     # for longer than the code says
//! ```
//!
//! In a project of your own this is `tests/load.rs`, with `[[test]] name = "load"` and `harness =
//! false` in Cargo.toml, and `cargo test --test load` runs it.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;

/// What all loads share: the service, here only its address.
struct Service {
    address: String,
}

/// Runs once, before the first load, for `main!` names it below. What it spawns has threads of its
/// own, and outlives every load.
///
/// Your service is likely to run elsewhere; then neither this nor the `setup` in `main!` is needed.
async fn service() -> Result<Service, std::io::Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router()).await });
    Ok(Service { address })
}

/// What the calls of a load share. Here: one client, which keeps its connections open between
/// calls, as a real one does.
struct Shop {
    client: Client<HttpConnector, Empty<Bytes>>,
    address: String,
}

/// Runs once for each load that names it in `setup = ..`, before the clock starts. If it returned a
/// `Result`, an `Err` would fail the test.
///
/// Each load has a client of its own, for connections end with the load that made them.
fn shop(service: Arc<Service>) -> Shop {
    let client = Client::builder(TokioExecutor::new()).build_http();
    Shop { client, address: service.address.clone() }
}

/// 200 calls a second for 3 seconds: 600 ticks, due 5 ms apart, whether the service keeps up or
/// not.
///
/// At most 50 calls are in flight. A tick that comes due while there are 50 is canceled, and as no
/// threshold names `canceled`, one such tick fails the test.
#[pusher::load(
    rps = 200, duration = "3s", overtime = 50,
    setup = shop,
    thresholds(p50 < "10ms", p99 < "250ms", errors < "1%"),
)]
async fn browse(shop: Arc<Shop>) -> Result<(), String> {
    shop.get("/").await
}

/// The fn takes what it needs, in any order: here also the `Call`, whose number makes data that is
/// the same every time.
///
/// The first second, 100 calls, warms the connections up and is not measured.
#[pusher::load(
    rps = 100, duration = "2s", warmup = "1s", timeout = "500ms",
    setup = shop,
    thresholds(p99 < "250ms", throughput > 90),
)]
async fn checkout(call: pusher::Call, shop: Arc<Shop>) -> Result<(), String> {
    shop.get(&format!("/checkout/{}", call.seq() % 10)).await
}

pusher::main!(setup = service);

impl Shop {
    async fn get(&self, path: &str) -> Result<(), String> {
        let url = format!("{}{path}", self.address)
            .parse()
            .map_err(|error| format!("bad address: {error}"))?;
        let response = self.client.get(url).await.map_err(|error| error.to_string())?;
        let status = response.status();
        // Read to its end, or the connection cannot be used again.
        response.into_body().collect().await.map_err(|error| error.to_string())?;
        // The text of an error is what the report groups by: `503 Service Unavailable`.
        if status.is_success() { Ok(()) } else { Err(status.to_string()) }
    }
}

/// The service under test.
fn router() -> Router {
    Router::new()
        .route("/", get(async || "welcome"))
        .route("/checkout/{item}", get(async || StatusCode::CREATED))
}
