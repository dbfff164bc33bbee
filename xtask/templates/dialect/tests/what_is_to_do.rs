//! Fails with a list, until nothing is left to be written.

#[test]
fn nothing_is_to_do() {
    let left = limbeck_newdialect::left();
    let list: Vec<String> = left.iter().map(|what| format!("- {what}")).collect();
    assert!(left.is_empty(), "to do:\n{}", list.join("\n"));
}
