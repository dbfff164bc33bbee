#[derive(limbeck::Table)]
struct User {
    #[limbeck(primary_key)]
    id: i64,
    #[limbeck(length = "ten")]
    name: String,
    #[limbeck(precision(2, 3))]
    price: String,
}

fn main() {}
