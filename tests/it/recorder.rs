//! A gossiper that writes everything down, and checks that the stream is well formed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use pusher::{Ending, Gossip, Gossiper, Report, Worker};

#[derive(Default)]
pub(crate) struct Recorder {
    heard: Mutex<Vec<Gossip>>,
    stops: Mutex<u64>,
}

impl Recorder {
    pub(crate) fn new() -> Arc<Recorder> {
        Arc::default()
    }

    pub(crate) fn heard(&self) -> Vec<Gossip> {
        self.heard.lock().unwrap().clone()
    }

    pub(crate) fn stops(&self) -> u64 {
        *self.stops.lock().unwrap()
    }

    pub(crate) fn count(&self, counted: impl Fn(&Gossip) -> bool) -> u64 {
        self.heard.lock().unwrap().iter().filter(|gossip| counted(gossip)).count() as u64
    }

    /// Each admitted tick has one before-target and then one after-target, each refused tick one
    /// canceled, no tick is missing or doubled, `stop` was heard once, and the report's ledger
    /// says the same.
    pub(crate) fn check(&self, report: &Report, context: &str) {
        for (warmup, ledger) in [(false, report.ledger), (true, report.warmup_ledger)] {
            assert!(ledger.balances(), "{context}: {ledger:?}");
            let mut ticks: BTreeMap<u64, Vec<String>> = BTreeMap::new();
            for gossip in self.heard().iter().filter(|gossip| gossip.is_warmup() == warmup) {
                ticks.entry(gossip.seq()).or_default().push(gossip.to_string());
            }
            assert!(
                ticks.keys().copied().eq(0..ledger.scheduled),
                "{context}: ticks {:?} for {ledger:?}",
                ticks.keys()
            );
            for (seq, moments) in &ticks {
                let well_formed =
                    moments == &["before-target", "after-target"] || moments == &["canceled"];
                assert!(well_formed, "{context}: tick {seq} has {moments:?}");
            }
            let ended = |ending| {
                self.count(|gossip| gossip.is_warmup() == warmup && gossip.ending() == Some(ending))
            };
            let heard = [
                Ending::Ok,
                Ending::Failed,
                Ending::TimedOut,
                Ending::Panicked,
                Ending::Interrupted,
            ]
            .map(ended);
            assert_eq!(
                heard,
                [ledger.ok, ledger.failed, ledger.timed_out, ledger.panicked, ledger.interrupted],
                "{context}"
            );
            assert_eq!(
                self.count(|gossip| gossip.is_warmup() == warmup && gossip.is_canceled()),
                ledger.canceled,
                "{context}"
            );
        }
        assert_eq!(self.stops(), 1, "{context}");
    }
}

impl Gossiper for Recorder {
    fn hear(&self, _: &Worker, gossip: &Gossip) {
        assert_eq!(self.stops(), 0, "gossip after the stop");
        self.heard.lock().unwrap().push(gossip.clone());
    }

    fn stop(&self) {
        *self.stops.lock().unwrap() += 1;
    }
}
