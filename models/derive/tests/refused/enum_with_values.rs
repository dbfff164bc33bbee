#[derive(limbeck::Enum)]
enum State {
    Open,
    Closed(i32),
    Gone { why: String },
}

fn main() {}
