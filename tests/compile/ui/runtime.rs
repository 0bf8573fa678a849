#[pusher::load(rps = 50, duration = "1m", runtime = "multi-thread")]
async fn no_word() {}

#[pusher::load(rps = 50, duration = "1m", runtime = multi_thread)]
async fn without_quotes() {}

#[pusher::load(rps = 50, duration = "1m", runtime = 4)]
async fn a_number() {}

#[pusher::load(rps = 50, duration = "1m", runtime = "multi_thread", time = "virtual")]
async fn in_virtual_time() {}

#[pusher::load(rps = 50, duration = "1m", time = "virtual", runtime = MANY)]
async fn in_virtual_time_whatever_it_is() {}

#[pusher::load(rps = 50, duration = "1m", flavor = "multi_thread")]
async fn word_of_tokio() {}

const MANY: &str = "multi_thread";

fn main() {}
