//! With `crate = ..` the expansion does not name `::pusher`, which is another crate here.
extern crate pusher as pu;

extern crate core as pusher;

mod reexport {
    pub use pu::load;
    pub use pu::__private;
}

#[pu::load(rps = 50, duration = "1m", crate = ::pu)]
async fn absolute() {}

#[pu::load(rps = 50, duration = "1m", crate = pu)]
async fn relative(_: pu::Call) {}

#[reexport::load(rps = 50, duration = "1m", crate = crate::reexport)]
async fn of_another_crate() {}

fn main() {
    let () = pusher::mem::take(&mut ());
}
