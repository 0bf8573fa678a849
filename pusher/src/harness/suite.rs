//! Which tests the registered loads make: one each, or one for all loads of a farm.

use super::registry::Load;

/// One test: a load, or the loads of a farm.
pub(crate) struct Test {
    pub(crate) name: String,
    pub(crate) members: Vec<Member>,
    /// A farm is made whole or not at all: one ignored load is enough.
    pub(crate) ignored: bool,
}

impl Test {
    /// Its own name, and those of its loads.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.members.iter().map(|member| member.name.as_str()))
    }
}

/// A load with the name that its report goes by.
pub(crate) struct Member {
    pub(crate) load: &'static Load,
    pub(crate) name: String,
}

/// The tests of a binary, in the order of their first loads.
///
/// # Errors
///
/// Two loads, or a load and a farm, of one name: they would be one to every filter, and write one report.
pub(crate) fn tests(loads: &[&'static Load], binary: &str) -> Result<Vec<Test>, String> {
    let mut tests: Vec<Test> = Vec::new();
    for load in loads {
        let name = load.test_name(binary);
        let Some(farm) = load.farm_name(binary) else {
            tests.push(Test { name: name.clone(), members: vec![Member { load, name }], ignored: load.ignored });
            continue;
        };
        let member = Member { load, name: format!("{farm}::{}", load.own_name()) };
        match tests.iter_mut().find(|test| test.name == farm && test.members[0].load.farm.is_some()) {
            Some(test) => {
                test.ignored |= load.ignored;
                test.members.push(member);
            }
            None => tests.push(Test { name: farm, members: vec![member], ignored: load.ignored }),
        }
    }
    check_names(&tests)?;
    Ok(tests)
}

fn check_names(tests: &[Test]) -> Result<(), String> {
    // A farm's own name is one more beside those of its loads.
    let farms = tests.iter().filter(|test| test.members[0].name != test.name);
    let mut named: Vec<(&str, &Load)> = farms.map(|test| (test.name.as_str(), test.members[0].load)).collect();
    for member in tests.iter().flat_map(|test| &test.members) {
        if let Some((name, other)) = named.iter().find(|(name, _)| *name == member.name) {
            let (one, two) = (other.place(), member.load.place());
            return Err(format!("two loads are named `{name}`, at {one} and at {two}: give one of them a `name = \"..\"`"));
        }
        named.push((&member.name, member.load));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(module: &'static str, function: &'static str, farm: Option<&'static str>, line: u32) -> &'static Load {
        let terms = || Err(String::new());
        let prepare = || Box::pin(std::future::ready(Err(String::new()))) as super::super::registry::Boxed<_>;
        Box::leak(Box::new(Load { name: None, function, module, file: "tests/load.rs", line, farm, ignored: line == 3, terms, prepare }))
    }

    fn names(loads: &[&'static Load]) -> Vec<(String, Vec<String>, bool)> {
        let members = |test: &Test| test.members.iter().map(|member| member.name.clone()).collect();
        tests(loads, "load").unwrap().iter().map(|test| (test.name.clone(), members(test), test.ignored)).collect()
    }

    #[test]
    fn a_load_is_a_test_and_a_farm_is_one_for_all_of_its_loads() {
        let loads = [
            load("load", "alone", None, 1),
            load("load::cart", "add", Some("shop"), 2),
            load("load", "checkout", Some("shop"), 3),
            load("suite::cart", "add", Some("shop"), 4),
            load("suite::cart", "add", None, 5),
        ];
        let own = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
        assert_eq!(
            names(&loads),
            [
                ("alone".to_string(), own(&["alone"]), false),
                ("shop".to_string(), own(&["shop::cart::add", "shop::checkout"]), true),
                ("suite::shop".to_string(), own(&["suite::shop::cart::add"]), false),
                ("suite::cart::add".to_string(), own(&["suite::cart::add"]), false),
            ]
        );
    }

    #[test]
    fn two_of_one_name_are_refused_with_both_places() {
        let message = |loads: &[&'static Load]| tests(loads, "load").err().unwrap();
        let twice = [load("load", "add", None, 1), load("load", "add", None, 2)];
        let rest = "at tests/load.rs:1 and at tests/load.rs:2: give one of them a `name = \"..\"`";
        assert_eq!(message(&twice), format!("two loads are named `add`, {rest}"));
        let farm = [load("load", "add", Some("shop"), 1), load("load", "shop", None, 2)];
        assert_eq!(message(&farm), format!("two loads are named `shop`, {rest}"));
        let farm = [load("load", "shop", None, 1), load("load", "add", Some("shop"), 2)];
        assert_eq!(
            message(&farm),
            format!("two loads are named `shop`, {}", rest.replace("rs:1 and at tests/load.rs:2", "rs:2 and at tests/load.rs:1"))
        );
        let inside = [load("load", "add", Some("shop"), 1), load("load::shop", "add", None, 2)];
        assert_eq!(message(&inside), format!("two loads are named `shop::add`, {rest}"));
    }
}
