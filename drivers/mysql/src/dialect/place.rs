//! Where columns go that are added or moved.

use std::collections::BTreeMap;

use limbeck_core::ident::Ident;

use super::literal::quote;

/// `FIRST` or `AFTER` for each column of `wanted` that does not stay where it is, by its place there. Those are put in
/// their places in the order of `wanted`, so that each is told the one before it.
pub(crate) fn places(there: &[&Ident], wanted: &[&Ident]) -> BTreeMap<usize, String> {
    let old: BTreeMap<&Ident, usize> = there.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let kept: Vec<(usize, usize)> =
        wanted.iter().enumerate().filter_map(|(at, name)| Some((at, *old.get(name)?))).collect();
    let mut stays = vec![false; wanted.len()];
    for at in longest_rise(&kept.iter().map(|(_, old)| *old).collect::<Vec<_>>()) {
        stays[kept[at].0] = true;
    }
    // New ones at the end come there without a word.
    let last = stays.iter().rposition(|stays| *stays).map_or(0, |at| at + 1);
    let is_tail = |at: usize| at >= last && wanted[last..].iter().all(|name| !old.contains_key(name));
    let mut places = BTreeMap::new();
    for (at, _) in wanted.iter().enumerate().filter(|(at, _)| !stays[*at] && !is_tail(*at)) {
        let place = match at.checked_sub(1) {
            Some(before) => format!("AFTER {}", quote(wanted[before].as_str())),
            None => "FIRST".to_owned(),
        };
        places.insert(at, place);
    }
    places
}

/// The places of a longest series of rising numbers.
fn longest_rise(numbers: &[usize]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; numbers.len()];
    for at in 0..numbers.len() {
        let length = ends.partition_point(|end| numbers[*end] < numbers[at]);
        before[at] = length.checked_sub(1).map(|length| ends[length]);
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut found = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        found.push(at);
        next = before[at];
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(text: &str) -> Vec<Ident> {
        text.chars().map(|c| Ident::from(c.to_string())).collect()
    }

    fn shown(there: &str, wanted: &str) -> Vec<String> {
        let (there, wanted) = (names(there), names(wanted));
        let places = places(&there.iter().collect::<Vec<_>>(), &wanted.iter().collect::<Vec<_>>());
        places.iter().map(|(at, place)| format!("{} {place}", wanted[*at])).collect()
    }

    #[test]
    fn as_few_as_can_be_move() {
        assert!(shown("abc", "abc").is_empty());
        assert!(shown("abc", "abcxy").is_empty());
        assert_eq!(shown("abc", "xabc"), ["x FIRST"]);
        assert_eq!(shown("abc", "bca"), ["a AFTER `c`"]);
        assert_eq!(
            shown("abc", "axbyc"),
            ["x AFTER `a`", "y AFTER `x`"]
                .map(|s| s.replace("`x`", if s.starts_with('y') { "`b`" } else { "`x`" }))
        );
    }

    proptest! {
        /// What the server makes of it: those without a word stay, the others are put in one after the other.
        #[test]
        fn the_server_ends_where_it_should(there in "[a-h]{0,8}", wanted in "[a-l]{1,10}") {
            let unique = |text: &str| {
                let mut seen = Vec::new();
                for name in names(text) { if !seen.contains(&name) { seen.push(name); } }
                seen
            };
            let (there, wanted) = (unique(&there), unique(&wanted));
            let kept: Vec<&Ident> = there.iter().filter(|name| wanted.contains(name)).collect();
            let targets: Vec<&Ident> = wanted.iter().collect();
            let places = places(&kept, &targets);
            let mut order: Vec<&Ident> = kept.iter().copied().filter(|name| {
                let at = wanted.iter().position(|other| other == *name).unwrap();
                !places.contains_key(&at)
            }).collect();
            for (at, name) in wanted.iter().enumerate() {
                match places.get(&at) {
                    Some(place) if place == "FIRST" => order.insert(0, name),
                    Some(place) => {
                        let before = order.iter().position(|other| format!("AFTER {}", quote(other.as_str())) == *place).unwrap();
                        order.insert(before + 1, name);
                    }
                    None if !kept.contains(&name) => order.push(name),
                    None => {}
                }
            }
            prop_assert_eq!(order, targets);
        }
    }
}
