#[derive(limbeck::Table)]
#[limbeck(tabel = "users")]
struct User {
    #[limbeck(primary_key)]
    id: i64,
}

fn main() {}
