#[derive(limbeck::Table)]
struct User {
    #[limbeck(primary_key)]
    id: i64,
    #[limbeck(references(Org.id, on_delete = cascde))]
    org: i64,
}

#[derive(limbeck::Table)]
struct Org {
    #[limbeck(primary_key)]
    id: i64,
}

fn main() {}
