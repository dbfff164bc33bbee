#[derive(limbeck::Table)]
#[limbeck(check(name = "positive"))]
struct User {
    #[limbeck(primary_key)]
    id: i64,
}

fn main() {}
