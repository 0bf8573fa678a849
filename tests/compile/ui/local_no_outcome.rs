use std::rc::Rc;

#[pusher::load(rps = 50, duration = "1m", local = true)]
async fn checkout() -> Result<Rc<u8>, String> {
    Ok(Rc::new(5))
}

fn main() {}
