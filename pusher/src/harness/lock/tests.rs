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

/// A test that waits until it may run, and has nothing to say.
fn silent(test_name: &str) -> Waiter<'_> {
    Waiter { test_name, is_interrupted: NEVER, say: SILENT }
}

#[test]
fn threads_run_one_at_a_time() {
    let path = file("threads");
    let queue = Queue::new(path.clone());
    let (inside, admitted) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let _hold = queue.admit(silent("a")).unwrap();
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                    thread::yield_now();
                    inside.fetch_sub(1, Ordering::SeqCst);
                    admitted.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!(admitted.into_inner(), 200);
    assert_eq!(queue.line().waiting.len(), 0);
    remove(&path);
}

#[test]
fn a_thread_that_is_interrupted_leaves_the_line() {
    let path = file("interrupted");
    let queue = Queue::new(path.clone());
    let hold = queue.admit(silent("a")).unwrap();
    let asked = Cell::new(0);
    let second_time = || asked.replace(asked.get() + 1) > 0;
    assert!(queue.admit(Waiter { is_interrupted: &second_time, ..silent("b") }).is_none());
    drop(hold);
    assert!(queue.admit(Waiter { is_interrupted: &|| true, ..silent("c") }).is_none());
    drop(queue.admit(silent("d")).unwrap());
    remove(&path);
}

#[test]
fn waits_for_another_process_and_says_for_which() {
    // Two queues have the file open twice, and lock each other out as two processes do.
    let path = file("says");
    let (ours, theirs) = (Queue::new(path.clone()), Queue::new(path.clone()));
    let said = RefCell::new(Vec::new());
    let say = |line: &str| said.borrow_mut().push(line.to_string());
    // It asks three times before it gives up.
    let try_it = || {
        let asked = Cell::new(0);
        let third_time = || asked.replace(asked.get() + 1) > 2;
        ours.admit(Waiter { is_interrupted: &third_time, say: &say, ..silent("checkout") })
            .is_some()
    };
    let waits = |holder: &str| {
        format!("pusher: checkout waits for {holder}, which holds {}", path.display())
    };

    let hold = theirs.admit(silent("cart::add")).unwrap();
    let at_once = Waiter { is_interrupted: &|| true, say: &say, ..silent("checkout") };
    assert!(ours.admit(at_once).is_none());
    assert_eq!(said.take(), [""; 0]);
    assert!(!try_it());
    assert_eq!(said.take(), [waits(&format!("cart::add (process {})", std::process::id()))]);

    fs::write(&path, "").unwrap();
    assert!(!try_it());
    assert_eq!(said.take(), [waits("another process")]);

    drop(hold);
    drop(ours.admit(silent("checkout")).unwrap());
    assert_eq!(fs::read_to_string(&path).unwrap(), "");
    remove(&path);
}

#[test]
fn goes_on_if_nothing_can_be_locked() {
    let path = file("nothing");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "").unwrap();
    let below_a_file = path.join("lock");
    let queue = Queue::new(below_a_file.clone());
    let said = RefCell::new(Vec::new());
    let say = |line: &str| said.borrow_mut().push(line.to_string());
    for _ in 0..2 {
        drop(queue.admit(Waiter { say: &say, ..silent("a") }).unwrap());
    }
    let said = said.into_inner();
    let start = format!("pusher: cannot lock {}: ", below_a_file.display());
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with(&start), "{said:?}");
    assert!(said[0].ends_with("; loads of other processes may run at the same time"), "{said:?}");
    remove(&path);
}

#[test]
fn processes_run_loads_one_at_a_time() {
    let path = file("processes");
    let queue = Queue::new(path.clone());
    let hold = queue.admit(silent("parent")).unwrap();
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
    let waits = |who: &str, id: u32, holder: &str| {
        format!("pusher: {who} waits for {holder} (process {id}), which holds {}", path.display())
    };
    assert_eq!(
        lines.find(|line| line.starts_with("pusher: ")).unwrap(),
        waits("child", std::process::id(), "parent")
    );

    drop(hold);
    assert!(lines.any(|line| line == "the child has it"));
    let said = RefCell::new(Vec::new());
    let has_said = || !said.borrow().is_empty();
    let say = |line: &str| said.borrow_mut().push(line.to_string());
    let parent = Waiter { is_interrupted: &has_said, say: &say, ..silent("parent") };
    assert!(queue.admit(parent).is_none());
    assert_eq!(said.take(), [waits("parent", child.id(), "child")]);

    // The child dies while it holds the lock.
    child.kill().unwrap();
    child.wait().unwrap();
    drop(queue.admit(Waiter { say: &|_| (), ..silent("parent") }).unwrap());
    remove(&path);
}

/// The other process of the test above.
#[test]
#[ignore = "the other process of `processes_run_loads_one_at_a_time`"]
fn child() {
    let Some(path) = env::var_os("PUSHER_TEST_LOCK") else { return };
    let queue = Queue::new(path.into());
    let _hold = queue.wait("child", NEVER).unwrap();
    eprintln!("the child has it");
    io::stdin().read_line(&mut String::new()).unwrap();
}
