//! [`GeneratorField`], and [`StillWarmingField`]: what pusher took, and whether all was warm.

use serde::Serialize;

use crate::plan::time::nanos;
use crate::verdict::comparison::number;
use crate::verdict::generator::{Gauge, Generator};
use crate::verdict::still_warming::StillWarming;

#[derive(Serialize)]
pub(super) struct GeneratorField {
    lag: Option<GaugeField>,
    cpu: Option<GaugeField>,
    machine: Option<GaugeField>,
    steal: Option<GaugeField>,
    ready: Option<GaugeField>,
    threads: Option<GaugeField>,
    descriptors: Option<GaugeField>,
}

#[derive(Serialize)]
struct GaugeField {
    #[serde(serialize_with = "number")]
    observed: f64,
    #[serde(serialize_with = "number")]
    limit: f64,
    is_past: bool,
    reason: &'static str,
}

impl GeneratorField {
    pub(super) fn of(generator: &Generator) -> GeneratorField {
        let field = |gauge: &Option<Gauge>| {
            gauge.map(|gauge| GaugeField {
                observed: gauge.observed,
                limit: gauge.limit,
                is_past: gauge.is_past(),
                reason: gauge.reason,
            })
        };
        GeneratorField {
            lag: field(&generator.lag),
            cpu: field(&generator.cpu),
            machine: field(&generator.machine),
            steal: field(&generator.steal),
            ready: field(&generator.ready),
            threads: field(&generator.threads),
            descriptors: field(&generator.descriptors),
        }
    }
}

#[derive(Serialize)]
pub(super) struct StillWarmingField<'a> {
    eighths: u32,
    figure: &'a str,
    by: f64,
    warmup: u64,
}

impl StillWarmingField<'_> {
    pub(super) fn of(warming: &StillWarming) -> StillWarmingField<'_> {
        let StillWarming { eighths, figure, by, warmup } = warming;
        StillWarmingField { eighths: *eighths, figure, by: *by, warmup: nanos(*warmup) }
    }
}
