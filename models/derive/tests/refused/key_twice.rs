#[derive(limbeck::Table)]
struct User {
    #[limbeck(primary_key)]
    id: i64,
    #[limbeck(check_sql = "age > 0", check_sql = "age < 200", length = 1, length = 2)]
    age: String,
}

fn main() {}
