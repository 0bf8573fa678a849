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

pub(crate) struct Shop {
    client: Client<HttpConnector, Empty<Bytes>>,
    address: String,
    asked: AtomicU64,
    served: Arc<AtomicU64>,
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

impl Shop {
    /// Runs once, before the clock starts.
    pub(crate) async fn open() -> Result<Shop, std::io::Error> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let served = Arc::new(AtomicU64::new(0));
        let router = router(served.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = Client::builder(TokioExecutor::new()).build_http();
        Ok(Shop { client, address, asked: AtomicU64::new(0), served })
    }

    /// Runs once, when all calls have ended: the server must have seen every request that was sent.
    pub(crate) async fn settle(self: Arc<Shop>) -> Result<(), String> {
        let (asked, served) =
            (self.asked.load(Ordering::SeqCst), self.served.load(Ordering::SeqCst));
        if asked == served {
            Ok(())
        } else {
            Err(format!("{asked} requests were sent, but {served} served"))
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Result<(), Refused> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let url = format!("{}{path}", self.address)
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
