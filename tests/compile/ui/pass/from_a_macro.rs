//! A load may come out of a `macro_rules`, which wraps what it is given.
use std::sync::Arc;

macro_rules! loads {
    ($($function:ident: $rps:expr, $duration:literal, $name:literal, $setup:path, $limit:expr, $state:ty;)*) => {
        $(
            #[pusher::load(rps = $rps, duration = $duration, name = $name, setup = $setup, thresholds(p99 < $limit, max < "1s"))]
            async fn $function(state: Arc<$state>, _: pusher::Call) {
                drop(state);
            }
        )*
    };
}

macro_rules! closed {
    ($callers:expr) => {
        #[pusher::load(concurrency = $callers)]
        async fn closed() {}
    };
}

closed!(stages(ramp(0, 20, "10s"), hold(20, "1m")));

macro_rules! item {
    ($item:item) => {
        #[pusher::load(rps = 50, duration = "1m")]
        $item
    };
}

fn five() -> u8 {
    5
}

loads! {
    slow: 50, "1m", "cart::slow", five, "250ms", u8;
    fast: -1 + 51, "1h", "cart::fast", self::five, concat!("1", "s"), u8;
}

#[pusher::load(rps = 50, duration = "1m", setup = five)]
async fn called(_: Arc<u8>) {}

item! {
    async fn whole(_: pusher::Call) -> Result<(), String> {
        Ok(())
    }
}

fn main() {
    tokio::runtime::Runtime::new().unwrap().block_on(called(Arc::new(5)));
}
