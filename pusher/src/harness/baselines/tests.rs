use super::*;

fn baselines(folder: Option<&str>) -> Baselines {
    let binary =
        Binary { package: "shop", manifest_dir: "/w/shop", name: "load", target_tmpdir: None };
    let flags = BaselineFlags { folder: folder.map(PathBuf::from), ..BaselineFlags::default() };
    Baselines { folder: flags.folder(Path::new("/w/shop")), ..Baselines::new(&flags, binary) }
}

#[test]
fn a_load_has_a_file_of_its_own() {
    for (folder, load, path) in [
        (None, "checkout", "/w/shop/pusher-baselines/main/shop/load/checkout.json"),
        (None, "cart::add", "/w/shop/pusher-baselines/main/shop/load/cart/add.json"),
        (Some("/out"), "cart::add", "/out/main/shop/load/cart/add.json"),
        (Some("../all"), "v1.0", "/w/shop/../all/main/shop/load/v1.0.json"),
        (None, "..::a/b", "/w/shop/pusher-baselines/main/shop/load/__/a_b.json"),
    ] {
        assert_eq!(baselines(folder).path("main", load), Path::new(path), "{load}");
    }
}

#[test]
fn a_date_is_written_as_people_read_it() {
    for (seconds, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (68_169_599, "1972-02-28T23:59:59Z"),
        (68_169_600, "1972-02-29T00:00:00Z"),
        (951_868_800, "2000-03-01T00:00:00Z"),
        (1_735_689_599, "2024-12-31T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
    ] {
        assert_eq!(in_words(Duration::from_secs(seconds)), text);
    }
}
