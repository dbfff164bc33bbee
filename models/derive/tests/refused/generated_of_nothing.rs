#[derive(limbeck::Table)]
struct User {
    #[limbeck(primary_key)]
    id: i64,
    #[limbeck(generated(stored))]
    key: String,
}

fn main() {}
