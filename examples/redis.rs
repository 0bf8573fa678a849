//! A load test of Redis: one connection that all calls share.
//!
//! ```text
//! cargo run --release --example redis                  # both loads
//! cargo run --release --example redis -- session       # those whose name contains this
//! ```
//!
//! Each load starts a server of its own on a free port, which keeps nothing on disk. If Redis is
//! not installed, the loads are skipped.

mod services;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands, RedisError};
use services::{Home, Server, Trouble};

/// What the calls share. A clone of the connection is the same connection: Redis answers in the
/// order in which it was asked, so calls need not wait for one another's answers.
struct Cache {
    server: Server,
    connection: MultiplexedConnection,
    views: AtomicU64,
}

/// Starts a server and waits until it answers. A Redis that you have already needs the connection
/// alone.
async fn start() -> Result<Cache, Trouble> {
    let Some(programs) = services::folder_with(&["redis-server"], &[]) else {
        pusher::skip(
            "no `redis-server` on PATH: install Redis (Debian: apt-get install redis-server)",
        );
    };
    let port = services::free_port()?;
    let args =
        ["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "no"];
    let server = Home::new("redis")?.start("TERM", &programs.join("redis-server"), args)?;
    let client = redis::Client::open(("127.0.0.1", port))?;
    let connection = server.answer(|| client.get_multiplexed_async_connection()).await?;
    Ok(Cache { server, connection, views: AtomicU64::new(0) })
}

/// Runs after the report is written, whatever became of the calls.
async fn stop(cache: Arc<Cache>) -> Result<(), Trouble> {
    Ok(cache.server.stop().await?)
}

/// 200 logins a second, each with a session that is written, read again, and forgotten after a
/// minute. Both steps have times and thresholds of their own.
#[pusher::load(
    rps = 200, duration = "2s", timeout = "2s",
    setup = start, teardown = stop,
    thresholds(p50 < "25ms", step("write").p95 < "100ms", step("read").p95 < "100ms"),
)]
async fn session(call: pusher::Call, cache: Arc<Cache>) -> Result<(), Trouble> {
    let mut redis = cache.connection.clone();
    let (key, user) = (format!("session:{}", call.seq()), call.seq() % 50);
    let _: () = call.step("write", redis.set_ex(&key, user, 60)).await?;
    let found: Option<u64> = call.step("read", redis.get(&key)).await?;
    // A call that is answered, but wrongly, has failed.
    if found == Some(user) { Ok(()) } else { Err(format!("the session is of {found:?}").into()) }
}

/// 100 page views a second: two counters in one transaction, in one round trip.
#[pusher::load(
    rps = 100, duration = "2s", timeout = "2s",
    setup = start, teardown = count_and_stop,
    thresholds(p50 < "25ms", p95 < "250ms"),
)]
async fn page_view(call: pusher::Call, cache: Arc<Cache>) -> Result<(), RedisError> {
    let mut redis = cache.connection.clone();
    let page = format!("views:{}", call.seq() % 10);
    let _: (u64, u64) =
        redis::pipe().atomic().incr("views", 1).incr(page, 1).query_async(&mut redis).await?;
    cache.views.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

/// A teardown may look at what the calls have left: here, that no view which was answered is lost.
async fn count_and_stop(cache: Arc<Cache>) -> Result<(), Trouble> {
    let counted: Result<u64, RedisError> = cache.connection.clone().get("views").await;
    cache.server.stop().await?;
    let (counted, answered) = (counted?, cache.views.load(Ordering::Relaxed));
    // One that was cut off may have been counted without an answer.
    if counted >= answered {
        Ok(())
    } else {
        Err(format!("{answered} views were answered, and {counted} are counted").into())
    }
}

pusher::main!();
