//! [`Built`]: how the crate of a load was compiled, which pusher itself cannot know.

/// What the attribute knows of the compiler in whose hands it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Built {
    /// How far the crate is optimised, such as `0` or `3`; none if that is not known.
    pub opt_level: Option<&'static str>,
    /// Whether it has debug assertions.
    pub debug_assertions: bool,
}

/// How far pusher itself is optimised.
pub(crate) const PUSHER_OPT_LEVEL: &str = env!("PUSHER_OPT_LEVEL");

impl Built {
    /// Whether it is not optimised, as far as that is known.
    pub(crate) fn is_debug(self) -> bool {
        self.opt_level.map_or(self.debug_assertions, |level| level == "0")
    }
}

/// What a report says of a build that makes calls slower than need be. Of a load without an
/// attribute, that of pusher alone is known.
pub(crate) fn warning(built: Option<Built>) -> Option<&'static str> {
    match built {
        Some(Built { opt_level: None, debug_assertions: true }) => Some("with debug assertions"),
        Some(built) if built.is_debug() => Some("debug build"),
        // Lag is then worse than it need be.
        _ if PUSHER_OPT_LEVEL == "0" => Some("pusher not optimised"),
        _ => None,
    }
}

/// Whether the load is said to be of a debug build.
pub(crate) fn is_debug(built: Option<Built>) -> bool {
    built.map_or(PUSHER_OPT_LEVEL == "0", Built::is_debug)
}

/// What makes two builds comparable, with the folder of cargo's profile: other settings of one
/// profile are seen in it, as far as they are known.
pub(crate) fn in_words(built: Option<Built>, folder: Option<&str>) -> String {
    let own = built.map_or("of unknown settings".to_string(), |built| {
        let level = built.opt_level.unwrap_or("unknown");
        let assertions = if built.debug_assertions { "with" } else { "without" };
        format!("opt-level {level} {assertions} debug assertions")
    });
    let folder = folder.map_or("an unknown folder".to_string(), |folder| format!("`{folder}`"));
    format!("{own} in {folder}, with pusher at opt-level {PUSHER_OPT_LEVEL}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(opt_level: Option<&'static str>, debug_assertions: bool) -> Built {
        Built { opt_level, debug_assertions }
    }

    #[test]
    fn the_crate_of_the_load_counts_and_not_pusher() {
        for (built, told) in [
            (built(Some("0"), true), Some("debug build")),
            (built(Some("0"), false), Some("debug build")),
            (built(None, true), Some("with debug assertions")),
        ] {
            assert_eq!(warning(Some(built)), told, "{built:?}");
            assert!(is_debug(Some(built)));
        }
        let own = if PUSHER_OPT_LEVEL == "0" { Some("pusher not optimised") } else { None };
        for built in [built(Some("2"), true), built(Some("s"), false), built(None, false)] {
            assert_eq!(warning(Some(built)), own, "{built:?}");
            assert!(!is_debug(Some(built)));
        }
        assert_eq!(warning(None), own);
    }

    #[test]
    fn another_build_has_other_words() {
        let words = in_words(Some(built(Some("2"), true)), Some("debug"));
        assert!(words.starts_with("opt-level 2 with debug assertions in `debug`, with pusher"));
        let others = [
            in_words(Some(built(Some("3"), true)), Some("debug")),
            in_words(Some(built(Some("2"), false)), Some("debug")),
            in_words(Some(built(Some("2"), true)), Some("release")),
            in_words(Some(built(None, true)), Some("debug")),
            in_words(None, None),
        ];
        assert!(others.iter().all(|other| *other != words), "{others:?}");
    }
}
