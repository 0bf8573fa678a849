//! Servers that an example starts and stops itself: a program is found, runs in a folder of its
//! own, and leaves nothing.

#![allow(dead_code, reason = "each example uses some of it")]

use std::ffi::OsStr;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

/// What goes wrong before or after a load is shown, and the load has failed.
pub(crate) type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// How long a server may take until it answers.
const START: Duration = Duration::from_secs(30);

/// The first folder, of PATH and then of `others`, that has all of these programs.
pub(crate) fn folder_with(programs: &[&str], others: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).chain(others.iter().cloned());
    folders.find(|folder| programs.iter().all(|program| folder.join(program).is_file()))
}

/// A port of 127.0.0.1 that was free just now.
pub(crate) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The folder in which a server is to run, and as whom.
pub(crate) struct Home {
    folder: TempDir,
    user: Option<User>,
}

/// Numbers of a user and of the user's group.
#[derive(Clone, Copy)]
struct User {
    id: u32,
    group: u32,
}

impl Home {
    /// A new folder below the temporary one. The server is run by whoever runs this.
    pub(crate) fn new(name: &str) -> io::Result<Home> {
        let folder = tempfile::Builder::new().prefix(&format!("pusher-{name}-")).tempdir()?;
        Ok(Home { folder, user: None })
    }

    /// For a server that refuses to be run by root: it is run by `name` then.
    pub(crate) async fn unless_root(mut self, name: &str) -> Result<Home, Trouble> {
        if number_of(&["-u"]).await == Some(0) {
            let (Some(id), Some(group)) =
                (number_of(&["-u", name]).await, number_of(&["-g", name]).await)
            else {
                pusher::skip(format!(
                    "root may not run this server, and there is no user `{name}` to run it"
                ));
            };
            let user = User { id, group };
            user.own(self.folder.path())?;
            self.user = Some(user);
        }
        Ok(self)
    }

    /// Runs a program to its end. The error is what it wrote.
    pub(crate) async fn run<A: AsRef<OsStr>>(
        &self,
        program: &Path,
        args: impl IntoIterator<Item = A>,
    ) -> Result<(), Trouble> {
        let output = self
            .command(program)
            .args(args)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await?;
        if output.status.success() {
            return Ok(());
        }
        let said = in_one_line(&String::from_utf8_lossy(&output.stderr));
        Err(format!("{}: {}: {said}", program.display(), output.status).into())
    }

    /// Starts the server. `signal` is the one that stops it, whatever its clients do: `INT`, for
    /// example.
    pub(crate) fn start<A: AsRef<OsStr>>(
        self,
        signal: &str,
        program: &Path,
        args: impl IntoIterator<Item = A>,
    ) -> Result<Server, Trouble> {
        let mut command = self.command("sh".as_ref());
        command
            .args(["-c", KEEPER, "keeper", signal])
            .arg(self.folder.path())
            .arg(program)
            .args(args);
        let log = tempfile::tempfile()?;
        let keeper = command
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .spawn()?;
        // From here on the keeper removes the folder.
        let _ = self.folder.keep();
        Ok(Server { log, keeper: Mutex::new(keeper) })
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path());
        // Ctrl-C reaches all of a terminal's process group, and the server is to outlive the calls
        // in flight.
        #[cfg(unix)]
        command.process_group(0);
        #[cfg(unix)]
        if let Some(User { id, group }) = self.user {
            command.uid(id).gid(group);
        }
        command
    }
}

impl User {
    #[cfg(unix)]
    fn own(self, path: &Path) -> io::Result<()> {
        std::os::unix::fs::chown(path, Some(self.id), Some(self.group))
    }

    #[cfg(not(unix))]
    fn own(self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

/// What `id` says, if it knows.
async fn number_of(args: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(args).output().await.ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// Starts the server, and stops it when the keeper's own input ends. That ends when this process
/// says so, and also when this process is gone, even by SIGKILL: so no server survives, and no
/// folder stays.
const KEEPER: &str = r#"
signal=$1 folder=$2
shift 2
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
{ read -r _ <&3; kill -s "$signal" "$server"; } 2>/dev/null &
wait "$server"
kill $! 2>/dev/null
cd / && rm -rf "$folder"
"#;

/// A server that runs. It stops when this is dropped.
pub(crate) struct Server {
    /// What it writes, in a file without a name.
    log: File,
    keeper: Mutex<Child>,
}

impl Server {
    /// Tries until the server answers.
    pub(crate) async fn answer<T, E, F>(&self, attempt: impl Fn() -> F) -> Result<T, Trouble>
    where
        E: Display,
        F: Future<Output = Result<T, E>>,
    {
        let deadline = Instant::now() + START;
        loop {
            let error = match attempt().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            if self.keeper.lock().await.try_wait()?.is_some() {
                return Err(format!("the server has ended by itself: {}", self.log()?).into());
            }
            if Instant::now() > deadline {
                return Err(format!("the server does not answer: {error}; {}", self.log()?).into());
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    fn log(&self) -> io::Result<String> {
        let (mut log, mut text) = (&self.log, String::new());
        log.rewind()?;
        log.read_to_string(&mut text)?;
        Ok(in_one_line(&text))
    }

    /// Stops the server and waits until it has ended and its folder is gone.
    pub(crate) async fn stop(&self) -> io::Result<()> {
        let mut keeper = self.keeper.lock().await;
        drop(keeper.stdin.take());
        keeper.wait().await.map(drop)
    }
}

/// The report has a line for each thing that went wrong.
fn in_one_line(text: &str) -> String {
    text.trim().lines().collect::<Vec<_>>().join(" | ")
}
