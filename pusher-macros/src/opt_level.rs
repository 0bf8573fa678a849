//! [`opt_level`]: how far the crate is optimised in which the attribute stands.
//!
//! No `cfg` says so, and pusher itself may be optimised otherwise: `[profile.dev.package."*"]` is
//! common. But a macro runs in the process of the compiler, whose command line has it.

/// The level, as rustc was told; none if this is no rustc, such as the server of an editor.
pub(crate) fn opt_level() -> Option<String> {
    read(&std::env::args_os().map(|arg| arg.into_string().unwrap_or_default()).collect::<Vec<_>>())
}

fn read(args: &[String]) -> Option<String> {
    let is_rustc = args.iter().any(|arg| arg == "--crate-name");
    // The rest stands in that file.
    if !is_rustc || args.iter().skip(1).any(|arg| arg.starts_with('@')) {
        return None;
    }
    let mut level = "0";
    for (nth, arg) in args.iter().enumerate() {
        let option = match arg.as_str() {
            "-O" => "opt-level=3",
            "-C" | "--codegen" => args.get(nth + 1).map_or("", String::as_str),
            arg => arg.strip_prefix("--codegen=").or(arg.strip_prefix("-C")).unwrap_or_default(),
        };
        level = option.strip_prefix("opt-level=").unwrap_or(level);
    }
    Some(level.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_the_command_line_counts() {
        for (line, level) in [
            ("rustc --crate-name load tests/load.rs -C debuginfo=2", Some("0")),
            ("rustc --crate-name load -C opt-level=3 -C lto=off", Some("3")),
            ("rustc --crate-name load -Copt-level=2", Some("2")),
            ("rustc --crate-name load --codegen opt-level=s", Some("s")),
            ("rustc --crate-name load --codegen=opt-level=1 -Copt-level=z", Some("z")),
            ("rustc --crate-name load -O", Some("3")),
            ("rustc @args", None),
            ("rustc --crate-name load @args", None),
            ("rust-analyzer-proc-macro-srv", None),
            ("", None),
        ] {
            let args: Vec<String> = line.split_whitespace().map(str::to_string).collect();
            assert_eq!(read(&args).as_deref(), level, "{line}");
        }
    }
}
