//! [`at_the_start`]: the signals that were ignored when this process began.
//!
//! A process inherits them from the one that started it: `nohup` ignores SIGHUP, and a shell
//! without job control ignores SIGINT and SIGQUIT for what it runs in the background.

use std::process::{Command, Stdio};

/// The numbers of the signals that were ignored, if the system says so. It has to be asked before
/// they are listened for.
pub(super) fn at_the_start() -> Vec<i32> {
    let of_linux = || Some(in_status(&std::fs::read_to_string("/proc/self/status").ok()?));
    of_linux().or_else(asked_of_a_shell).unwrap_or_default()
}

/// What the line `SigIgn` says: a number in which bit 0 stands for signal 1.
fn in_status(status: &str) -> Vec<i32> {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    (1..=64).filter(|signal| mask >> (signal - 1) & 1 == 1).collect()
}

/// A shell inherits what is ignored too, and cannot trap that. So it sends itself each signal, and
/// prints the number of those that never come.
fn asked_of_a_shell() -> Option<Vec<i32>> {
    let script = "for signal in 1 2 3 15; do trap 'came=yes' $signal; came=no; kill -$signal $$; \
                  [ $came = yes ] || echo $signal; done";
    let output = Command::new("sh")
        .args(["-c", script])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    String::from_utf8(output.stdout).ok()?.lines().map(|line| line.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_has_a_bit_for_each_signal() {
        let status = |mask: &str| format!("Name:\tload\nSigBlk:\tff\nSigIgn:\t{mask}\nSigCgt:\t1");
        assert_eq!(in_status(&status("0000000000000000")), [0; 0]);
        assert_eq!(in_status(&status("0000000000001001")), [1, 13]);
        assert_eq!(in_status(&status("8000000000004006")), [2, 3, 15, 64]);
        assert_eq!(in_status("Name:\tload"), [0; 0]);
    }

    /// Of the signals that a load listens for.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_shell_and_linux_agree() {
        let mut of_linux = at_the_start();
        of_linux.retain(|signal| [1, 2, 3, 15].contains(signal));
        assert_eq!(asked_of_a_shell(), Some(of_linux));
    }
}
