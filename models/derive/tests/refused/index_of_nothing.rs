#[derive(limbeck::Table)]
#[limbeck(index())]
struct User {
    #[limbeck(primary_key)]
    id: i64,
}

fn main() {}
