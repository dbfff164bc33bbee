#[derive(limbeck::Enum)]
#[limbeck(storage = native)]
enum State {
    Open,
    #[limbeck(value = "open")]
    Opened,
}

fn main() {}
