//! A load test of a WebSocket service: messages over connections that stay open.
//!
//! ```text
//! cargo run --release --example websocket
//! ```
//!
//! The service, which sends back what it is sent, runs in this process, on threads of its own.

use std::io;
use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, accept_async, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where the service is.
struct Chat {
    address: String,
}

/// Starts the service, for `main!` names it below. For a service that you have already, this is its
/// address alone.
async fn chat() -> Result<Chat, io::Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("ws://{}", listener.local_addr()?);
    tokio::spawn(serve(listener));
    Ok(Chat { address })
}

/// Runs once for each Worker: a user with a connection.
///
/// A socket has no numbers that tell which answer is whose, so it is one call's at a time.
async fn join(chat: Arc<Chat>) -> Result<Mutex<Socket>, Error> {
    let (socket, _) = connect_async(&chat.address).await?;
    Ok(Mutex::new(socket))
}

/// Twenty users say ten things a second each.
#[pusher::load(
    rps = 10, workers = 20, duration = "2s", timeout = "1s",
    setup_worker = join, teardown_worker = leave,
    thresholds(p50 < "25ms", p95 < "250ms"),
)]
async fn say(call: pusher::Call, socket: Arc<Mutex<Socket>>) -> Result<(), String> {
    let mut socket = socket.lock().await;
    let said = Message::text(format!("message {}", call.seq()));
    socket.send(said.clone()).await.map_err(|error| error.to_string())?;
    match socket.next().await {
        Some(Ok(heard)) if heard == said => Ok(()),
        Some(Ok(heard)) => Err(format!("heard {heard} instead")),
        Some(Err(error)) => Err(error.to_string()),
        None => Err("the service has hung up".to_string()),
    }
}

/// Says goodbye, and waits until the service has done so too.
async fn leave(socket: Arc<Mutex<Socket>>) -> Result<(), Error> {
    let mut socket = socket.lock().await;
    socket.close(None).await?;
    while socket.next().await.is_some() {}
    Ok(())
}

pusher::main!(setup = chat);

/// The service under test.
async fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(echo(stream));
    }
}

async fn echo(stream: TcpStream) -> Result<(), Error> {
    let mut socket = accept_async(stream).await?;
    while let Some(message) = socket.next().await {
        let message = message?;
        if message.is_text() {
            socket.send(message).await?;
        }
    }
    Ok(())
}
