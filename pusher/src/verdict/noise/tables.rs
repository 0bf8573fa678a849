//! The tables of docs/VERDICT.md: `two_runs` and its kind print them, in minutes.
//!
//! ```sh
//! cargo test --release -p pusher-load --lib noise::tables -- --ignored --nocapture --test-threads 1
//! ```

use super::groups::{GROUPS, Groups, share_below};
use super::interval::Grouped;
use super::paired::paired;
use super::simulation::{Dice, Law, Simulated, SimulatedPair, SimulatedRun, compared, count};
use super::slower::{Allowance, TimedRun};
use super::warming::warming;
use crate::plan::threshold::Figure;

const CASES: u64 = 2_000;

fn figure(text: &str) -> Figure {
    Figure::parse(text).unwrap()
}

/// With one digit behind the point.
fn percent(of: u64, cases: u64) -> String {
    format!("{:.1}", 100.0 * of as f64 / cases as f64)
}

fn name(law: Law) -> String {
    match law {
        Law::Exponential => "exponential".to_string(),
        Law::LogNormal(sigma) => format!("log-normal {sigma}"),
        Law::Pareto2 => "Pareto 2".to_string(),
    }
}

fn blocks(block: usize) -> String {
    if block == 1 { "independent".to_string() } else { format!("blocks of {block}") }
}

const SERVICES: [(Law, usize); 10] = [
    (Law::Exponential, 1),
    (Law::LogNormal(0.5), 1),
    (Law::LogNormal(1.0), 1),
    (Law::Pareto2, 1),
    (Law::Exponential, 10),
    (Law::Exponential, 100),
    (Law::LogNormal(0.5), 100),
    (Law::LogNormal(1.0), 100),
    (Law::Pareto2, 100),
    (Law::Exponential, 1_000),
];

const TEN_PERCENT: Allowance = Allowance { relative: 0.1, absolute: 0.0 };

/// Whether a run is worse if calls are taken for independent of each other.
fn is_worse_if_independent(figure: Figure, base: &SimulatedRun, new: &SimulatedRun) -> bool {
    let share = share_below(figure);
    let [base, new] = [base, new].map(|run| {
        let groups = Groups::of(&run.slices(), GROUPS).unwrap();
        (run.quantile(share).ln(), groups.error_if_independent(figure))
    });
    let (change, noise) = (new.0 - base.0, base.1.hypot(new.1));
    change > 1.1_f64.ln() && change > 2.576 * noise
}

#[test]
#[ignore = "it takes minutes and prints a table"]
fn two_runs() {
    println!(
        "| service | figure | calls | as if independent | eight groups |\n|---|---|---|---|---|"
    );
    let rows = SERVICES.map(|(law, block)| (law, block, "p99", 10_000)).into_iter().chain([
        (Law::Exponential, 1, "p50", 10_000),
        (Law::Exponential, 100, "p50", 10_000),
        (Law::Exponential, 1, "p99", 5_000),
        (Law::Exponential, 100, "p99", 5_000),
        (Law::Exponential, 1, "p99", 2_000),
        (Law::Exponential, 100, "p99", 2_000),
        (Law::LogNormal(1.0), 1, "p99", 50_000),
    ]);
    for (law, block, text, calls) in rows {
        let equal = Simulated::equal(law, block, calls);
        let cells = [1.0, 1.2].map(|times| {
            let mut naive = 0;
            let found = (0..CASES).filter(|seed| {
                let dice = &mut Dice::new(1_000_000 + seed);
                let base = equal.run(dice);
                let new = Simulated { times, ..equal }.run(dice);
                naive += u64::from(is_worse_if_independent(figure(text), &base, &new));
                compared(figure(text), &[base], &new, TEN_PERCENT).unwrap().is_worse
            });
            let found = found.count() as u64;
            (percent(naive, CASES), percent(found, CASES))
        });
        let [(alarms, found), (our_alarms, our_found)] =
            [(&cells[0].0, &cells[1].0), (&cells[0].1, &cells[1].1)];
        println!(
            "| {}, {} | {text} | {calls} | {alarms} / {found} | {our_alarms} / {our_found} |",
            name(law),
            blocks(block)
        );
    }
}

#[test]
#[ignore = "it takes minutes and prints a table"]
fn several_runs() {
    const CASES: u64 = 1_000;
    println!(
        "| service | 1 run | 2 runs | 3 runs | 5 runs | 8 runs | 10 runs |\n|---|---|---|---|---|---|---|"
    );
    let services = [
        (Law::Exponential, 1),
        (Law::Exponential, 100),
        (Law::LogNormal(1.0), 100),
        (Law::Exponential, 1_000),
    ];
    for (law, block) in services {
        let equal = Simulated::equal(law, block, 10_000);
        let cell = |runs: usize| {
            let found = [1.0, 1.2, 1.5].map(|times| {
                let found = count(CASES, |dice| {
                    let base: Vec<SimulatedRun> = (0..runs).map(|_| equal.run(dice)).collect();
                    let new = Simulated { times, ..equal }.run(dice);
                    compared(figure("p99"), &base, &new, TEN_PERCENT).unwrap().is_worse
                });
                percent(found, CASES)
            });
            found.join(" / ")
        };
        let cells = [1, 2, 3, 5, 8, 10].map(cell);
        println!("| {}, {} | {} |", name(law), blocks(block), cells.join(" | "));
    }
}

#[test]
#[ignore = "it takes minutes and prints a table"]
fn pairs() {
    println!("| service | figure | calls of each | false alarms / found |\n|---|---|---|---|");
    let rows = [
        (Law::Exponential, 1, "p99", 10_000),
        (Law::Exponential, 2, "p99", 10_000),
        (Law::Exponential, 20, "p99", 10_000),
        (Law::Exponential, 200, "p99", 10_000),
        (Law::Exponential, 2_000, "p99", 10_000),
        (Law::LogNormal(1.0), 200, "p99", 10_000),
        (Law::Pareto2, 1, "p99", 10_000),
        (Law::Exponential, 200, "p99", 5_000),
        (Law::Exponential, 200, "p99", 2_000),
        (Law::Exponential, 200, "p50", 1_000),
        (Law::Exponential, 200, "p99.9", 20_000),
    ];
    for (law, block, text, calls) in rows {
        let cells = [1.0, 1.2].map(|times| {
            let found = count(CASES, |dice| {
                let [base, new] = SimulatedPair { law, block, calls, times }.runs(dice);
                let share = share_below(figure(text));
                let (base_slices, new_slices) = (base.slices(), new.slices());
                let base = TimedRun { slices: &base_slices, figure: base.quantile(share) };
                let new = TimedRun { slices: &new_slices, figure: new.quantile(share) };
                let allowed = Allowance { relative: 0.05, absolute: 0.0 };
                paired(figure(text), base, new, allowed).unwrap().is_worse
            });
            percent(found, CASES)
        });
        println!("| {}, {} | {text} | {calls} | {} |", name(law), blocks(block), cells.join(" / "));
    }
}

#[test]
#[ignore = "it takes minutes and prints a table"]
fn intervals() {
    const CASES: u64 = 1_000;
    println!("| service | calls | p50 | p90 | p99 | p99.9 |\n|---|---|---|---|---|---|");
    let services = [
        (Law::Exponential, 1),
        (Law::LogNormal(1.0), 1),
        (Law::Pareto2, 1),
        (Law::Exponential, 10),
        (Law::Exponential, 100),
        (Law::LogNormal(0.5), 100),
        (Law::LogNormal(1.0), 100),
    ];
    for ((law, block), calls) in services
        .into_iter()
        .flat_map(|service| [2_000, 10_000, 50_000].map(|calls| (service, calls)))
    {
        let service = Simulated::equal(law, block, calls);
        let texts = ["p50", "p90", "p99", "p99.9"];
        let truths = texts.map(|text| service.true_quantile(share_below(figure(text))));
        let mut having = [0; 4];
        for seed in 0..CASES {
            let run = service.run(&mut Dice::new(seed));
            let slices = run.slices();
            let grouped = Grouped::new(TimedRun { slices: &slices, figure: 0.0 });
            for (nth, text) in texts.into_iter().enumerate() {
                let nanos = run.quantile(share_below(figure(text)));
                let has = grouped
                    .interval(figure(text), nanos)
                    .is_ok_and(|seen| seen.low <= truths[nth] && truths[nth] <= seen.high);
                having[nth] += u64::from(has);
            }
        }
        let cells = having
            .map(|having| if having == 0 { "none".to_string() } else { percent(having, CASES) });
        println!("| {}, {} | {calls} | {} |", name(law), blocks(block), cells.join(" | "));
    }
}

#[test]
#[ignore = "it takes minutes and prints a table"]
fn warming_up() {
    println!(
        "| service | warm | × 1.2 in the first eighth | 1 + e^(-20 t) | × 2 in the first sixteenth |\n|---|---|---|---|---|"
    );
    let profiles: [fn(f64) -> f64; 4] = [
        |_| 1.0,
        |at| if at < 0.125 { 1.2 } else { 1.0 },
        |at| 1.0 + (-20.0 * at).exp(),
        |at| if at < 0.0625 { 2.0 } else { 1.0 },
    ];
    for (law, block) in SERVICES {
        let service = Simulated::equal(law, block, 10_000);
        let cells = profiles.map(|times| {
            let found = count(CASES, |dice| {
                let mut calls = service.run(dice).calls;
                let all = calls.len() as f64;
                calls
                    .iter_mut()
                    .enumerate()
                    .for_each(|(nth, call)| *call *= times(nth as f64 / all));
                warming(&SimulatedRun::of(calls, 400).slices()).is_some()
            });
            percent(found, CASES)
        });
        println!("| {}, {} | {} |", name(law), blocks(block), cells.join(" | "));
    }
}
