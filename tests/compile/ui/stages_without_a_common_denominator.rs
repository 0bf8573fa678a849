#[pusher::load(stages(hold("1/999983s", "1h"), hold("1/1000033s", "1h")))]
async fn stages() {}

#[pusher::load(steps(from = "1/999983s", to = "7/m", by = "1/1000033s", each = "1h"))]
async fn steps() {}

#[pusher::load(sine(from = "1/999983s", to = "1/1000033s", period = "1h"))]
async fn sine() {}

fn main() {}
