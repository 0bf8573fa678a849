use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicUsize;
use std::{env, thread};

use super::*;

const NEVER: &dyn Fn() -> bool = &|| false;
const SILENT: &dyn Fn(&str) = &|line| panic!("unexpected: {line}");

fn file(name: &str) -> PathBuf {
    env::temp_dir().join(format!("pusher-lock-{name}-{}", std::process::id())).join("pusher/lock")
}

fn remove(lock: &Path) {
    fs::remove_dir_all(lock.ancestors().nth(2).unwrap()).unwrap();
}

#[test]
fn threads_take_turns() {
    let path = file("threads");
    let turns = Turns::new(path.clone(), |_| None);
    let (inside, made) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let _turn = turns.take_and_say("a", NEVER, SILENT).unwrap();
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                    thread::yield_now();
                    inside.fetch_sub(1, Ordering::SeqCst);
                    made.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!((made.into_inner(), turns.queue().waiting.len()), (200, 0));
    remove(&path);
}

#[test]
fn a_thread_that_is_interrupted_leaves_the_queue() {
    let path = file("interrupted");
    let turns = Turns::new(path.clone(), |_| None);
    let turn = turns.take_and_say("a", NEVER, SILENT).unwrap();
    let asked = Cell::new(0);
    let second_time = || asked.replace(asked.get() + 1) > 0;
    assert!(turns.take_and_say("b", &second_time, SILENT).is_none());
    drop(turn);
    assert!(turns.take_and_say("c", &|| true, SILENT).is_none());
    drop(turns.take_and_say("d", NEVER, SILENT).unwrap());
    remove(&path);
}

#[test]
fn waits_for_another_process_and_says_for_whom() {
    // Two `Turns` are two open files, which lock each other out as two processes do.
    let path = file("says");
    let (ours, theirs) = (Turns::new(path.clone(), |_| None), Turns::new(path.clone(), |_| None));
    let said = RefCell::new(Vec::new());
    let say = |line: &str| said.borrow_mut().push(line.to_string());
    let third_time = |asked: &Cell<u32>| asked.replace(asked.get() + 1) > 2;

    let turn = theirs.take_and_say("cart::add", NEVER, SILENT).unwrap();
    assert!(ours.take_and_say("checkout", &|| third_time(&Cell::new(3)), &say).is_none());
    let asked = Cell::new(0);
    assert!(ours.take_and_say("checkout", &|| third_time(&asked), &say).is_none());
    let who = format!("cart::add (process {})", std::process::id());
    assert_eq!(
        said.take(),
        [format!("pusher: checkout waits for {who}, which holds {}", path.display())]
    );

    fs::write(&path, "").unwrap();
    asked.set(0);
    assert!(ours.take_and_say("checkout", &|| third_time(&asked), &say).is_none());
    assert_eq!(
        said.take(),
        [format!("pusher: checkout waits for another process, which holds {}", path.display())]
    );

    drop(turn);
    drop(ours.take_and_say("checkout", NEVER, SILENT).unwrap());
    assert_eq!(fs::read_to_string(&path).unwrap(), "");
    remove(&path);
}

#[test]
fn a_shard_and_a_swarm_lock_no_file() {
    let path = file("shard");
    for variable in ["PUSHER_SHARD", "PUSHER_SWARM"] {
        let turns = Turns::new(path.clone(), |name| (name == variable).then(|| "1/2".into()));
        drop(turns.take_and_say("a", NEVER, SILENT).unwrap());
        assert!(!path.exists());
    }
    drop(Turns::new(path.clone(), |_| Some("".into())).take_and_say("a", NEVER, SILENT).unwrap());
    assert!(path.exists());
    remove(&path);
}

#[test]
fn goes_on_where_nothing_can_be_locked() {
    let path = file("nothing");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "").unwrap();
    let below_a_file = path.join("lock");
    let turns = Turns::new(below_a_file.clone(), |_| None);
    let said = RefCell::new(Vec::new());
    for _ in 0..2 {
        drop(
            turns
                .take_and_say("a", NEVER, &|line| said.borrow_mut().push(line.to_string()))
                .unwrap(),
        );
    }
    let said = said.into_inner();
    let start = format!("pusher: cannot lock {}: ", below_a_file.display());
    assert!(said.len() == 1 && said[0].starts_with(&start), "{said:?}");
    assert!(said[0].ends_with("; loads of other processes may run at the same time"), "{said:?}");
    remove(&path);
}

#[test]
fn processes_take_turns() {
    let path = file("processes");
    let turns = Turns::new(path.clone(), |_| None);
    let turn = turns.take_and_say("parent", NEVER, SILENT).unwrap();
    let name = format!("{}::child", module_path!().split_once("::").unwrap().1);
    let mut child = Command::new(env::current_exe().unwrap())
        .args([&name, "--exact", "--nocapture", "--include-ignored"])
        .env("PUSHER_TEST_LOCK", &path)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let waits = format!(
        "pusher: child waits for parent (process {}), which holds {}",
        std::process::id(),
        path.display()
    );
    assert_eq!(lines.find(|line| line.starts_with("pusher: ")).unwrap(), waits);

    drop(turn);
    assert!(lines.any(|line| line == "the child has it"));
    let said = RefCell::new(Vec::new());
    let has_said = || !said.borrow().is_empty();
    assert!(
        turns
            .take_and_say("parent", &has_said, &|line| said.borrow_mut().push(line.to_string()))
            .is_none()
    );
    let who = format!("child (process {})", child.id());
    assert_eq!(
        said.take(),
        [format!("pusher: parent waits for {who}, which holds {}", path.display())]
    );

    // The child dies with the lock in its hands.
    child.kill().unwrap();
    child.wait().unwrap();
    drop(turns.take_and_say("parent", NEVER, &|_| ()).unwrap());
    remove(&path);
}

/// The other process of the test above.
#[test]
#[ignore = "the other process of `processes_take_turns`"]
fn child() {
    let Some(path) = env::var_os("PUSHER_TEST_LOCK") else { return };
    let turns = Turns::new(path.into(), |_| None);
    let _turn = turns.take("child", NEVER).unwrap();
    eprintln!("the child has it");
    io::stdin().read_line(&mut String::new()).unwrap();
}
