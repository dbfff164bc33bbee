#[derive(limbeck::Table)]
struct User {
    #[limbeck(primary_key, identitty)]
    id: i64,
    #[limbeck(defualt = 0, column = "years")]
    age: i32,
}

fn main() {}
