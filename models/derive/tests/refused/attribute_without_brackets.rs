#[derive(limbeck::Table)]
#[limbeck]
struct User {
    #[limbeck = "primary_key"]
    id: i64,
}

fn main() {}
