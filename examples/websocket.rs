//! A load test of a WebSocket service: messages over connections that stay open.
//!
//! ```text
//! cargo run --release --example websocket
//! ```
//!
//! The service, which sends back what it is sent, runs in this process.

use std::io;
use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, accept_async, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// As many users as are connected.
const SOCKETS: u64 = 20;

/// What the calls share. A socket has no numbers that tell which answer is whose, so it is one call's at a time.
struct Chat {
    sockets: Vec<Mutex<Socket>>,
}

/// Starts the service and connects to it. For a service that you have already, it connects alone.
async fn chat() -> Result<Chat, Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("ws://{}", listener.local_addr()?);
    // It ends with the load, whose runtime it is on.
    tokio::spawn(serve(listener));
    let mut sockets = Vec::new();
    for _ in 0..SOCKETS {
        let (socket, _) = connect_async(&address).await?;
        sockets.push(Mutex::new(socket));
    }
    Ok(Chat { sockets })
}

/// 200 messages a second, which is ten for each user.
#[pusher::load(
    rps = 200, duration = "2s", timeout = "1s",
    setup = chat, teardown = leave,
    thresholds(p50 < "25ms", p95 < "250ms"),
)]
async fn say(call: pusher::Call, chat: Arc<Chat>) -> Result<(), String> {
    let mut socket = chat.sockets[(call.seq() % SOCKETS) as usize].lock().await;
    let said = Message::text(format!("message {}", call.seq()));
    socket.send(said.clone()).await.map_err(|error| error.to_string())?;
    match socket.next().await {
        Some(Ok(heard)) if heard == said => Ok(()),
        Some(Ok(heard)) => Err(format!("heard {heard} instead")),
        Some(Err(error)) => Err(error.to_string()),
        None => Err("the service has hung up".to_string()),
    }
}

/// Says goodbye on each connection, and waits until the service has done so too.
async fn leave(chat: Arc<Chat>) -> Result<(), Error> {
    for socket in &chat.sockets {
        let mut socket = socket.lock().await;
        socket.close(None).await?;
        while socket.next().await.is_some() {}
    }
    Ok(())
}

pusher::main!();

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
