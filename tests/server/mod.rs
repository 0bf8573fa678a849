//! A shop behind HTTP on a free port of 127.0.0.1, and the client that calls it over keep-alive
//! connections.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;

/// The service, which all loads share.
pub(crate) struct Service {
    address: String,
    asked: AtomicU64,
    served: Arc<AtomicU64>,
}

/// What the calls of one load share.
pub(crate) struct Shop {
    client: Client<HttpConnector, Empty<Bytes>>,
    service: Arc<Service>,
}

/// Why a request counts as failed.
#[derive(Debug)]
pub(crate) enum Refused {
    Status(StatusCode),
    Broken(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Status(status) => write!(f, "{status}"),
            Refused::Broken(why) => write!(f, "broken connection: {why}"),
        }
    }
}

impl Service {
    /// Runs once, before the first load.
    pub(crate) async fn start() -> Result<Service, std::io::Error> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let served = Arc::new(AtomicU64::new(0));
        let router = router(served.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Service { address, asked: AtomicU64::new(0), served })
    }

    /// Whether the server has seen every request that was sent.
    pub(crate) fn settle(&self) -> Result<(), String> {
        let (asked, served) =
            (self.asked.load(Ordering::SeqCst), self.served.load(Ordering::SeqCst));
        if asked == served {
            Ok(())
        } else {
            Err(format!("{asked} requests were sent, but {served} served"))
        }
    }
}

impl Shop {
    /// Runs once for each load, before its clock starts.
    pub(crate) fn open(service: Arc<Service>) -> Shop {
        Shop { client: Client::builder(TokioExecutor::new()).build_http(), service }
    }

    /// Runs once for each load, when all its calls have ended.
    pub(crate) fn settle(self: Arc<Shop>) -> Result<(), String> {
        self.service.settle()
    }

    pub(crate) async fn get(&self, path: &str) -> Result<(), Refused> {
        self.service.asked.fetch_add(1, Ordering::SeqCst);
        let url = format!("{}{path}", self.service.address)
            .parse()
            .map_err(|error| Refused::Broken(format!("{error}")))?;
        let response =
            self.client.get(url).await.map_err(|error| Refused::Broken(error.to_string()))?;
        let status = response.status();
        // The body is read to its end, so that the connection can be used again.
        response.into_body().collect().await.map_err(|error| Refused::Broken(error.to_string()))?;
        if status.is_success() { Ok(()) } else { Err(Refused::Status(status)) }
    }
}

fn router(served: Arc<AtomicU64>) -> Router {
    Router::new()
        .route("/quick", get(async || "ok"))
        .route("/slow", get(slow))
        .route("/order/{number}", get(order))
        .layer(axum::middleware::from_fn(
            move |request: axum::extract::Request, next: axum::middleware::Next| {
                served.fetch_add(1, Ordering::SeqCst);
                next.run(request)
            },
        ))
}

async fn slow() -> &'static str {
    tokio::time::sleep(Duration::from_millis(5)).await;
    "ok"
}

async fn order(Path(number): Path<u64>) -> StatusCode {
    if number % 100 == 7 { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::CREATED }
}
