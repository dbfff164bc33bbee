use crate::diag::nearest;

/// Ids have up to 64 characters, and a third of the letters may be wrong: nothing longer than this is near one.
const LONGEST: usize = 96;

/// The name that was most likely meant. Each name is compared, which for an absurdly long word would take long.
pub(super) fn suggest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    if word.len() > LONGEST { None } else { nearest(word, names).map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_found_and_a_monster_is_not_looked_at() {
        assert_eq!(suggest("frist", ["first", "second"]), Some("first".to_owned()));
        assert_eq!(suggest(&"a".repeat(97), ["a".repeat(96).as_str()]), None);
    }
}
