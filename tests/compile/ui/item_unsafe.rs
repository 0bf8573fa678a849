#[pusher::load(rps = 50, duration = "1m")]
async unsafe fn checkout() {}

#[pusher::load(rps = 50, duration = "1m")]
async extern "C" fn foreign() {}

fn main() {}
