#[pusher::load(stages())]
async fn none() {}

#[pusher::load(stages(ramp(0, 100, "10s"), hodl(100, "1m")))]
async fn unknown() {}

#[pusher::load(stages(ramp(100, "10s")))]
async fn too_few_values() {}

#[pusher::load(stages(hold(-1, "0s")))]
async fn wrong_values() {}

#[pusher::load(stages(hold(0, "1m")))]
async fn no_tick() {}

#[pusher::load(stages = "ramp")]
async fn no_parentheses() {}

#[pusher::load(stages(100))]
async fn no_stage() {}

fn main() {}
