//! `local = true`: calls that stay on their lane, and what each lane has of its own.

use crate::harness::{Ran, fixture};

/// The number of lanes on this machine.
fn lanes() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2))
}

/// A run of one load of the fixture.
fn run(load: &str) -> Ran {
    fixture(&[&format!("local::{load}"), "--exact"])
}

/// What is said of the rooms and of the house, in its order.
#[track_caller]
fn check_rooms(ran: &Ran, lines: &[String]) {
    let is_said = |line: &&str| line.starts_with("room ") || line.starts_with("the house of ");
    let said: Vec<&str> = ran.err.lines().filter(is_said).collect();
    assert_eq!(said, lines, "{}", ran.err);
}

/// So many rooms are torn down, the last first, and left on their own lanes; and then the house.
fn closed(rooms: usize, house: usize) -> Vec<String> {
    let mut lines = vec![];
    for room in (1..=rooms).rev() {
        lines.push(format!("room {room} is closed on its own thread"));
        lines.push(format!("room {room} is left on its own thread"));
    }
    lines.push(format!("the house of {house} rooms is closed"));
    lines
}

/// Each call ended, as the ledger tells: `ok`, or that other end.
#[track_caller]
fn check_ledger(ran: &Ran, load: &str, end: &str, calls: u64) {
    let report = ran.report(&format!("local::{load}"));
    let ledger = &report["ledger"];
    assert_eq!(ledger[end], calls, "{report:#}");
    let count = |key: &str| ledger[key].as_u64().unwrap();
    assert_eq!(count("scheduled"), count("started") + count("canceled"), "{report:#}");
    let ends = ["ok", "failed", "timed_out", "panicked", "interrupted"].map(count);
    assert_eq!(count("started"), ends.iter().sum::<u64>(), "{report:#}");
}

#[test]
fn each_lane_has_its_own_value_which_never_leaves_it() {
    let ran = run("rooms").check(0, &["test local::rooms ... ok"], &[]);
    check_rooms(&ran, &closed(lanes(), lanes()));
    check_ledger(&ran, "rooms", "ok", 200);
    let report = ran.report("local::rooms");
    assert_eq!(report["load"]["setup_workers"], lanes());
    assert_eq!(report["load"]["local"], true);
}

#[test]
fn callers_of_a_closed_loop_share_the_value_of_their_lane() {
    let ran = run("callers").check(0, &["test local::callers ... ok"], &[]);
    check_rooms(&ran, &closed(lanes(), lanes()));
    check_ledger(&ran, "callers", "ok", 700);
}

#[test]
fn in_virtual_time_there_is_one_lane() {
    let ran = run("in_virtual_time").check(0, &["test local::in_virtual_time ... ok"], &[]);
    check_rooms(&ran, &closed(1, 1));
    check_ledger(&ran, "in_virtual_time", "ok", 600);
    let response = &ran.report("local::in_virtual_time")["response"];
    assert_eq!(response["max"], 5_002_000_000u64);
    let ran = run("callers_in_virtual_time").check(0, &[], &[]);
    let report = ran.report("local::callers_in_virtual_time");
    assert_eq!(report["ledger"]["ok"], 30);
    assert_eq!(report["elapsed"], 29_000_000_000u64, "ten calls, and nine pauses between them");
}

#[test]
fn a_call_spawns_tasks_on_its_lane() {
    let ran = run("spawns").check(0, &["test local::spawns ... ok"], &[]);
    check_ledger(&ran, "spawns", "ok", 100);
}

#[test]
fn a_call_gets_all_that_other_calls_get_and_its_error_has_its_causes() {
    let ran = run("errors::bed").check(0, &[], &[]);
    check_ledger(&ran, "errors/bed", "failed", 40);
    let error = &ran.report("local::errors/bed")["errors"][0];
    assert_eq!(error["text"], "no bed: all are taken");
}

#[test]
fn a_value_without_a_teardown_is_dropped_on_its_lane() {
    let ran = run("errors::bed").check(0, &[], &[]);
    check_rooms(&ran, &vec!["room 0 is left on its own thread".to_string(); lanes()]);
}

#[test]
fn lanes_before_one_that_goes_wrong_are_torn_down() {
    let n = lanes();
    let why = format!("setup_worker `open_all_but_one` ({n} of {n}) failed: the house is full");
    let ran = run("too_many").check(101, &[&why], &[]);
    // The last lane has dropped its room at once.
    let mut lines = vec![format!("room {n} is left on its own thread")];
    lines.extend(closed(n - 1, n));
    check_rooms(&ran, &lines);
    check_ledger(&ran, "too_many", "scheduled", 0);
}

#[test]
fn a_setup_of_a_lane_may_panic_skip_or_take_too_long() {
    let n = lanes();
    let of = |setup: &str, why: &str| format!("setup_worker `{setup}` (1 of {n}) {why}");
    run("key").check(101, &[&of("open_and_panic", "panicked: the key is lost")], &[]);
    run("skipped").check(0, &["local::skipped ... ignored"], &["skipped: no room in this town"]);
    let late = "took longer than 100ms: raise `setup_timeout`";
    run("slow").check(101, &[&of("open_slowly", late)], &[]);
    run("blocked_setup").check(101, &[&of("open_by_force", late)], &[]);
}

#[test]
fn each_teardown_that_goes_wrong_is_said() {
    let n = lanes();
    let failed = |n_th: usize| {
        format!("teardown_worker `refuse` ({n_th} of {n}) failed: room {n_th} is in use")
    };
    let failed: Vec<String> = (1..=n).map(failed).collect();
    let failed: Vec<&str> = failed.iter().map(String::as_str).collect();
    run("in_use").check(101, &failed, &[]);
    let fell = format!(
        "the value of setup_worker `stack` (1 of {n}), when it was dropped, panicked: it fell"
    );
    run("falls").check(101, &[&fell], &[]);
}

/// All calls have that end, and are dropped on their lanes, before these are torn down.
#[track_caller]
fn check_dropped(load: &str, end: &str) {
    let ran = run(load);
    let report = ran.report(&format!("local::{load}"));
    let started = report["ledger"]["started"].as_u64().unwrap();
    assert!(started > 0, "{report:#}");
    check_ledger(&ran, load, end, started);
    let goes = ran.err.lines().filter(|line| *line == "a guest goes on its own thread").count();
    assert_eq!(goes as u64, started, "{}", ran.err);
    let first_room = ran.err.find("room ").unwrap();
    let last_guest = ran.err.rfind("a guest goes").unwrap();
    assert!(last_guest < first_room, "{}", ran.err);
}

#[test]
fn a_call_that_is_over_its_timeout_is_dropped_on_its_lane() {
    check_dropped("times_out", "timed_out");
    check_dropped("callers_time_out", "timed_out");
}

#[test]
fn a_call_that_hangs_is_dropped_on_its_lane_after_the_grace() {
    check_dropped("hangs", "interrupted");
    check_dropped("callers_hang", "interrupted");
}

#[test]
fn a_load_whose_calls_block_all_lanes_ends() {
    let n = lanes();
    let why = "was not run: the thread of its lane is blocked; do what blocks in \
               `tokio::task::spawn_blocking`";
    let blocked = format!("teardown_worker `close` (1 of {n}) {why}");
    let ran = run("blocks").check(101, &[&blocked], &[]);
    check_ledger(&ran, "blocks", "interrupted", 10);
    assert!(ran.err.contains("the house of"), "the teardown is run all the same: {}", ran.err);
    let ran = run("blocks_and_keeps").check(101, &["interrupted"], &[]);
    assert!(!ran.out.contains(why), "nothing was to be run: {}", ran.out);
}

#[test]
fn the_ledger_balances_after_calls_that_end_in_every_way() {
    let ran = run("faults").check(0, &[], &[]);
    for (end, calls) in [("ok", 40), ("failed", 20), ("panicked", 20), ("timed_out", 20)] {
        check_ledger(&ran, "faults", end, calls);
    }
}

#[test]
fn loads_of_a_farm_have_values_of_their_own() {
    let ran = fixture(&["inn", "--exact"]).check(0, &["test inn ... ok"], &[]);
    for (load, calls, setups) in
        [("upstairs", 50, lanes()), ("downstairs", 100, lanes()), ("garden", 50, 1)]
    {
        let report = ran.report(&format!("inn::local::inn::{load}"));
        assert_eq!(report["ledger"]["ok"], calls, "{report:#}");
        assert_eq!(report["load"]["setup_workers"], setups);
        assert_eq!(report["load"]["local"], load != "garden");
    }
    let left = |line: &&str| line.ends_with(" is left on its own thread");
    assert_eq!(ran.err.lines().filter(left).count(), 2 * lanes());
}

#[test]
fn an_arc_that_nothing_gives_is_told_beside_the_rc_that_there_is() {
    let load = "local::takes_what_nothing_gives";
    fixture(&[load, "--exact", "--ignored"]).check(
        101,
        &["takes an `Arc<alloc::string::String>`, which nothing gives: there is an \
           `Rc<fixture::local::Room>` from `setup_worker`"],
        &[],
    );
}

#[cfg(unix)]
#[test]
fn lanes_are_torn_down_after_a_signal() {
    use crate::harness::signals::{ended, kill, started};

    let (child, err, target) = started(&["local::forever", "--ignored", "--exact"]);
    kill(&child, "-INT");
    kill(&child, "-INT");
    let ran = ended(child, err, target).check(101, &["cut short by SIGINT"], &[]);
    check_rooms(&ran, &closed(lanes(), lanes()));
}
