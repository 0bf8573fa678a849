//! [`Results`]: where the results of tests are printed.
//!
//! libtest-mimic takes it for granted that it can print, and panics if it cannot: if the other end
//! of a pipe is closed, or a disk is full. So it prints into a pipe of ours, whose other end is
//! always read, and what comes out there is passed on as far as that goes.
//!
//! ```text
//!   libtest-mimic ──► pipe ──► a thread ──► standard output, or the file of `--logfile`
//! ```
//!
//! Tests run one after the other, on the thread that prints: so they are printed in the order in
//! which they stand in the source. libtest-mimic prints half a line before such a test, and the
//! output of the load would land behind that. So a line is passed on when it is whole.

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

    use libtest_mimic::FormatSetting;

    use super::*;

    /// How results are passed on.
    #[derive(Clone, Copy)]
    enum PassedOn {
        /// A letter for each test.
        AsItComes,
        /// A line for each test.
        InLines,
    }

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
        let is_terse = arguments.quiet || matches!(arguments.format, Some(FormatSetting::Terse));
        let passed_on = if is_terse { PassedOn::AsItComes } else { PassedOn::InLines };
        let Pipe { path, writer, thread } = match Pipe::open(to, passed_on) {
            Ok(pipe) => pipe,
            // Without a descriptor left, or without /dev/fd, it prints as well as it can.
            Err(_) => return (run_without_pipe(arguments, trials), None),
        };
        let arguments = Arguments { logfile: Some(path), test_threads: Some(1), ..arguments };
        let conclusion = libtest_mimic::run(&arguments, trials);
        drop(writer);
        (conclusion, thread.join().unwrap_or_default())
    }

    impl Pipe {
        fn open(to: Box<dyn Write + Send>, passed_on: PassedOn) -> io::Result<Pipe> {
            let (reader, writer) = io::pipe()?;
            let path = format!("/dev/fd/{}", writer.as_raw_fd());
            File::create(&path)?;
            let thread = thread::Builder::new().name("pusher-results".to_string());
            let thread = thread.spawn(move || pass_on(reader, to, passed_on))?;
            Ok(Pipe { path, writer, thread })
        }
    }

    /// Reads to the end, also if nobody wants it any more; gives the first error of the other side.
    fn pass_on(mut from: PipeReader, to: impl Write, passed_on: PassedOn) -> Option<io::Error> {
        let (mut buffer, mut held) = ([0; 4096], Held::default());
        let mut sink = Sink { to, failed: None };
        loop {
            match from.read(&mut buffer) {
                Ok(0) => {
                    sink.write(&held.0);
                    return sink.failed;
                }
                Ok(read) => sink.write(&held.and(&buffer[..read], passed_on)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return sink.failed.or(Some(error)),
            }
        }
    }

    /// The part of a line that is not passed on yet.
    #[derive(Default)]
    struct Held(Vec<u8>);

    impl Held {
        /// Takes more, and gives what is to be passed on.
        fn and(&mut self, bytes: &[u8], passed_on: PassedOn) -> Vec<u8> {
            self.0.extend_from_slice(bytes);
            let whole = match passed_on {
                PassedOn::AsItComes => self.0.len(),
                PassedOn::InLines => {
                    self.0.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
                }
            };
            let rest = self.0.split_off(whole);
            std::mem::replace(&mut self.0, rest)
        }
    }

    /// Where results are passed on to, until that fails.
    struct Sink<W> {
        to: W,
        failed: Option<io::Error>,
    }

    impl<W: Write> Sink<W> {
        fn write(&mut self, text: &[u8]) {
            if self.failed.is_none() && !text.is_empty() {
                self.failed = self.to.write_all(text).and_then(|()| self.to.flush()).err();
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
                let disk = Box::new(Disk(room));
                let Pipe { path, writer, thread } = Pipe::open(disk, PassedOn::AsItComes).unwrap();
                let mut file = File::create(path).unwrap();
                (0..1_000).for_each(|_| file.write_all(&[b'.'; 100]).unwrap());
                drop((file, writer));
                thread.join().unwrap().map(|error| error.kind())
            };
            assert_eq!(passed_on(100_000), None);
            assert_eq!(passed_on(99_999), Some(io::ErrorKind::StorageFull));
            assert_eq!(passed_on(0), Some(io::ErrorKind::StorageFull));
        }

        #[test]
        fn a_line_is_passed_on_when_it_is_whole() {
            let mut held = Held::default();
            let mut passed_on = |bytes: &str| {
                String::from_utf8(held.and(bytes.as_bytes(), PassedOn::InLines)).unwrap()
            };
            assert_eq!(passed_on("running 2 tests\ntest a ... "), "running 2 tests\n");
            assert_eq!(passed_on("ok"), "");
            assert_eq!(passed_on("\ntest b"), "test a ... ok\n");
            assert_eq!(held.0, b"test b");
            assert_eq!(Held::default().and(b"..", PassedOn::AsItComes), b"..");
        }
    }
}

/// Two threads, since half a line would be printed otherwise. The loads run one at a time all the
/// same, but a test that is ignored may be printed before its turn.
fn run_without_pipe(arguments: Arguments, trials: Vec<Trial>) -> Conclusion {
    libtest_mimic::run(&Arguments { test_threads: Some(2), ..arguments }, trials)
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
        (run_without_pipe(arguments, trials), None)
    }
}
