//! What an HTTP call costs, and what is added to its response time: of loads with three clients,
//! and, where they are installed, of [wrk] and [oha]. Linux only.
//!
//! ```text
//! cargo bench -p pusher-load --bench http              # the whole table, about two minutes
//! cargo bench -p pusher-load --bench http -- raw       # the rows whose name contains this
//! ```
//!
//! The server is a process of its own with one thread, and answers at once. Every load and every
//! tool is a process of its own too, so that CPU time is that row's. The server works on the same
//! cores. Open loops have 1,000 calls in flight at most, or they would measure connections that are
//! opened in vain; those of oha have 64 connections.
//!
//! The floor is what a single caller sees of the server: one thread of this program writes a
//! request into its one connection, and blocks until the answer is there. With a rate it sleeps
//! before each call, so that the server is idle when a call comes; as a closed loop it calls again
//! at once. Its times begin with the call, not when it was due.
//!
//! [wrk]: https://github.com/wg/wrk
//! [oha]: https://github.com/hatoo/oha

mod load_binary;

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitCode, Stdio};
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
use load_binary::{EXACT, Made, OF_THIS_PROCESS, begin, cpu_seconds, end, this_program};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

const TIME: Duration = Duration::from_secs(3);

/// The variable that tells a load's process the address of the server.
const SERVER: &str = "SERVER";

/// In which field of `/proc/self/stat` the CPU time of children that have ended begins.
const OF_ENDED_CHILDREN: usize = 16;

/// A generator, its client, and what it asks for.
struct Row {
    generator: &'static str,
    pace: Pace,
}

#[derive(Clone, Copy)]
enum Pace {
    /// An open loop of so many calls a second.
    PerSecond(u32),
    /// A closed loop of so many callers.
    Callers(u32),
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
    let tools: Vec<&str> = ["wrk", "oha"].into_iter().filter(|tool| is_installed(tool)).collect();
    let row = |pace| move |generator| Row { generator, pace };
    let mut rows = vec![row(Pace::PerSecond(1_000))("floor"), row(Pace::Callers(1))("floor")];
    for pace in [1_000, 5_000, 20_000, 40_000].map(Pace::PerSecond) {
        rows.extend(clients.map(row(pace)));
        // wrk has no rate.
        rows.extend(tools.iter().copied().filter(|tool| *tool == "oha").map(row(pace)));
    }
    for pace in [1, 64, 256].map(Pace::Callers) {
        rows.extend(clients.into_iter().chain(tools.iter().copied()).map(row(pace)));
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

    fn measure(&self, address: SocketAddr) -> Figures {
        match self.generator {
            "floor" => floor(self.pace, address),
            "wrk" => wrk(self.pace, address),
            "oha" => oha(self.pace, address),
            client => load(client, self.pace, address),
        }
    }
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    match &args[..] {
        [exact, ..] if exact == EXACT => return load_binary::run(),
        [flag] if flag == "--serve" => serve(),
        filters => print_table(filters),
    }
    ExitCode::SUCCESS
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
            print_figures(&row, &row.measure(server.address));
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

/// A load with one of the clients, as a user's `cargo test` makes it.
fn load(client: &str, pace: Pace, address: SocketAddr) -> Figures {
    let (name, flag) = match pace {
        Pace::PerSecond(rate) => (client.to_string(), format!("--rps={rate}")),
        Pace::Callers(callers) => (format!("{client}-closed"), format!("--concurrency={callers}")),
    };
    let flags = [flag, format!("--duration={}s", TIME.as_secs())];
    let made = Made::new(&name, &flags, Some((SERVER, address.to_string())));
    let calls = made.count("/ledger/ok");
    let errors = made.count("/ledger/started") - calls;
    if errors > 0 {
        eprintln!("{name}: {errors} errors: {}", made.report["errors"]);
    }
    let time = |path| Duration::from_nanos(made.count(path));
    Figures {
        calls,
        elapsed: time("/elapsed"),
        cpu_seconds: made.figure("/spent/cpu_seconds"),
        response: ["/response/p50", "/response/p99"].map(time),
    }
}

#[pusher::load(
    name = "raw", rps = 1_000, duration = "3s", overtime = 1_000,
    setup = Raw::new, teardown = end,
)]
async fn raw(connections: Arc<Raw>) -> Result<(), String> {
    connections.get().await
}

#[pusher::load(
    name = "raw-closed", concurrency = 1, duration = "3s",
    setup = Raw::new, teardown = end,
)]
async fn raw_closed(connections: Arc<Raw>) -> Result<(), String> {
    connections.get().await
}

#[pusher::load(
    name = "hyper-util", rps = 1_000, duration = "3s", overtime = 1_000,
    setup = HyperUtil::new, teardown = end,
)]
async fn hyper_util(client: Arc<HyperUtil>) -> Result<(), Box<dyn Error>> {
    client.get().await
}

#[pusher::load(
    name = "hyper-util-closed", concurrency = 1, duration = "3s",
    setup = HyperUtil::new, teardown = end,
)]
async fn hyper_util_closed(client: Arc<HyperUtil>) -> Result<(), Box<dyn Error>> {
    client.get().await
}

#[pusher::load(
    name = "reqwest", rps = 1_000, duration = "3s", overtime = 1_000,
    setup = Reqwest::new, teardown = end,
)]
async fn reqwest(client: Arc<Reqwest>) -> reqwest::Result<()> {
    client.get().await
}

#[pusher::load(
    name = "reqwest-closed", concurrency = 1, duration = "3s",
    setup = Reqwest::new, teardown = end,
)]
async fn reqwest_closed(client: Arc<Reqwest>) -> reqwest::Result<()> {
    client.get().await
}

fn address_of_server() -> String {
    std::env::var(SERVER).expect("the address of the server")
}

/// Connections without a client around them: each call takes a free one, or makes one.
struct Raw {
    address: String,
    free: Mutex<Vec<SendRequest<Empty<Bytes>>>>,
}

impl Raw {
    fn new() -> Raw {
        let connections = Raw { address: address_of_server(), free: Mutex::default() };
        begin();
        connections
    }

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

    async fn connect(&self) -> Result<SendRequest<Empty<Bytes>>, Box<dyn Error>> {
        let stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        let (send, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(send)
    }
}

struct HyperUtil {
    client: legacy::Client<HttpConnector, Empty<Bytes>>,
    url: hyper::Uri,
}

impl HyperUtil {
    fn new() -> HyperUtil {
        let client = legacy::Client::builder(TokioExecutor::new()).build_http();
        let url = format!("http://{}/", address_of_server()).parse().expect("a URL");
        begin();
        HyperUtil { client, url }
    }

    async fn get(&self) -> Result<(), Box<dyn Error>> {
        let body = self.client.get(self.url.clone()).await?.into_body();
        body.collect().await?;
        Ok(())
    }
}

struct Reqwest {
    client: reqwest::Client,
    url: String,
}

impl Reqwest {
    fn new() -> Reqwest {
        let (client, url) = (reqwest::Client::new(), format!("http://{}/", address_of_server()));
        begin();
        Reqwest { client, url }
    }

    async fn get(&self) -> reqwest::Result<()> {
        let answer = self.client.get(&self.url).send().await?.error_for_status()?;
        answer.bytes().await.map(drop)
    }
}

/// The least that a call can take: one thread, one connection, and a wait in the kernel.
fn floor(pace: Pace, address: SocketAddr) -> Figures {
    let mut server = std::net::TcpStream::connect(address).expect("a connection");
    server.set_nodelay(true).expect("a socket");
    let mut times = Vec::new();
    let (before, began) = (cpu_seconds(OF_THIS_PROCESS), Instant::now());
    while began.elapsed() < TIME {
        if let Pace::PerSecond(rate) = pace {
            let due = Duration::from_secs(times.len() as u64) / rate;
            std::thread::sleep(due.saturating_sub(began.elapsed()));
        }
        let asked = Instant::now();
        server.write_all(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").expect("a request");
        let (mut answer, mut length) = ([0; 1024], 0);
        while !answer[..length].ends_with(b"\r\n\r\nok") {
            length += server.read(&mut answer[length..]).expect("an answer");
        }
        times.push(asked.elapsed());
    }
    let (calls, elapsed) = (times.len(), began.elapsed());
    times.sort();
    Figures {
        calls: calls as u64,
        elapsed,
        cpu_seconds: cpu_seconds(OF_THIS_PROCESS) - before,
        response: [times[calls / 2], times[calls * 99 / 100]],
    }
}

fn wrk(pace: Pace, address: SocketAddr) -> Figures {
    let Pace::Callers(callers) = pace else { panic!("wrk has no rate") };
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

fn oha(pace: Pace, address: SocketAddr) -> Figures {
    let mut oha = Command::new("oha");
    oha.args(["--no-tui", "--output-format", "json"]);
    match pace {
        // From the instant at which a call was due, as those of a load.
        Pace::PerSecond(rate) => {
            oha.args(["-c64", "--latency-correction", "-q", &rate.to_string()])
        }
        Pace::Callers(callers) => oha.args(["-c", &callers.to_string()]),
    };
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
    let (before, began) = (cpu_seconds(OF_ENDED_CHILDREN), Instant::now());
    let output = tool.output().expect("the tool runs");
    let cpu_seconds = cpu_seconds(OF_ENDED_CHILDREN) - before;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8_lossy(&output.stdout).into_owned(), began.elapsed(), cpu_seconds)
}

fn is_installed(tool: &str) -> bool {
    let quiet = || Stdio::null();
    Command::new(tool).arg("--version").stdout(quiet()).stderr(quiet()).status().is_ok()
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
