//! Prints the tables of README.md and load.md, for whoever changes a key:
//! `cargo run -p pusher-load-grammar --example keys`.

fn main() {
    let (keys, overrides) =
        (pusher_load_grammar::key::table(), pusher_load_grammar::key::table_of_overrides());
    println!("{keys}\n{overrides}");
}
