#[derive(limbeck::Table)]
struct User(i64);

fn main() {}
