//! [`own_limit`]: errors that are no answer of the service, but a limit of the machine or the
//! process that makes the load.

/// Texts of an operating system, whose limit it is, and the way out.
struct OwnLimit {
    texts: &'static [&'static str],
    advice: &'static str,
}

const OWN_LIMITS: [OwnLimit; 4] = [
    OwnLimit {
        texts: &["Too many open files (os error 24)"],
        advice: "this is a limit of the process that makes the load, not of a service elsewhere: \
                 raise it (`ulimit -n 65536`), or need fewer files and connections: share one \
                 client among all calls (make it in the `setup`), or lower `overtime`",
    },
    OwnLimit {
        texts: &["Too many open files in system (os error 23)"],
        advice: "this is a limit of the machine that makes the load, not of a service elsewhere: \
                 raise it (`sysctl fs.file-max`), or lower `overtime`",
    },
    OwnLimit {
        // Linux, macOS, Windows.
        texts: &[
            "Cannot assign requested address (os error 99)",
            "Can't assign requested address (os error 49)",
            "is normally permitted. (os error 10048)",
        ],
        advice: "this is a limit of the machine that makes the load, not of the service: it has no \
                 local port left for one more connection; keep connections open (share one client \
                 among all calls, made in the `setup`, and read each answer to its end), or allow \
                 more ports (`sysctl net.ipv4.ip_local_port_range`); if even the first call failed \
                 so, the address is one that this machine cannot reach, such as IPv6 without IPv6",
    },
    OwnLimit {
        texts: &["No buffer space available (os error 105)", "(os error 10055)"],
        advice: "this is a limit of the machine that makes the load, not of the service: it has no \
                 memory left for connections; lower `overtime`, or the rate",
    },
];

/// Whose limit an error is, and the way out, if it is none of the service's.
///
/// A service may tell of limits of its own in its answers. So the text has to be as Rust writes an
/// error of the operating system, with its number.
pub(super) fn own_limit(text: &str) -> Option<&'static str> {
    let is_in = |limit: &&OwnLimit| limit.texts.iter().any(|known| text.contains(known));
    OWN_LIMITS.iter().find(is_in).map(|limit| limit.advice)
}

#[cfg(test)]
mod tests {
    use std::io::Error;

    use super::*;

    #[test]
    fn a_limit_is_known_by_its_text_and_number() {
        let advice = |text: &str| own_limit(text).map(|advice| advice.split(',').next().unwrap());
        let (process, machine) = (
            Some("this is a limit of the process that makes the load"),
            Some("this is a limit of the machine that makes the load"),
        );
        for (text, expected) in [
            ("connect: Too many open files (os error 24)", process),
            ("Too many open files in system (os error 23)", machine),
            ("no shop: Cannot assign requested address (os error 99)", machine),
            ("Can't assign requested address (os error 49)", machine),
            ("No buffer space available (os error 105)", machine),
            ("503: too many open files", None),
            ("Too many open files", None),
            ("Connection refused (os error 111)", None),
            ("", None),
        ] {
            assert_eq!(advice(text), expected, "{text}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_texts_are_those_of_the_operating_system() {
        for code in [23, 24, 99, 105] {
            let text = Error::from_raw_os_error(code).to_string();
            assert!(own_limit(&text).is_some(), "{text}");
        }
    }
}
