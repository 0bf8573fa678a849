use super::*;
use crate::plan::random::SplitMix;
use crate::statistics::ledger::{Endings, Ledger};
use crate::statistics::slices::{SliceStep, SliceTimes};
use crate::verdict::noise::slower::{Allowance, TimedRun, slower};

fn times(values: &[u64], cut_off: &[u64]) -> SliceTimes {
    let mut times = SliceTimes::default();
    values.iter().for_each(|value| times.ended.record(*value));
    cut_off.iter().for_each(|value| times.cut_off.record(*value));
    times
}

/// A run of so many slices, each with a call that ended and one that was cut off, and a step.
fn run(slices: usize) -> PastRun {
    let slice = |nth: usize| Slice {
        scheduled: 2,
        ended_ok: 1,
        response: times(&[1_000 + nth as u64], &[5_000]),
        service: times(&[200], &[]),
        steps: vec![
            SliceStep::default(),
            SliceStep { times: times(&[100], &[]), ..SliceStep::default() },
        ],
        ..Slice::default()
    };
    let figures = |text: &str, value| (Figure::parse(text).unwrap(), value);
    PastRun {
        ledger: Ledger::new(2, 0, &Endings { ok: 1, timed_out: 1, ..Endings::default() }),
        throughput: 12.5,
        response: PastTimes(vec![figures("mean", 1_000.5), figures("p99.9", 1_003.0)]),
        service: PastTimes(vec![figures("p50", 200.0)]),
        steps: vec![
            ("pay".to_string(), PastTimes(vec![figures("p50", 100.0)])),
            ("log in".to_string(), PastTimes::default()),
        ],
        slices: Slices {
            width: 1_000_000,
            end: 1_000_000 * slices as u64,
            slices: (0..slices).map(slice).collect(),
            steps: vec!["log in".to_string(), "pay".to_string()],
            ..Slices::default()
        },
    }
}

fn saved() -> Saved {
    let conditions = Conditions(vec![("load".to_string(), "50/s for 1m".to_string())]);
    let mut saved = Saved { name: "cart::add".to_string(), conditions, runs: Vec::new() };
    saved.add("2026-01-02T03:04:05Z".to_string(), run(2));
    saved
}

#[test]
fn a_file_is_written_in_lines() {
    let text = r#"{
  "schema": 1,
  "name": "cart::add",
  "conditions": {
    "load": "50/s for 1m"
  },
  "runs": [
    {
      "saved": "2026-01-02T03:04:05Z",
      "ledger": {
        "scheduled": 2,
        "canceled": 0,
        "ok": 1,
        "failed": 0,
        "timed_out": 1,
        "panicked": 0,
        "interrupted": 0
      },
      "throughput": 12.5,
      "response": {
        "mean": 1000.5,
        "p99_9": 1003
      },
      "service": {
        "p50": 200
      },
      "steps": [
        {"name":"pay","times":{"p50":100}},
        {"name":"log in","times":{}}
      ],
      "schedule": 2000000,
      "width": 1000000,
      "slices": [
        {"scheduled":2,"ended_ok":1,"response":{"ended":[[1003,1]],"cut_off":[[5023,1]]},"service":{"ended":[[200,1]]},"steps":[{"ended":[[100,1]]},{"ended":[]}]},
        {"scheduled":2,"ended_ok":1,"response":{"ended":[[1003,1]],"cut_off":[[5023,1]]},"service":{"ended":[[200,1]]},"steps":[{"ended":[[100,1]]},{"ended":[]}]}
      ]
    }
  ]
}
"#;
    assert_eq!(saved().to_json(), text);
    let read = Saved::read(text).unwrap();
    assert_eq!(read.to_json(), text);
    assert_eq!(read.runs[0].1.slices.steps, ["pay", "log in"]);
}

#[test]
fn the_last_ten_runs_are_kept() {
    let mut saved = saved();
    for nth in 0..12 {
        saved.add(nth.to_string(), run(1));
    }
    let when: Vec<&str> = saved.runs.iter().map(|(when, _)| when.as_str()).collect();
    assert_eq!(when, ["2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]);
    assert_eq!(Saved::read(&saved.to_json()).unwrap().runs.len(), MOST_RUNS);
}

#[test]
fn a_file_has_few_slices() {
    for (slices, kept) in [(0, 0), (1, 1), (64, 64), (65, 33), (600, 38)] {
        let coarse = coarse(&run(slices).slices);
        assert_eq!(coarse.slices.len(), kept);
        let all: u64 = coarse.slices.iter().map(|slice| slice.response.count()).sum();
        assert_eq!(all, 2 * slices as u64);
        assert_eq!(coarse.end, 1_000_000 * slices as u64);
        assert!(coarse.width * kept as u64 >= coarse.end);
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let text = saved().to_json();
    let what = "a number in it is too large, or none that it can be";
    let refused = |from: &str, to: &str, why: &str| {
        assert!(text.contains(from), "{from}");
        let read = Saved::read(&text.replacen(from, to, 1)).unwrap_err();
        assert_eq!(read, Unreadable::Damaged(why.to_string()), "{to}");
    };
    refused("[[1003,1]]", "[[1003,18446744073709551615]]", what);
    refused("[[1003,1]]", "[[1003,18446744073709551615],[7,1]]", what);
    refused("\"canceled\": 0", "\"canceled\": 3", what);
    refused("\"ok\": 1", "\"ok\": 18446744073709551615", what);
    refused("12.5", "-12.5", what);
    refused("1000.5", "-1000.5", what);
    refused("\"width\": 1000000", "\"width\": 0", what);
    let runs = text.find("    {\n      \"saved\"").unwrap();
    let end = text.rfind("\n  ]").unwrap();
    let none = format!("{}{}", &text[..runs], &text[end..]);
    let why = Unreadable::Damaged("it has no run, or too many of them".to_string());
    assert_eq!(Saved::read(&none).unwrap_err(), why);
    let many = [&text[runs..end]; 11].join(",\n");
    let many = format!("{}{many}{}", &text[..runs], &text[end..]);
    assert_eq!(Saved::read(&many).unwrap_err(), why);
    assert_eq!(Saved::read(r#"{"schema":7,"x":[]}"#).unwrap_err(), Unreadable::Newer(7));
}

/// Buckets that are split or out of order, as another program may write them.
#[test]
fn pairs_come_in_any_order() {
    let text = saved().to_json().replace("[[1003,1]]", "[[1007,2],[9,1],[1001,3]]");
    let read = Saved::read(&text).unwrap();
    let response = &read.runs[0].1.slices.slices[0].response;
    assert_eq!(response.ended.count(), 6);
    assert_eq!(response.ended.at_rank(1), 9);
}

/// Ten thousand calls in 400 slices, whose times are exponential.
fn random_run(random: &mut SplitMix, mean: f64) -> PastRun {
    let slice = |random: &mut SplitMix| {
        let mut slice = Slice { scheduled: 25, ended_ok: 25, ..Slice::default() };
        for _ in 0..25 {
            let unit = (random.below(1 << 40) as f64 + 0.5) / (1_u64 << 40) as f64;
            slice.response.ended.record((-mean * unit.ln()) as u64);
        }
        slice
    };
    PastRun {
        response: PastTimes::default(),
        steps: Vec::new(),
        slices: Slices {
            width: 1_000_000,
            end: 400_000_000,
            slices: (0..400).map(|_| slice(random)).collect(),
            ..Slices::default()
        },
        ..run(0)
    }
}

/// In how many of 60 pairs the second run is worse than the first by more than 10 %, if that is
/// saved and read before.
fn worse_of_60(slowness: f64) -> usize {
    let p99 = Figure::parse("p99").unwrap();
    let mut random = SplitMix::new(7);
    let is_worse = |_: &usize| {
        let [base, new] = [1.0, slowness].map(|slower| random_run(&mut random, 1e7 * slower));
        let base = PastRun { slices: coarse(&base.slices), ..base };
        let mut file = Saved { runs: Vec::new(), ..saved() };
        file.add("now".to_string(), base);
        let base = Saved::read(&file.to_json()).unwrap().runs.remove(0).1;
        let timed = |run: &PastRun| {
            let mut all = SliceTimes::default();
            run.slices.slices.iter().for_each(|slice| all.add(&slice.response));
            all.reading(p99).unwrap().exact
        };
        let times = |run: &PastRun| -> Vec<SliceTimes> {
            run.slices.slices.iter().map(|slice| slice.response.clone()).collect()
        };
        let [before, now] = [times(&base), times(&new)];
        let [before, now] = [&before, &now].map(|times| times.iter().collect::<Vec<_>>());
        let base = TimedRun { slices: &before, figure: timed(&base) };
        let new = TimedRun { slices: &now, figure: timed(&new) };
        let allowed = Allowance { relative: 0.1, absolute: 0.0 };
        slower(p99, &[base], new, allowed).unwrap().is_worse
    };
    (0..60).filter(is_worse).count()
}

/// What goes into a file is enough: equal services are no alarm, and a slower one is found.
#[test]
fn what_was_read_is_compared_as_what_was_seen() {
    assert_eq!(worse_of_60(1.0), 0);
    let found = worse_of_60(1.25);
    assert!(found >= 58, "{found} of 60");
}
