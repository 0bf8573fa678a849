//! `cpu_time` and its kin: what this process has taken so far. None of it is known elsewhere than
//! on Linux.

use std::time::Duration;

/// For how long cores worked for this process, all of its threads together.
#[cfg(target_os = "linux")]
pub(super) fn cpu_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).ok()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn cpu_time() -> Option<Duration> {
    None
}

/// How many descriptors it may have open; none if there is no limit.
#[cfg(target_os = "linux")]
pub(super) fn most_descriptors() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(target_os = "linux"))]
pub(super) fn most_descriptors() -> Option<u64> {
    None
}

/// How many descriptors are open, if the kernel has that number at hand: from Linux 6.2 on it is
/// the size of the folder that lists them.
pub(super) fn descriptors_at_hand() -> Option<u64> {
    let folder = std::fs::metadata("/proc/self/fd").ok()?;
    Some(folder.len()).filter(|size| *size > 0)
}

/// The same, or else by counting, which takes the longer the more there are.
pub(super) fn descriptors() -> Option<u64> {
    descriptors_at_hand().or_else(|| {
        let listed = std::fs::read_dir("/proc/self/fd").ok()?.count() as u64;
        // One of them is that of the list.
        Some(listed.saturating_sub(1))
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn work_takes_cpu_time() {
        let before = cpu_time().unwrap();
        while cpu_time().unwrap() < before + Duration::from_millis(5) {}
    }

    /// Other tests open files meanwhile, but never so many.
    #[test]
    fn open_files_are_counted() {
        let before = descriptors().unwrap();
        let _open: Vec<File> = (0..500).map(|_| File::open("/dev/null").unwrap()).collect();
        let after = descriptors().unwrap();
        assert!((before + 300..before + 700).contains(&after), "{before}, then {after}");
        assert!(most_descriptors().is_none_or(|most| most >= after));
    }
}
