use std::fmt::Display;

/// The candidate that `word` is most likely a misspelling of; `None` if none is near.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = strsim::damerau_levenshtein(&folded, &candidate.to_lowercase());
        // A third of the letters may be wrong, and one in a short word.
        let allowed = (candidate.chars().count().max(folded.chars().count()) / 3).max(1);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// `a`, `a and b`, `a, b and c`.
pub fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match items.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `1 row`, `2 rows`: the number and the noun in the right form.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        return format!("1 {noun}");
    }
    let ending = if noun.ends_with('s') || noun.ends_with('x') || noun.ends_with("ch") { "es" } else { "s" };
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{count} {stem}ies"),
        _ => format!("{count} {noun}{ending}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_offered_and_a_far_one_is_not() {
        assert_eq!(nearest("colums", ["columns", "comment"]), Some("columns"));
        assert_eq!(nearest("Tabel", ["table", "label"]), Some("table"));
        assert_eq!(nearest("frobnicate", ["table", "columns"]), None);
        assert_eq!(nearest("op", ["or"]), Some("or"));
    }

    #[test]
    fn lists_and_plurals_read_like_english() {
        assert_eq!(list(["a", "b", "c"]), "a, b and c");
        assert_eq!(list(["a"]), "a");
        assert_eq!(plural(1, "row"), "1 row");
        assert_eq!(plural(2, "query"), "2 queries");
        assert_eq!(plural(3, "key"), "3 keys");
        assert_eq!(plural(0, "index"), "0 indexes");
    }
}
