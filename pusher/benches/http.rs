//! What an HTTP call costs, and what is added to its response time: of pusher with three clients,
//! and, where they are installed, of [wrk] and [oha]. Linux only.
//!
//! ```text
//! cargo bench -p pusher-load --bench http              # the whole table, about two minutes
//! cargo bench -p pusher-load --bench http -- raw       # the rows whose name contains this
//! ```
//!
//! The server is a process of its own with one thread, and answers at once. Every row runs in a
//! process of its own too, so that CPU time is that row's. The server works on the same cores.
//!
//! [wrk]: https://github.com/wg/wrk
//! [oha]: https://github.com/hatoo/oha

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use pusher::{ClosedLoop, Report, Worker};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

const TIME: Duration = Duration::from_secs(3);

/// A generator, its client, and what it asks for.
#[derive(Clone)]
struct Row {
    generator: &'static str,
    pace: Pace,
}

#[derive(Clone, Copy)]
enum Pace {
    /// An open loop of so many calls a second.
    PerSecond(u64),
    /// A closed loop of so many callers.
    Callers(u64),
}

/// What a row measured.
struct Figures {
    calls: u64,
    /// How long they took.
    elapsed: Duration,
    /// Of the generator.
    cpu_seconds: f64,
    response: [Duration; 2],
}

fn rows() -> Vec<Row> {
    let clients = ["raw", "hyper-util", "reqwest"];
    let mut rows = Vec::new();
    for per_second in [1_000, 5_000, 20_000, 40_000] {
        let row = |generator| Row { generator, pace: Pace::PerSecond(per_second) };
        rows.extend(clients.map(row));
    }
    for callers in [1, 64, 256] {
        let row = |generator| Row { generator, pace: Pace::Callers(callers) };
        rows.extend(clients.map(row));
        rows.extend(["wrk", "oha"].into_iter().filter(|tool| is_installed(tool)).map(row));
    }
    rows
}

impl Row {
    fn name(&self) -> String {
        match self.pace {
            Pace::PerSecond(rate) => format!("{} {rate}/s", self.generator),
            Pace::Callers(1) => format!("{} 1 caller", self.generator),
            Pace::Callers(callers) => format!("{} {callers} callers", self.generator),
        }
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    match &args[..] {
        [flag] if flag == "--serve" => serve(),
        [flag, name, address] if flag == "--row" => {
            let row = rows().into_iter().find(|row| row.name() == *name).expect("a row");
            print_figures(&row, &measure(&row, address.parse().expect("an address")));
        }
        filters => print_table(filters),
    }
}

fn print_table(filters: &[String]) {
    println!(
        "{:<24} {:>8} {:>8} {:>9} {:>9} {:>6} {:>18}",
        "", "calls", "a second", "in time", "CPU/call", "cores", "response p50/p99"
    );
    let server = Server::start();
    for row in rows() {
        let name = row.name();
        if filters.iter().all(|filter| name.contains(filter.as_str())) {
            let status = this_program()
                .args(["--row", &name, &server.address.to_string()])
                .status()
                .expect("this program runs");
            assert!(status.success(), "{name}: {status}");
        }
    }
}

fn print_figures(row: &Row, figures: &Figures) {
    let Figures { calls, elapsed, cpu_seconds, response } = figures;
    let per_second = *calls as f64 / elapsed.as_secs_f64();
    let in_time = match row.pace {
        Pace::PerSecond(rate) => format!("{:.1}%", 100.0 * per_second / rate as f64),
        Pace::Callers(_) => "-".to_string(),
    };
    let [p50, p99] = response.map(|time| format!("{:.0}", time.as_secs_f64() * 1e6));
    println!(
        "{:<24} {calls:>8} {per_second:>8.0} {in_time:>9} {:>6.1} µs {:>6.2} {:>18}",
        row.name(),
        cpu_seconds * 1e6 / *calls as f64,
        cpu_seconds / elapsed.as_secs_f64(),
        format!("{p50} / {p99} µs"),
    );
}

fn measure(row: &Row, address: SocketAddr) -> Figures {
    match (row.generator, row.pace) {
        ("wrk", Pace::Callers(callers)) => wrk(callers, address),
        ("oha", Pace::Callers(callers)) => oha(callers, address),
        (client, pace) => pusher(client, pace, address),
    }
}

/// Of pusher, with one of the clients.
fn pusher(client: &str, pace: Pace, address: SocketAddr) -> Figures {
    let runtime = runtime();
    let worker = {
        let _context = runtime.enter();
        worker(client, address)
    };
    let before = cpu_seconds(Whose::OfThisProcess);
    let report = runtime.block_on(async {
        match pace {
            Pace::PerSecond(rate) => worker.work(rate, TIME).await,
            Pace::Callers(callers) => {
                worker.work_closed(ClosedLoop::new(callers).duration(TIME)).await
            }
        }
    });
    let cpu_seconds = cpu_seconds(Whose::OfThisProcess) - before;
    let Report { ledger, response, elapsed, .. } = &report.expect("it works");
    assert_eq!(ledger.ok, ledger.scheduled, "{ledger:?}");
    Figures {
        calls: ledger.ok,
        elapsed: *elapsed,
        cpu_seconds,
        response: [50.0, 99.0].map(|percent| response.percentile(percent)),
    }
}

fn worker(client: &str, address: SocketAddr) -> Worker {
    let url = format!("http://{address}/");
    match client {
        "raw" => {
            let connections = Arc::new(Connections { address, free: Mutex::default() });
            Worker::hire(client, move || {
                let connections = connections.clone();
                async move { connections.get().await }
            })
        }
        "hyper-util" => {
            let client: legacy::Client<HttpConnector, Empty<Bytes>> =
                legacy::Client::builder(TokioExecutor::new()).build_http();
            let url: hyper::Uri = url.parse().expect("a URL");
            Worker::hire("hyper-util", move || {
                let answer = client.get(url.clone());
                async move {
                    let body = answer.await.map_err(|error| error.to_string())?.into_body();
                    body.collect().await.map(drop).map_err(|error| error.to_string())
                }
            })
        }
        _ => {
            let client = reqwest::Client::new();
            Worker::hire("reqwest", move || {
                let answer = client.get(&url).send();
                async move { answer.await?.error_for_status()?.bytes().await.map(drop) }
            })
        }
    }
}

/// Connections without a client around them: each call takes a free one, or makes one.
struct Connections {
    address: SocketAddr,
    free: Mutex<Vec<SendRequest<Empty<Bytes>>>>,
}

impl Connections {
    async fn get(&self) -> Result<(), String> {
        let taken = self.free.lock().expect("not poisoned").pop();
        let mut connection = match taken {
            Some(connection) => connection,
            None => self.connect().await.map_err(|error| error.to_string())?,
        };
        let request = Request::get("/").header("host", "127.0.0.1").body(Empty::new());
        connection.ready().await.map_err(|error| error.to_string())?;
        let answer = connection.send_request(request.expect("a request")).await;
        let body = answer.map_err(|error| error.to_string())?.into_body();
        body.collect().await.map_err(|error| error.to_string())?;
        self.free.lock().expect("not poisoned").push(connection);
        Ok(())
    }

    async fn connect(&self) -> Result<SendRequest<Empty<Bytes>>, Box<dyn std::error::Error>> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (send, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(send)
    }
}

/// The server's process, which ends with this.
struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    fn start() -> Server {
        let mut process =
            this_program().arg("--serve").stdout(Stdio::piped()).spawn().expect("it starts");
        let mut line = String::new();
        let output = process.stdout.as_mut().expect("an output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        Server { process, address: line.trim().parse().expect("an address") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Answers every request, on one thread, until the process is killed.
fn serve() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("{}", listener.local_addr().expect("an address"));
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            stream.set_nodelay(true).expect("a socket");
            let answer = service_fn(async |_| {
                Ok::<_, hyper::Error>(Response::new(Full::new(Bytes::from_static(b"ok"))))
            });
            let connection = hyper::server::conn::http1::Builder::new();
            tokio::spawn(connection.serve_connection(TokioIo::new(stream), answer));
        }
    });
}

fn wrk(callers: u64, address: SocketAddr) -> Figures {
    let mut wrk = Command::new("wrk");
    wrk.args(["-t1", "--latency", &format!("-c{callers}"), &format!("-d{}s", TIME.as_secs())]);
    let (told, elapsed, cpu_seconds) = run(wrk.arg(format!("http://{address}/")));
    let word_after = |label: &str| {
        let (_, rest) = told.split_once(label).unwrap_or_else(|| panic!("no {label}: {told}"));
        rest.split_whitespace().next().unwrap_or_default().to_string()
    };
    let calls = told.split_once(" requests in").map(|(before, _)| before);
    let calls = calls.and_then(|before| before.split_whitespace().last()?.parse().ok());
    let per_second: f64 = word_after("Requests/sec:").parse().expect("a number");
    let calls: u64 = calls.expect("a number of requests");
    // Its own time, without its start and end.
    let elapsed = elapsed.min(Duration::from_secs_f64(calls as f64 / per_second));
    let response = ["50%", "99%"].map(|label| time_of_wrk(&word_after(label)));
    Figures { calls, elapsed, cpu_seconds, response }
}

/// `75.00us`, `1.20ms` or `1.00s`.
fn time_of_wrk(text: &str) -> Duration {
    let unit = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let seconds = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        _ => 1.0,
    };
    Duration::from_secs_f64(number.parse::<f64>().expect("a time") * seconds)
}

fn oha(callers: u64, address: SocketAddr) -> Figures {
    let mut oha = Command::new("oha");
    oha.args(["--no-tui", "--output-format", "json", "-c", &callers.to_string()]);
    oha.args(["-z", &format!("{}s", TIME.as_secs()), &format!("http://{address}/")]);
    let (told, _, cpu_seconds) = run(&mut oha);
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    let number = |path: &str| {
        told.pointer(path).and_then(|number| number.as_f64()).unwrap_or_else(|| {
            panic!("no {path}: {told}");
        })
    };
    let elapsed = number("/summary/total");
    Figures {
        calls: (number("/summary/requestsPerSec") * elapsed) as u64,
        elapsed: Duration::from_secs_f64(elapsed),
        cpu_seconds,
        response: ["/latencyPercentiles/p50", "/latencyPercentiles/p99"]
            .map(|path| Duration::from_secs_f64(number(path))),
    }
}

/// Runs a tool to its end: what it printed, how long it took, and its CPU time.
fn run(tool: &mut Command) -> (String, Duration, f64) {
    let (before, began) = (cpu_seconds(Whose::OfChildren), Instant::now());
    let output = tool.output().expect("the tool runs");
    let cpu_seconds = cpu_seconds(Whose::OfChildren) - before;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8_lossy(&output.stdout).into_owned(), began.elapsed(), cpu_seconds)
}

fn is_installed(tool: &str) -> bool {
    let quiet = || Stdio::null();
    Command::new(tool).arg("--version").stdout(quiet()).stderr(quiet()).status().is_ok()
}

fn this_program() -> Command {
    Command::new(std::env::current_exe().expect("a path to this program"))
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().enable_all().build().expect("a runtime")
}

/// Whose CPU time.
#[derive(Clone, Copy)]
enum Whose {
    OfThisProcess,
    /// Those that have ended.
    OfChildren,
}

/// User and system time, from Linux's `/proc/self/stat` (fields 14 and 15, and for children 16 and
/// 17, in hundredths of a second).
fn cpu_seconds(whose: Whose) -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |field: usize| {
        fields.get(field - 3).and_then(|ticks| ticks.parse::<f64>().ok()).unwrap_or(f64::NAN)
    };
    let first = match whose {
        Whose::OfThisProcess => 14,
        Whose::OfChildren => 16,
    };
    (ticks(first) + ticks(first + 1)) / 100.0
}
