#[derive(limbeck::Table)]
#[limbeck(rename_all = "snake")]
struct User {
    #[limbeck(primary_key)]
    id: i64,
}

fn main() {}
