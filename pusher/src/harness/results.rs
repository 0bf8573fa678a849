//! [`Results`]: where the results of tests are printed.
//!
//! libtest-mimic takes it for granted that it can print, and panics if it cannot: if the other end
//! of a pipe is closed, or a disk is full. So it prints into a pipe of ours, whose other end is
//! always read, and what comes out there is passed on as far as that goes.
//!
//! ```text
//!   libtest-mimic ──► pipe ──► a thread ──► standard output, or the file of `--logfile`
//! ```

use std::fs::File;
use std::io::{self, IsTerminal, Write};

use libtest_mimic::{Arguments, ColorSetting, Conclusion, Trial};

/// Standard output, or the file of `--logfile`.
pub(crate) struct Results {
    to: Box<dyn Write + Send>,
    /// What it is called in messages.
    name: String,
    color: ColorSetting,
    logfile: Option<String>,
}

/// What became of a run.
pub(crate) struct Printed {
    pub(crate) conclusion: Conclusion,
    /// Why the results are not printed to their end, if they are not.
    pub(crate) error: Option<io::Error>,
    /// What they were printed on.
    pub(crate) name: String,
}

impl Results {
    /// # Errors
    ///
    /// The logfile cannot be made.
    pub(crate) fn new(logfile: Option<&str>) -> Result<Results, String> {
        match logfile {
            None => Ok(Results {
                to: Box::new(io::stdout()),
                name: "standard output".to_string(),
                color: color_of_stdout(),
                logfile: None,
            }),
            Some(path) => match File::create(path) {
                Ok(file) => Ok(Results {
                    to: Box::new(file),
                    name: path.to_string(),
                    color: ColorSetting::Never,
                    logfile: Some(path.to_string()),
                }),
                Err(error) => Err(format!("cannot write --logfile {path}: {error}")),
            },
        }
    }

    /// Runs the tests and prints how they end.
    pub(crate) fn of(self, arguments: Arguments, trials: Vec<Trial>) -> Printed {
        let Results { to, name, color, logfile } = self;
        let color = match arguments.color {
            None | Some(ColorSetting::Auto) => color,
            Some(given) => given,
        };
        let arguments = Arguments { color: Some(color), logfile, ..arguments };
        let (conclusion, error) = piped::run(to, arguments, trials);
        Printed { conclusion, error, name }
    }
}

/// By the same variables that libtest-mimic goes by.
fn color_of_stdout() -> ColorSetting {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is = |name, text: &str| std::env::var_os(name).is_some_and(|value| value == text);
    let is_forced = is_set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0");
    let is_plain = !io::stdout().is_terminal() || is("TERM", "dumb") || is("CLICOLOR", "0");
    match is_set("NO_COLOR") {
        false if is_forced || !is_plain => ColorSetting::Always,
        _ => ColorSetting::Never,
    }
}

#[cfg(unix)]
mod piped {
    use std::io::{PipeReader, PipeWriter, Read};
    use std::os::fd::AsRawFd;
    use std::thread::{self, JoinHandle};

    use super::*;

    /// A pipe that can be opened by its name, and the thread at its other end.
    struct Pipe {
        path: String,
        writer: PipeWriter,
        thread: JoinHandle<Option<io::Error>>,
    }

    pub(super) fn run(
        to: Box<dyn Write + Send>,
        arguments: Arguments,
        trials: Vec<Trial>,
    ) -> (Conclusion, Option<io::Error>) {
        let Pipe { path, writer, thread } = match Pipe::open(to) {
            Ok(pipe) => pipe,
            // Without a descriptor left, or without /dev/fd, it prints as well as it can.
            Err(_) => return (libtest_mimic::run(&arguments, trials), None),
        };
        let arguments = Arguments { logfile: Some(path), ..arguments };
        let conclusion = libtest_mimic::run(&arguments, trials);
        drop(writer);
        (conclusion, thread.join().unwrap_or_default())
    }

    impl Pipe {
        fn open(to: Box<dyn Write + Send>) -> io::Result<Pipe> {
            let (reader, writer) = io::pipe()?;
            let path = format!("/dev/fd/{}", writer.as_raw_fd());
            File::create(&path)?;
            let thread = thread::Builder::new().name("pusher-results".to_string());
            let thread = thread.spawn(move || pass_on(reader, to))?;
            Ok(Pipe { path, writer, thread })
        }
    }

    /// Reads to the end, also if nobody wants it any more; gives the first error of the other side.
    fn pass_on(mut from: PipeReader, mut to: impl Write) -> Option<io::Error> {
        let (mut buffer, mut failed) = ([0; 4096], None);
        loop {
            match from.read(&mut buffer) {
                Ok(0) => return failed,
                Ok(read) if failed.is_none() => {
                    failed = to.write_all(&buffer[..read]).and_then(|()| to.flush()).err();
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return failed.or(Some(error)),
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        /// A disk with room for so many bytes.
        struct Disk(usize);

        impl Write for Disk {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let written = bytes.len().min(self.0);
                self.0 -= written;
                if written == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(written) }
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        #[test]
        fn who_prints_hears_nothing_of_a_full_disk() {
            let passed_on = |room| {
                let Pipe { path, writer, thread } = Pipe::open(Box::new(Disk(room))).unwrap();
                let mut file = File::create(path).unwrap();
                (0..1_000).for_each(|_| file.write_all(&[b'.'; 100]).unwrap());
                drop((file, writer));
                thread.join().unwrap().map(|error| error.kind())
            };
            assert_eq!(passed_on(100_000), None);
            assert_eq!(passed_on(99_999), Some(io::ErrorKind::StorageFull));
            assert_eq!(passed_on(0), Some(io::ErrorKind::StorageFull));
        }
    }
}

/// Where a pipe has no name, libtest-mimic prints by itself.
#[cfg(not(unix))]
mod piped {
    use super::*;

    pub(super) fn run(
        _: Box<dyn Write + Send>,
        arguments: Arguments,
        trials: Vec<Trial>,
    ) -> (Conclusion, Option<io::Error>) {
        (libtest_mimic::run(&arguments, trials), None)
    }
}
