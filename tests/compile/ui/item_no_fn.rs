#[pusher::load(rps = 50, duration = "1m")]
struct Checkout;

fn main() {
    let Checkout = Checkout;
}
