//! Whatever gives items: collections, iterators, readers; the items by value or shared.
#![deny(warnings)]

use std::collections::BTreeMap;
use std::sync::Arc;

use pusher::Call;

#[derive(Clone)]
struct User {
    name: String,
}

struct Large([u8; 1_000]);

type Failure = Box<dyn std::error::Error + Send + Sync>;

const ORDER: &str = "once";

fn users() -> Vec<User> {
    vec![User { name: "Ada".to_string() }]
}
fn large() -> [Large; 1] {
    [Large([0; 1_000])]
}
fn generated() -> impl Iterator<Item = u64> {
    (0..).map(|number| number * number).take(100)
}
fn pairs() -> BTreeMap<u8, &'static str> {
    BTreeMap::from([(1, "one")])
}
fn constant() -> &'static [u16] {
    &[1, 2, 3]
}
fn read() -> Result<Vec<User>, Failure> {
    Ok(users())
}
fn lines() -> impl Iterator<Item = Result<User, Failure>> {
    users().into_iter().map(Ok)
}
/// What it returns may not change threads; the items do.
fn read_lines() -> std::io::Result<Box<dyn Iterator<Item = Result<String, std::io::Error>>>> {
    Ok(Box::new(std::iter::once(Ok("line".to_string()))))
}
fn of<T: Default>() -> Vec<T> {
    vec![T::default()]
}

#[pusher::load(rps = 50, duration = "1m", data = users)]
async fn cloned(user: User) {
    assert_eq!(user.name, "Ada");
}

#[pusher::load(rps = 50, duration = "1m", data = users, data_order = "random", seed = 7)]
async fn shared(_: Call, _: Arc<User>) {}

#[pusher::load(rps = 50, duration = "1m", data = large, data_order = ORDER)]
async fn not_clone(large: Arc<Large>) {
    assert_eq!(large.0.len(), 1_000);
}

#[pusher::load(rps = 50, duration = "1m", data = generated, data_order = "round-robin")]
async fn numbers(_: u64) {}

#[pusher::load(rps = 50, duration = "1m", data = pairs)]
async fn tuples(_: (u8, &'static str)) {}

#[pusher::load(rps = 50, duration = "1m", data = constant)]
async fn references(_: &'static u16) {}

#[pusher::load(rps = 50, duration = "1m", data = read)]
async fn from_a_file(_: User) {}

#[pusher::load(rps = 50, duration = "1m", data = lines)]
async fn from_lines(_: User) {}

#[pusher::load(rps = 50, duration = "1m", data = self::read_lines)]
async fn from_lines_of_a_file(_: String) {}

#[pusher::load(rps = 50, duration = "1m", data = of::<i8>, setup = users, args = ["a", "b"])]
async fn beside_all_else(_: &'static str, _: i8, _: Arc<Vec<User>>, _: Call) {}

fn main() {
    tokio::runtime::Runtime::new().unwrap().block_on(cloned(users().remove(0)));
}
