use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::{Applied, Graph, InvalidSpecifier, Reach, ResolveError, Specifier};
use crate::ident::RevisionId;

/// `A:B`; without A it begins at the base, without B it ends at the heads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// The older end.
    pub lower: Option<Specifier>,
    /// The newer end.
    pub upper: Option<Specifier>,
}

impl FromStr for Range {
    type Err = InvalidSpecifier;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |why| InvalidSpecifier { what: "range of revisions", text: text.to_owned(), why };
        let (lower, upper) = text.split_once(':').ok_or_else(|| wrong("a `:` stands between its ends"))?;
        if upper.contains(':') {
            return Err(wrong("one `:` stands between its ends"));
        }
        let end = |text: &str| (!text.is_empty()).then(|| text.parse()).transpose();
        Ok(Self { lower: end(lower)?, upper: end(upper)? })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lower.iter().try_for_each(|lower| write!(f, "{lower}"))?;
        f.write_str(":")?;
        self.upper.iter().try_for_each(|upper| write!(f, "{upper}"))
    }
}

impl Graph {
    /// The revisions of a history from one end to the other, both included, newest first: what the upper end needs and
    /// what descends from the lower end. An upper end at the base gives nothing.
    ///
    /// # Errors
    /// If an end cannot be resolved, or the lower end is no ancestor of the upper one.
    pub fn range(&self, range: &Range, applied: &Applied) -> Result<Vec<RevisionId>, ResolveError> {
        let end = |specifier: &Option<Specifier>,
                   default: Specifier|
         -> Result<BTreeSet<RevisionId>, ResolveError> {
            let resolved = self.resolve(specifier.as_ref().unwrap_or(&default), applied)?;
            // A revision whose file is gone has no place in a history.
            Ok(resolved.revisions(self).into_iter().filter(|id| self.contains(id)).collect())
        };
        let lower = end(&range.lower, Specifier::base())?;
        let upper = end(&range.upper, Specifier::heads())?;
        let needed = self.up_from(self.marks(&upper).iter(), Reach::Needs);
        if let Some(stray) = self.marks(&lower).iter().find(|index| !needed.has(*index)) {
            return Err(ResolveError::NotAncestor {
                range: range.to_string(),
                lower: self.id(stray).clone(),
                upper: upper.into_iter().collect(),
            });
        }
        let mut wanted = needed;
        if !lower.is_empty() {
            let above = self.down_from(self.marks(&lower).iter(), Reach::Parents);
            self.indices().filter(|index| !above.has(*index)).for_each(|index| wanted.remove(index));
        }
        Ok(self.sorted(&wanted).into_iter().rev().map(|index| self.id(index).clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::sketch;
    use super::*;

    const MERGED: &str = "a ; b<a ; c1<b ; d1<c1 ; c2<b #spur ; d2<c2 ; e<d1,d2 ; x ; y<x";

    fn range(text: &str, state: &str) -> String {
        let graph = sketch::graph(MERGED);
        let found = graph.range(&text.parse().unwrap(), &sketch::applied(&graph, state));
        found
            .unwrap_or_else(|error| panic!("{error}"))
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn only_what_descends_from_the_lower_end_is_in_it() {
        assert_eq!(range("c2:e", ""), "e d2 c2");
        assert_eq!(range("b:d1", ""), "d1 c1 b");
        assert_eq!(range("b:", ""), "e d2 c2 d1 c1 b");
        assert_eq!(range(":d1", ""), "d1 c1 b a");
        assert_eq!(range(":", ""), "y x e d2 c2 d1 c1 b a");
        assert_eq!(range(":base", ""), "");
        assert_eq!(range("spur:spur", ""), "c2");
    }

    #[test]
    fn ends_may_be_relative_to_the_database() {
        assert_eq!(range("-1:current", "d1"), "d1 c1");
        assert_eq!(range("current:", "d1"), "e d1");
        assert_eq!(range("current:a", ""), "a");
    }

    #[test]
    fn a_lower_end_elsewhere_is_an_error() {
        let graph = sketch::graph(MERGED);
        let error = graph.range(&"c1:d2".parse().unwrap(), &Applied::new()).unwrap_err();
        assert_eq!(error.to_string(), "the range `c1:d2` is empty: c1 is no ancestor of d2");
    }

    #[test]
    fn a_range_comes_back_as_it_was_written() {
        for text in [":", "a:", ":b", "a:b", "head-1:spur@head", "-3:current"] {
            assert_eq!(text.parse::<Range>().unwrap().to_string(), text);
        }
        for text in ["", "a", "a:b:c", "a:b c"] {
            assert!(text.parse::<Range>().is_err(), "{text}");
        }
    }
}
