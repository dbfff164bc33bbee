#[derive(limbeck::Table)]
enum User {
    A,
}

fn main() {}
