//! A small service, its client and its messages: by hand, what tonic generates from
//!
//! ```proto
//! syntax = "proto3";
//! package market;
//!
//! service Exchange {
//!     rpc Quote(Symbol) returns (Price);
//!     rpc Watch(Symbol) returns (stream Price);
//! }
//!
//! message Symbol { string name = 1; }
//! message Price { uint64 cents = 1; }
//! ```

use std::convert::Infallible;
use std::time::Duration;

use tokio::time::interval;
use tonic::body::Body;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::codegen::tokio_stream::wrappers::ReceiverStream;
use tonic::codegen::{BoxFuture, Context, Poll, Service, http};
use tonic::server::{ServerStreamingService, UnaryService};
use tonic::transport::Channel;
use tonic::{Request, Response, Status, Streaming, client, server};
use tonic_prost::ProstCodec;

const QUOTE: &str = "/market.Exchange/Quote";
const WATCH: &str = "/market.Exchange/Watch";

/// How many prices a stream has.
pub(crate) const PRICES: u64 = 10;
const BETWEEN_PRICES: Duration = Duration::from_millis(10);

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Symbol {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Price {
    #[prost(uint64, tag = "1")]
    pub(crate) cents: u64,
}

pub(crate) struct ExchangeClient {
    channel: Channel,
}

impl ExchangeClient {
    pub(crate) fn new(channel: Channel) -> ExchangeClient {
        ExchangeClient { channel }
    }

    pub(crate) async fn quote(&self, symbol: Symbol) -> Result<Price, Status> {
        let mut grpc = self.ready().await?;
        let price = grpc
            .unary(Request::new(symbol), PathAndQuery::from_static(QUOTE), ProstCodec::default())
            .await?;
        Ok(price.into_inner())
    }

    pub(crate) async fn watch(&self, symbol: Symbol) -> Result<Streaming<Price>, Status> {
        let mut grpc = self.ready().await?;
        let prices = grpc
            .server_streaming(
                Request::new(symbol),
                PathAndQuery::from_static(WATCH),
                ProstCodec::default(),
            )
            .await?;
        Ok(prices.into_inner())
    }

    async fn ready(&self) -> Result<client::Grpc<Channel>, Status> {
        let mut grpc = client::Grpc::new(self.channel.clone());
        grpc.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
        Ok(grpc)
    }
}

/// The service, as tonic's server calls it.
#[derive(Clone)]
pub(crate) struct ExchangeServer;

impl Service<http::Request<Body>> for ExchangeServer {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move {
            Ok(match request.uri().path() {
                QUOTE => server::Grpc::new(ProstCodec::default()).unary(Quote, request).await,
                WATCH => {
                    server::Grpc::new(ProstCodec::default()).server_streaming(Watch, request).await
                }
                path => Status::unimplemented(format!("no method {path}")).into_http(),
            })
        })
    }
}

struct Quote;

impl UnaryService<Symbol> for Quote {
    type Response = Price;
    type Future = BoxFuture<Response<Price>, Status>;

    fn call(&mut self, request: Request<Symbol>) -> Self::Future {
        Box::pin(
            async move { Ok(Response::new(Price { cents: first_price(&request.into_inner())? })) },
        )
    }
}

struct Watch;

impl ServerStreamingService<Symbol> for Watch {
    type Response = Price;
    type ResponseStream = ReceiverStream<Result<Price, Status>>;
    type Future = BoxFuture<Response<Self::ResponseStream>, Status>;

    fn call(&mut self, request: Request<Symbol>) -> Self::Future {
        Box::pin(async move {
            let first = first_price(&request.into_inner())?;
            let (sender, receiver) = tokio::sync::mpsc::channel(1);
            tokio::spawn(async move {
                let mut ticks = interval(BETWEEN_PRICES);
                for cents in first..first + PRICES {
                    ticks.tick().await;
                    if sender.send(Ok(Price { cents })).await.is_err() {
                        // The client is gone.
                        break;
                    }
                }
            });
            Ok(Response::new(ReceiverStream::new(receiver)))
        })
    }
}

fn first_price(symbol: &Symbol) -> Result<u64, Status> {
    match symbol.name.as_str() {
        "PEAR" => Ok(120),
        "PLUM" => Ok(80),
        _ => Err(Status::not_found("no such symbol")),
    }
}
