//! [`Test`]: the tests of a binary, one for each load or one for all loads of a farm.

use std::collections::{HashMap, HashSet};

use super::registry::Load;
use crate::plan::limits::MOST_CASES;

/// One test: a load, or the loads of a farm.
pub(crate) struct Test {
    pub(crate) name: String,
    pub(crate) members: Vec<Member>,
    /// Why it is ignored, if it is; empty if nobody says. A farm runs whole or not at all: one
    /// ignored load is enough.
    pub(crate) ignored: Option<String>,
}

impl Test {
    /// Its own name, and the names of its loads.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str())
            .chain(self.members.iter().map(|member| member.name.as_str()))
    }

    /// Takes one more reason to ignore it, if there is one.
    fn ignore_with(&mut self, reason: Option<&str>) {
        let Some(reason) = reason else { return };
        let reasons = self.ignored.get_or_insert_default();
        if reasons.is_empty() {
            *reasons = reason.to_string();
        } else if !reason.is_empty() && !reasons.split("; ").any(|said| said == reason) {
            *reasons += &format!("; {reason}");
        }
    }

    /// All that filters may call it: its names, and the paths by which editors know its loads.
    pub(crate) fn aliases(&self) -> Vec<String> {
        let paths = self.members.iter().map(|member| member.load.path_of_test());
        self.names().map(str::to_string).chain(paths).collect()
    }
}

/// A load, or one case of it, under the name of its report.
pub(crate) struct Member {
    pub(crate) load: &'static Load,
    pub(crate) name: String,
    pub(crate) case: Option<NamedCase>,
}

/// One of the values of `args`.
#[derive(Clone)]
pub(crate) struct NamedCase {
    pub(crate) nth: usize,
    pub(crate) text: String,
}

impl Member {
    /// The number of the value of `args` that its calls get, or 0 if there is none.
    pub(crate) fn nth_case(&self) -> usize {
        self.case.as_ref().map_or(0, |case| case.nth)
    }

    /// All names of its tables in a profile: its own, that of all its cases, and that of its test.
    pub(crate) fn names<'a>(&'a self, test: &'a str) -> Vec<&'a str> {
        let of_all_cases =
            self.case.as_ref().and_then(|_| self.name.rsplit_once("::")).map(|(load, _)| load);
        [Some(self.name.as_str()), of_all_cases, Some(test)].into_iter().flatten().collect()
    }

    pub(crate) fn case_text(&self) -> Option<String> {
        self.case.as_ref().map(|case| case.text.clone())
    }
}

/// How many letters of a value the name of its test has at most, for no folder has a name of any
/// length.
const MOST_LETTERS: usize = 60;

/// The tests of a binary, in the order of their first loads.
///
/// # Errors
///
/// Two loads, or a load and a farm, have one name: filters could not tell them apart, and both
/// would write one report. Or a load has `args` without a value, or with too many.
pub(crate) fn tests(loads: &[&'static Load], binary: &str) -> Result<Vec<Test>, String> {
    let mut tests: Vec<Test> = Vec::new();
    for load in loads {
        let farm = load.farm_name(binary);
        let name = farm
            .as_ref()
            .map_or_else(|| load.test_name(binary), |farm| format!("{farm}::{}", load.own_name()));
        let members = members(load, name)?;
        let Some(farm) = farm else {
            tests.extend(members.into_iter().map(|member| Test {
                name: member.name.clone(),
                members: vec![member],
                ignored: load.ignored.map(str::to_string),
            }));
            continue;
        };
        match tests.iter_mut().find(|test| test.name == farm && test.members[0].load.farm.is_some())
        {
            Some(test) => {
                test.ignore_with(load.ignored);
                test.members.extend(members);
            }
            None => {
                let ignored = load.ignored.map(str::to_string);
                tests.push(Test { name: farm, members, ignored });
            }
        }
    }
    check_names(&tests)?;
    Ok(tests)
}

/// A load as it is, or once for each of its cases.
fn members(load: &'static Load, name: String) -> Result<Vec<Member>, String> {
    let Some(cases) = load.cases else { return Ok(vec![Member { load, name, case: None }]) };
    let texts = cases();
    match texts.len() {
        0 => Err(format!(
            "`{name}` has no case, because args is empty, at {}: give it a value, such as \
             `args = [1]`",
            load.place()
        )),
        1..=MOST_CASES => {
            let names = case_names(&texts);
            let member = |(nth, (text, case_name)): (usize, (String, String))| Member {
                load,
                name: format!("{name}::{case_name}"),
                case: Some(NamedCase { nth, text }),
            };
            Ok(texts.into_iter().zip(names).enumerate().map(member).collect())
        }
        _ => Err(format!(
            "`{name}` has more than {MOST_CASES} cases, at {}: end args with `.take(n)`",
            load.place()
        )),
    }
}

/// A name for each value. Of those whose texts make one name the first has it, and the others have
/// it with a number.
fn case_names(texts: &[String]) -> Vec<String> {
    let plain: Vec<String> = texts.iter().map(|text| case_name(text)).collect();
    let mut taken: HashSet<String> = plain.iter().cloned().collect();
    let mut times: HashMap<&str, u64> = HashMap::new();
    let mut names = Vec::new();
    for name in &plain {
        let nth = times.entry(name).or_default();
        *nth += 1;
        if *nth == 1 {
            names.push(name.clone());
            continue;
        }
        // Another value may be written like a name with a number.
        while !taken.insert(format!("{name}-{nth}")) {
            *nth += 1;
        }
        names.push(format!("{name}-{nth}"));
    }
    names
}

/// The text of a value, as a part of a name and of a path: without letters that mean something else
/// to filters and folders.
fn case_name(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let plain: String =
        text.chars().take(MOST_LETTERS).map(|c| if is_plain(c) { c } else { '_' }).collect();
    if plain.chars().all(|c| c == '.') { "_".repeat(plain.len().max(1)) } else { plain }
}

fn check_names(tests: &[Test]) -> Result<(), String> {
    // A farm's own name is one more beside those of its loads.
    let farms = tests.iter().filter(|test| test.members[0].name != test.name);
    let mut named: Vec<(&str, &Load)> =
        farms.map(|test| (test.name.as_str(), test.members[0].load)).collect();
    for member in tests.iter().flat_map(|test| &test.members) {
        if let Some((name, other)) = named.iter().find(|(name, _)| *name == member.name) {
            let (one, two) = (other.place(), member.load.place());
            return Err(format!(
                "two loads are named `{name}`, at {one} and at {two}: give one of them a \
                 `name = \"..\"`"
            ));
        }
        named.push((&member.name, member.load));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::registry::{Boxed, Functions};
    use crate::plan::built::Built;

    /// The load of the fn at this path, on this line; those on lines 3, 6 and 7 are ignored.
    fn load(path: &'static str, farm: Option<&'static str>, line: u32) -> &'static Load {
        load_with(path, farm, line, None)
    }

    fn load_with(
        path: &'static str,
        farm: Option<&'static str>,
        line: u32,
        cases: Option<fn() -> Vec<String>>,
    ) -> &'static Load {
        let (module, function) = path.rsplit_once("::").unwrap();
        Box::leak(Box::new(Load {
            name: None,
            function,
            module,
            file: "tests/load.rs",
            line,
            built: Built { opt_level: None, debug_assertions: true },
            farm,
            ignored: match line {
                3 => Some(""),
                6 => Some("slow"),
                7 => Some("dear"),
                _ => None,
            },
            functions: Functions::default(),
            terms: || Err(String::new()),
            cases,
            prepare: |_, _| Box::pin(std::future::ready(Err(String::new()))) as Boxed<_>,
        }))
    }

    fn names(loads: &[&'static Load]) -> Vec<(String, Vec<String>, bool)> {
        let members = |test: &Test| test.members.iter().map(|member| member.name.clone()).collect();
        tests(loads, "load")
            .unwrap()
            .iter()
            .map(|test| (test.name.clone(), members(test), test.ignored.is_some()))
            .collect()
    }

    #[test]
    fn a_load_is_a_test_and_a_farm_is_one_for_all_of_its_loads() {
        let loads = [
            load("load::alone", None, 1),
            load("load::cart::add", Some("shop"), 2),
            load("load::checkout", Some("shop"), 3),
            load("suite::cart::add", Some("shop"), 4),
            load("suite::cart::add", None, 5),
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
    fn a_farm_says_of_each_of_its_ignored_loads_why() {
        let reasons = |lines: &[u32]| {
            let paths = ["load::a", "load::b", "load::c"];
            let loads: Vec<&Load> = paths
                .iter()
                .zip(lines)
                .map(|(path, line)| load(path, Some("shop"), *line))
                .collect();
            tests(&loads, "load").unwrap().remove(0).ignored
        };
        assert_eq!(reasons(&[1, 2]), None);
        assert_eq!(reasons(&[1, 3]).as_deref(), Some(""));
        assert_eq!(reasons(&[1, 3, 6]).as_deref(), Some("slow"));
        assert_eq!(reasons(&[6, 7, 6]).as_deref(), Some("slow; dear"));
    }

    #[test]
    fn two_of_one_name_are_refused_with_both_places() {
        let message = |loads: &[&'static Load]| tests(loads, "load").err().unwrap();
        let twice = [load("load::add", None, 1), load("load::add", None, 2)];
        let rest = "at tests/load.rs:1 and at tests/load.rs:2: give one of them a `name = \"..\"`";
        assert_eq!(message(&twice), format!("two loads are named `add`, {rest}"));
        let farm = [load("load::add", Some("shop"), 1), load("load::shop", None, 2)];
        assert_eq!(message(&farm), format!("two loads are named `shop`, {rest}"));
        let farm = [load("load::shop", None, 1), load("load::add", Some("shop"), 2)];
        assert_eq!(
            message(&farm),
            format!(
                "two loads are named `shop`, {}",
                rest.replace("rs:1 and at tests/load.rs:2", "rs:2 and at tests/load.rs:1")
            )
        );
        let inside = [load("load::add", Some("shop"), 1), load("load::shop::add", None, 2)];
        assert_eq!(message(&inside), format!("two loads are named `shop::add`, {rest}"));
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| text.to_string()).collect()
    }

    #[test]
    fn each_case_is_a_test_or_a_member_of_a_farm() {
        let loads = [
            load_with(
                "load::fetch",
                None,
                3,
                Some(|| texts(&["1", "-2.5", "GET /a::b", "..", ""])),
            ),
            load_with("suite::cart::add", Some("shop"), 4, Some(|| texts(&["größe", "."]))),
        ];
        let names = names(&loads);
        let alone: Vec<_> = names[..5]
            .iter()
            .map(|(name, members, ignored)| (name.as_str(), members.len(), *ignored))
            .collect();
        assert_eq!(
            alone,
            ["fetch::1", "fetch::-2.5", "fetch::GET__a__b", "fetch::__", "fetch::_"]
                .map(|name| (name, 1, true))
        );
        let farm = (
            "suite::shop".to_string(),
            texts(&["suite::shop::cart::add::größe", "suite::shop::cart::add::_"]),
            false,
        );
        assert_eq!(names[5..], [farm]);
        let cases = |loads| {
            tests(loads, "load")
                .unwrap()
                .into_iter()
                .flat_map(|test| test.members)
                .map(|member| member.case.unwrap())
        };
        let third = cases(&loads[..1]).nth(2).unwrap();
        assert_eq!(third.nth, 2);
        assert_eq!(third.text, "GET /a::b");
    }

    #[test]
    fn cases_whose_texts_make_one_name_are_numbered() {
        let check = |of: &[&str], names: &[&str]| assert_eq!(case_names(&texts(of)), names);
        check(&["/a/b", "/a_b"], &["_a_b", "_a_b-2"]);
        check(&["?", "a", "!", "a", "/"], &["_", "a", "_-2", "a-2", "_-3"]);
        check(&["a/", "a:", "a_-2", "a;"], &["a_", "a_-3", "a_-2", "a_-4"]);
        let long = "x".repeat(100);
        let cut = &long[..MOST_LETTERS];
        check(&[&format!("{long}1"), &format!("{long}2")], &[cut, &format!("{cut}-2")]);
        let cases = load_with("load::get", None, 1, Some(|| texts(&["/a/b", "/a_b"])));
        let found: Vec<_> = tests(&[cases], "load")
            .unwrap()
            .into_iter()
            .map(|test| (test.name, test.members[0].case.as_ref().unwrap().text.clone()))
            .collect();
        let expected = [("get::_a_b", "/a/b"), ("get::_a_b-2", "/a_b")];
        assert_eq!(found, expected.map(|(name, text)| (name.to_string(), text.to_string())));
    }

    #[test]
    fn cases_that_make_no_tests_are_refused_with_their_place() {
        let message =
            |cases| tests(&[load_with("load::fetch", None, 1, Some(cases))], "load").err().unwrap();
        let at = "at tests/load.rs:1";
        assert_eq!(
            message(Vec::new),
            format!(
                "`fetch` has no case, because args is empty, {at}: give it a value, such as \
                 `args = [1]`"
            )
        );
        let many = || (0..=MOST_CASES).map(|nth| nth.to_string()).collect();
        assert_eq!(
            message(many),
            format!("`fetch` has more than 10000 cases, {at}: end args with `.take(n)`")
        );
        let inside = [
            load_with("load::fetch", None, 1, Some(|| texts(&["a"]))),
            load("load::fetch::a", None, 2),
        ];
        let rest = "at tests/load.rs:1 and at tests/load.rs:2: give one of them a `name = \"..\"`";
        assert_eq!(
            tests(&inside, "load").err().unwrap(),
            format!("two loads are named `fetch::a`, {rest}")
        );
    }
}
