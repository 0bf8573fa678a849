//! [`conditions_of`]: what makes two runs of a load comparable. Thresholds do not.

use std::fs;

use crate::plan::built;
use crate::plan::terms::Terms;
use crate::plan::time;
use crate::plan::words::{Clock, Word};
use crate::report::Asked;
use crate::report::saved::Conditions;

/// The load, as it was made, and what it ran on. In virtual time the machine makes no difference.
pub(super) fn conditions_of(load: &Asked, beside: Option<&str>, terms: &Terms) -> Conditions {
    // A seed that nobody gave is another one in each run.
    let words = Asked { seed: None, ..load.clone() }.words();
    let timeout = terms.offer.timeout.map_or("none".to_string(), time::format);
    let data = load.data.as_ref().map(|data| format!("{} items, {}", data.items, data.order));
    let runtime = match (load.runtime, load.local) {
        (Some(runtime), true) => format!("{runtime}, local"),
        (Some(runtime), false) => runtime.to_string(),
        (None, _) => "none".to_string(),
    };
    let none = || "none".to_string();
    let mut conditions = vec![
        ("load", words),
        ("farm", beside.unwrap_or("none").to_string()),
        ("case", load.case.clone().unwrap_or_else(none)),
        ("warm-up", time::format(load.warmup)),
        ("workers", load.workers.to_string()),
        ("overtime", load.overtime.to_string()),
        ("timeout", timeout),
        ("data", data.unwrap_or_else(none)),
        ("time", load.time.to_string()),
        ("runtime", runtime),
        ("profile", load.profile.clone().unwrap_or_else(none)),
        ("build", built::in_words(load.built, load.build_folder.as_deref())),
        ("pusher version", env!("CARGO_PKG_VERSION").to_string()),
    ];
    if load.time != Clock::Virtual.word() {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        conditions.push(("CPU", cpu()));
        conditions.push(("number of cores", cores.to_string()));
    }
    Conditions(conditions.into_iter().map(|(name, text)| (name.to_string(), text)).collect())
}

/// The model of the CPU, or its architecture if the system does not tell.
fn cpu() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    model(&told)
        .unwrap_or_else(|| format!("{} of {}", std::env::consts::ARCH, std::env::consts::OS))
}

/// The model of the first core in the text of `/proc/cpuinfo`; its numbers if it has no name.
fn model(told: &str) -> Option<String> {
    let find = |name: &str| {
        let value = |line: &str| {
            let (key, value) = line.split_once(':')?;
            (key.trim() == name && !value.trim().is_empty()).then(|| value.trim().to_string())
        };
        told.lines().find_map(value)
    };
    find("model name").or_else(|| {
        let (maker, part) = (find("CPU implementer")?, find("CPU part")?);
        Some(format!("{} {maker} {part}", std::env::consts::ARCH))
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::plan::rate::Rps;

    fn terms() -> Terms {
        Terms::constant(Rps::new(50).unwrap(), Some(Duration::from_secs(60)))
    }

    fn of(terms: &Terms) -> Conditions {
        conditions_of(&Asked::of_terms(terms, &terms.order(0)), None, terms)
    }

    /// What differs from a load of 50/s for a minute.
    fn differences(change: impl FnOnce(&mut Terms)) -> Vec<String> {
        let mut terms = terms();
        change(&mut terms);
        of(&terms).differences(&of(&self::terms()))
    }

    #[test]
    fn equal_loads_are_comparable() {
        assert_eq!(differences(|_| {}), [""; 0]);
        assert_eq!(differences(|terms| terms.seed = Some(7)), [""; 0], "it may be random");
        assert_eq!(differences(|terms| terms.offer.grace = Duration::ZERO), [""; 0]);
    }

    #[test]
    fn other_loads_of_the_farm_make_a_difference() {
        let load = Asked::of_terms(&terms(), &terms().order(0));
        let beside = |words: &str| conditions_of(&load, Some(words), &terms());
        assert_eq!(
            beside("pay with 100/s for 1m").differences(&beside("pay with 50/s for 1m")),
            ["its farm was pay with 50/s for 1m, and is pay with 100/s for 1m now"]
        );
    }

    #[test]
    fn what_differs_is_named() {
        let minute = Duration::from_secs(60);
        assert_eq!(
            differences(|terms| terms.set_duration(2 * minute).unwrap()),
            ["its load was 50/s for 1m, and is 50/s for 2m now"]
        );
        assert_eq!(
            differences(|terms| terms.settings.profile = Some("smoke".to_string())),
            ["its profile was none, and is smoke now"]
        );
        assert_eq!(
            differences(|terms| terms.offer.timeout = Some(minute)),
            ["its timeout was none, and is 1m now"]
        );
        let virtual_time = of(&Terms { clock: Clock::Virtual, ..terms() });
        let told = virtual_time.differences(&of(&terms()));
        assert_eq!(told, ["its time was real, and is virtual now"]);
        let names: Vec<&str> = virtual_time.0.iter().map(|(name, _)| name.as_str()).collect();
        assert!(!names.contains(&"CPU") && !names.contains(&"number of cores"), "{names:?}");
    }

    #[test]
    fn what_was_not_known_then_is_a_difference() {
        let then =
            Conditions(of(&terms()).0.into_iter().filter(|(name, _)| name != "CPU").collect());
        let told = of(&terms()).differences(&then);
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("its CPU was not known, and is "), "{told:?}");
    }

    #[test]
    fn the_model_of_a_cpu_is_found() {
        let intel = "processor\t: 0\nmodel\t\t: 85\nmodel name\t: Xeon(R) @ 2.0GHz\n";
        assert_eq!(model(intel).as_deref(), Some("Xeon(R) @ 2.0GHz"));
        let arm = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n";
        let numbers = format!("{} 0x41 0xd0c", std::env::consts::ARCH);
        assert_eq!(model(arm), Some(numbers));
        assert_eq!(model(""), None);
    }
}
