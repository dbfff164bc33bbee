#[derive(limbeck::Table)]
struct User {
    #[limbeck(primary_key)]
    id: i64,
    #[limbeck(null, not_null)]
    name: String,
}

fn main() {}
