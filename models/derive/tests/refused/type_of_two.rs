#[derive(limbeck::Type)]
struct Point(i32, i32);

fn main() {}
