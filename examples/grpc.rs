//! A load test of a gRPC service: a unary call, and one that is answered by a stream.
//!
//! ```text
//! cargo run --release --example grpc                 # both loads
//! cargo run --release --example grpc -- watch        # those whose name contains this
//! ```
//!
//! The service runs in this process, and its messages and methods are written by hand in
//! `exchange/mod.rs`, so that no `protoc` is needed. With a client that tonic generated for you,
//! only the calls below remain.

mod exchange;

use std::sync::Arc;

use exchange::{ExchangeClient, Symbol};
use tokio::net::TcpListener;
use tonic::Status;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Endpoint, Server};

type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// What all loads share: the service, here only its address.
struct Service {
    address: String,
}

/// Starts the service once, on threads of its own, for `main!` names it below.
async fn service() -> Result<Service, Trouble> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    tokio::spawn(Server::builder().serve_with_incoming(exchange::ExchangeServer, incoming));
    Ok(Service { address })
}

/// What the calls of a load share: a client. Its clones use one HTTP/2 connection, which carries
/// many calls at once.
struct Exchange {
    client: ExchangeClient,
}

/// Connects to the service, once for each load.
async fn exchange(service: Arc<Service>) -> Result<Exchange, Trouble> {
    let channel = Endpoint::from_shared(service.address.clone())?.connect().await?;
    Ok(Exchange { client: ExchangeClient::new(channel) })
}

/// 200 calls a second. An answer with a status other than OK is an error: `NotFound: no such
/// symbol`.
#[pusher::load(
    rps = 200, duration = "2s", timeout = "1s",
    setup = exchange,
    thresholds(p50 < "25ms", p95 < "250ms"),
)]
async fn quote(call: pusher::Call, exchange: Arc<Exchange>) -> Result<(), String> {
    let symbol = Symbol { name: ["PEAR", "PLUM"][(call.seq() % 2) as usize].to_string() };
    let price = exchange.client.quote(symbol).await.map_err(text)?;
    if price.cents > 0 { Ok(()) } else { Err("a price of nothing".to_string()) }
}

/// 50 streams a second, each of ten prices that come 10 ms apart: about five are open at any time.
///
/// The call ends with its last message, so its time is that of the whole stream.
#[pusher::load(
    rps = 50, duration = "2s", timeout = "5s",
    setup = exchange,
    thresholds(min >= "90ms", p50 < "250ms"),
)]
async fn watch(exchange: Arc<Exchange>) -> Result<(), String> {
    let mut prices =
        exchange.client.watch(Symbol { name: "PEAR".to_string() }).await.map_err(text)?;
    let mut seen = 0;
    // An error in the midst of the stream is the call's.
    while prices.message().await.map_err(text)?.is_some() {
        seen += 1;
    }
    if seen == exchange::PRICES {
        Ok(())
    } else {
        Err(format!("the stream ended after {seen} prices"))
    }
}

pusher::main!(setup = service);

/// What the report groups errors by: the code and the message. The text of a `Status` itself has
/// its metadata too, in which there may be something new each time.
fn text(status: Status) -> String {
    format!("{:?}: {}", status.code(), status.message())
}
