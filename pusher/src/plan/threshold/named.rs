//! `step("login").p95`, `count("bytes")`, `record("depth").p99`: metrics of what calls tell, by
//! name.

use super::{Figure, Metric, Named};

/// None where the text speaks of neither a step nor a count nor a record.
pub(super) fn parse(text: &str) -> Option<Result<Metric, String>> {
    let (kind, rest) = text.split_at(text.find(['(', '.']).unwrap_or(text.len()));
    let example = match kind {
        "step" => "step(\"login\").p95",
        "count" => "count(\"bytes\")",
        "record" => "record(\"depth\").p99",
        _ => return None,
    };
    Some(parts(rest).ok_or_else(|| format!("`{text}` has no {kind}'s name in quotes: write it as in `{example}`")).and_then(
        |(name, figure)| {
            check(name)?;
            let named = match (kind, figure) {
                ("step", Some("errors")) => Named::StepErrors,
                ("step", Some(figure)) => Named::StepTime(read(figure, "step", ", max or errors")?),
                ("record", Some(figure)) => Named::Record(read(figure, "record", " or max")?),
                ("count", None) => Named::Count,
                ("count", Some(_)) => return Err(format!("a count is judged per second and has no figure: write `count(\"{name}\")`")),
                _ => return Err(format!("`{text}` has no figure: write one, as in `{text}.p95`")),
            };
            Ok(Metric::Named(named, name.to_string()))
        },
    ))
}

/// The name, and the figure after it, of `("login").p95`.
fn parts(text: &str) -> Option<(&str, Option<&str>)> {
    let (name, rest) = text.strip_prefix("(\"")?.split_once('"')?;
    match rest.strip_prefix(')')? {
        "" => Some((name, None)),
        figure => Some((name, Some(figure.strip_prefix('.')?))),
    }
}

fn check(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err(
            "the name is empty: write the one that the call gives, such as \"login\"".to_string()
        );
    }
    if name.chars().any(char::is_control) {
        return Err(format!(
            "the name {name:?} has a control character: give it, and what the call tells, a name that can be shown"
        ));
    }
    Ok(())
}

fn read(figure: &str, of: &str, others: &str) -> Result<Figure, String> {
    let unknown = || {
        format!(
            "`{figure}` is no figure of a {of}: write a percentile such as p95, or min, mean{others}"
        )
    };
    Figure::parse(figure).map_err(|wrong| wrong.unwrap_or_else(unknown))
}
