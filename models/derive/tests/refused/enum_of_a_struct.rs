#[derive(limbeck::Enum)]
struct State {
    open: bool,
}

fn main() {}
