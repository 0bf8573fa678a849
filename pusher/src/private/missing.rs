//! [`missing`]: what to say of an `Arc<T>` that no setup gives.

use std::any::{TypeId, type_name};

use super::data::NoData;
use super::no_setup::NoSetup;
use crate::harness::registry::SharedState;

/// A value that a setup gives, by the name of its type and of its key.
pub struct Gift {
    pointer: &'static str,
    of: &'static str,
    key: &'static str,
}

impl Gift {
    /// Of the fn under this key, unless there is none.
    pub(super) fn of<S: 'static>(key: &'static str) -> Option<Gift> {
        let none = [TypeId::of::<NoSetup>(), TypeId::of::<NoData>()];
        let is_one = !none.contains(&TypeId::of::<S>());
        is_one.then(|| Gift { pointer: "Arc", of: type_name::<S>(), key })
    }

    /// The same in an `Rc`.
    pub(super) fn in_an_rc<S: 'static>(key: &'static str) -> Option<Gift> {
        Gift::of::<S>(key).map(|gift| Gift { pointer: "Rc", ..gift })
    }
}

/// That something takes an `Arc<X>`, as a verb and what follows it, and what there is instead.
pub(super) fn missing<X>(mut gifts: Vec<Gift>, shared: &SharedState) -> String {
    let of_main = |of| Gift { pointer: "Arc", of, key: "`setup` of `main!`" };
    gifts.extend(shared.type_name().map(of_main));
    let named = |Gift { pointer, of, key }: &Gift| format!("an `{pointer}<{of}>` from {key}");
    let gifts: Vec<String> = gifts.iter().map(named).collect();
    let there_is = if gifts.is_empty() { "no setup".to_string() } else { gifts.join(", ") };
    let wanted = type_name::<X>();
    format!(
        "takes an `Arc<{wanted}>`, which nothing gives: there is {there_is}; return a `{wanted}` from a \
         setup of the load, or from that of all loads, `pusher::main!(setup = ..)`"
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn what_is_missing_is_said_beside_what_there_is() {
        let way_out = "; return a `u8` from a setup of the load, or from that of all loads, \
                       `pusher::main!(setup = ..)`";
        let none = [Gift::of::<NoSetup>("`setup`"), Gift::of::<NoData>("`data`")];
        let gifts = none.into_iter().flatten().collect();
        assert_eq!(
            missing::<u8>(gifts, &SharedState::default()),
            format!("takes an `Arc<u8>`, which nothing gives: there is no setup{way_out}")
        );
        let gifts = [Gift::of::<u16>("`setup`"), Gift::in_an_rc::<u32>("`setup_worker`")];
        let gifts = gifts.into_iter().flatten().collect();
        assert_eq!(
            missing::<u8>(gifts, &SharedState::new(Arc::new(5u64))),
            format!(
                "takes an `Arc<u8>`, which nothing gives: there is an `Arc<u16>` from `setup`, \
                 an `Rc<u32>` from `setup_worker`, an `Arc<u64>` from `setup` of `main!`\
                 {way_out}"
            )
        );
    }
}
