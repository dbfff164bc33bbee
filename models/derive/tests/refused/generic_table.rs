#[derive(limbeck::Table)]
struct User<T> {
    #[limbeck(primary_key)]
    id: i64,
    #[limbeck(skip)]
    rest: Vec<T>,
}

fn main() {}
