use limbeck_core::revision::{Checksum, Format, checksum, parse};

fn toml(text: &str) -> Checksum {
    let text = format!("revision = \"a\"\n{text}");
    checksum(&parse("r.toml", text, Format::Toml).expect("a revision"))
}

const TABLE: &str = "[[upgrade]]\nop = \"create_table\"\ntable = \"t\"\n\
                     columns = [{ name = \"a\", type = \"text\", default = \"lower( 'X' )\" }]\n";

#[test]
fn layout_order_and_defaults_do_not_count() {
    let base = toml(TABLE);
    for same in [
        "message = \"x\"\nlabels = [\"l\"]\ncreated = 2026-01-01T00:00:00Z\n".to_owned() + TABLE,
        "parents = []\n".to_owned() + TABLE,
        TABLE.replace('\n', "\r\n"),
        TABLE.replace("table = \"t\"", "# a comment\n  table  =  't'"),
        TABLE.replace("lower( 'X' )", "lower('X') -- why"),
        "[[upgrade]]\ncolumns = [{ default = \"lower('X')\", type = \"TEXT\", nullable = false, name = \"a\" }]\n\
         table = \"t\"\nunique = []\nop = \"create_table\"\n"
            .to_owned(),
    ] {
        assert_eq!(toml(&same), base, "{same}");
    }
    assert!(base.as_str().starts_with("v1:") && base.as_str().len() == 67);
    assert!(base.is_comparable() && !Checksum::recorded("v0:x").is_comparable());
}

#[test]
fn what_is_done_counts() {
    let base = toml(TABLE);
    for other in [
        "parents = [\"p\"]\n".to_owned() + TABLE,
        "depends_on = [\"p\"]\n".to_owned() + TABLE,
        "replaces = [\"p\"]\n".to_owned() + TABLE,
        "transaction = \"none\"\n".to_owned() + TABLE,
        "databases = [\"p\"]\n".to_owned() + TABLE,
        "downgrade = \"irreversible\"\n".to_owned() + TABLE,
        "downgrade = []\n".to_owned() + TABLE,
        TABLE.replace("'X'", "'x'"),
        TABLE.replace("'X'", "' X'"),
        TABLE.replace("text", "citext"),
        TABLE.replace("\"t\"", "\"u\""),
        TABLE.repeat(2),
        String::new(),
    ] {
        assert_ne!(toml(&other), base, "{other}");
    }
}

#[test]
fn the_same_file_has_the_same_checksum_in_every_version() {
    // If this changes, every revision that is recorded as applied seems edited: make a new scheme instead.
    insta::assert_snapshot!(toml(TABLE).as_str());
}
