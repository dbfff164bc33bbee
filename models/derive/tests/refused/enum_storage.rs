#[derive(limbeck::Enum)]
#[limbeck(storage = natve)]
enum State {
    Open,
    Closed,
}

fn main() {}
