use super::super::sketch::{self, id};
use super::*;
use crate::diag::Diagnose;

const LINE: &str = "a ; b<a ; c<b";
const HEX: &str = "e6239818bb3a ; 548bbb905360<e6239818bb3a ; b7ea43dc85e4<548bbb905360";
const TWO: &str =
    "a #left ; b<a ; longername1<b ; c<longername1 ; d ; e<d #right ; longername2<e ; f<longername2";
const FORK: &str = "a ; b<a ; c1<b #one ; d1<c1 ; c2<b #two ; d2<c2";
const MERGED: &str = "a ; b<a ; c1<b ; d1<c1 ; c2<b #two ; d2<c2 ; e<d1,d2 ; f<e";

fn resolve(graph: &str, specifier: &str, applied: &str) -> Result<Resolved, ResolveError> {
    let graph = sketch::graph(graph);
    graph.resolve(&specifier.parse().unwrap(), &sketch::applied(&graph, applied))
}

/// The place as words: `base`, `base of a`, `a b`, `before a`.
fn place(graph: &str, specifier: &str, applied: &str) -> String {
    let found = resolve(graph, specifier, applied).unwrap_or_else(|error| panic!("{specifier}: {error}"));
    match found.place {
        Place::Base => found.within.map_or("base".to_owned(), |id| format!("base of {id}")),
        Place::At(ids) => ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        Place::Before(id) => format!("before {id}"),
    }
}

fn said(graph: &str, specifier: &str, applied: &str) -> String {
    let shown = resolve(graph, specifier, applied).unwrap_err().diagnostic();
    format!("{}: {} | {}", shown.code, shown.message, shown.help.unwrap())
}

#[test]
fn heads() {
    assert_eq!(place(LINE, "head", ""), "c");
    assert_eq!(place(LINE, "heads", ""), "c");
    assert_eq!(place(FORK, "heads", ""), "d1 d2");
    assert_eq!(place(FORK, "one@head", ""), "d1");
    assert_eq!(place(FORK, "c2@heads", ""), "d2");
    assert_eq!(place("a ; b<a ; c1<b #one ; c2<b ; d<c1,c2", "one@head", ""), "d");
    assert_eq!(place("", "heads", ""), "");
    assert_eq!(place("", "head", ""), "");
    assert!(
        matches!(resolve(FORK, "head", ""), Err(ResolveError::MultipleHeads { heads, .. }) if heads.len() == 2)
    );
}

#[test]
fn labels_and_lineages() {
    assert_eq!(place(TWO, "left@heads", ""), "c");
    assert_eq!(place(TWO, "left", ""), "a");
    assert_eq!(place(TWO, "right@right", ""), "e");
    assert_eq!(place(TWO, "right@d", ""), "d");
    assert_eq!(place(TWO, "e@d", ""), "d");
    assert_eq!(place(TWO, "longername2@d", ""), "d");
    assert!(
        matches!(resolve(TWO, "right@b", ""), Err(ResolveError::NotMember { revision, .. }) if revision == id("b"))
    );
    assert!(matches!(resolve(TWO, "left@d", ""), Err(ResolveError::NotMember { .. })));
    assert!(matches!(resolve(TWO, "left@nonsense", ""), Err(ResolveError::Unknown { .. })));
    assert!(
        matches!(resolve(TWO, "nope@d", ""), Err(ResolveError::UnknownBranch { branch, .. }) if branch == "nope")
    );
}

#[test]
fn the_beginning_of_an_id_is_enough_if_only_one_has_it() {
    assert_eq!(place(HEX, "e623", ""), "e6239818bb3a");
    assert_eq!(place(HEX, "e", ""), "e6239818bb3a");
    assert_eq!(place(TWO, "right@long", ""), "longername2");
    assert_eq!(place(TWO, "left@long", ""), "longername1");
    assert!(matches!(resolve(HEX, "zzz", ""), Err(ResolveError::Unknown { .. })));
    assert!(matches!(resolve(TWO, "right@lun", ""), Err(ResolveError::Unknown { .. })));
    assert!(
        matches!(resolve(TWO, "longername", ""), Err(ResolveError::AmbiguousPrefix { candidates, .. }) if candidates.len() == 2)
    );
    // A whole id and a label come before the beginning of another.
    assert_eq!(place("ab ; abc<ab", "ab", ""), "ab");
    assert_eq!(place("abc ; x #ab", "ab", ""), "x");
}

#[test]
fn steps_from_a_revision() {
    assert_eq!(place(LINE, "a+2", ""), "c");
    assert_eq!(place(LINE, "head-2", ""), "a");
    assert_eq!(place(LINE, "base+1", ""), "a");
    assert_eq!(place(LINE, "c-3", ""), "base of c");
    assert_eq!(place(FORK, "two@base+3", ""), "c2");
    assert_eq!(place(FORK, "two@head-1", ""), "c2");
    assert_eq!(place(MERGED, "two@f-2", ""), "d2");
    assert!(
        matches!(resolve(MERGED, "f-2", ""), Err(ResolveError::AmbiguousWalk { candidates, .. }) if candidates == [id("d1"), id("d2")])
    );
    assert!(matches!(resolve(LINE, "a+3", ""), Err(ResolveError::OffTheGraph { possible: 2, .. })));
    assert!(matches!(resolve(LINE, "b-3", ""), Err(ResolveError::OffTheGraph { possible: 2, .. })));
    assert!(matches!(resolve("", "head-1", ""), Err(ResolveError::OffTheGraph { .. })));
    assert!(matches!(resolve(FORK, "heads-1", ""), Err(ResolveError::MultipleHeads { .. })));
}

#[test]
fn steps_up_from_where_the_database_is() {
    assert_eq!(place(LINE, "+1", ""), "a");
    assert_eq!(place(LINE, "+2", "a"), "c");
    assert_eq!(place(LINE, "current+1", "a"), "b");
    assert_eq!(place(FORK, "two@+1", "c1"), "c2");
    assert_eq!(place(FORK, "two@+1", "c1,c2"), "d2");
    assert_eq!(place(FORK, "two@+3", ""), "c2");
    assert!(matches!(resolve(LINE, "+3", "a"), Err(ResolveError::OffTheGraph { possible: 2, .. })));
    assert!(matches!(resolve(FORK, "+1", "b"), Err(ResolveError::AmbiguousWalk { .. })));
    assert!(matches!(resolve(FORK, "+1", "c1,c2"), Err(ResolveError::AmbiguousWalk { .. })));
    // A merge of all tips leaves no choice.
    assert_eq!(place(MERGED, "+1", "d1,d2"), "e");
    assert_eq!(place(MERGED, "+2", "d1,d2"), "f");
    assert!(matches!(resolve(MERGED, "+3", "d1,d2"), Err(ResolveError::OffTheGraph { possible: 2, .. })));
}

#[test]
fn steps_down_from_where_the_database_is() {
    assert_eq!(place(LINE, "-1", "c"), "before c");
    assert_eq!(place(LINE, "-3", "c"), "before a");
    assert_eq!(place(MERGED, "-1", "e"), "before e");
    assert_eq!(place(MERGED, "two@-2", "e"), "before d2");
    assert_eq!(place(FORK, "one@-1", "d1,d2"), "before d1");
    assert!(matches!(resolve(LINE, "-1", ""), Err(ResolveError::OffTheGraph { possible: 0, .. })));
    assert!(matches!(resolve(LINE, "-4", "c"), Err(ResolveError::OffTheGraph { possible: 3, .. })));
    assert!(matches!(resolve(MERGED, "-2", "e"), Err(ResolveError::AmbiguousWalk { .. })));
    for state in ["d1,d2", "c2,d1", "c1,d2"] {
        assert!(matches!(resolve(FORK, "-1", state), Err(ResolveError::AmbiguousWalk { .. })), "{state}");
    }
    // All that is applied of the branch carries another one.
    assert!(matches!(resolve(FORK, "two@-1", "d1"), Err(ResolveError::OffTheGraph { possible: 0, .. })));
}

#[test]
fn current() {
    assert_eq!(place(FORK, "current", "c1,d2"), "c1 d2");
    assert_eq!(place(FORK, "two@current", "c1,d2"), "d2");
    assert_eq!(place(FORK, "two@current", "c1"), "b");
    assert_eq!(place(FORK, "current", ""), "base");
    assert_eq!(place(FORK, "two@current", ""), "base of c2");
}

#[test]
fn revisions_whose_files_are_gone_break_nothing() {
    let graph = sketch::graph(LINE);
    let state = sketch::set("a,b,bygone");
    let resolve = |text: &str| graph.resolve(&text.parse().unwrap(), &state);
    assert_eq!(resolve("current").unwrap().place, Place::At(vec![id("b"), id("bygone")]));
    assert_eq!(resolve("+1").unwrap().place, Place::At(vec![id("c")]));
    assert_eq!(resolve("b@-1").unwrap().place, Place::Before(id("b")));
    assert!(
        matches!(resolve("-1"), Err(ResolveError::AmbiguousWalk { candidates, .. }) if candidates.len() == 2)
    );
    assert!(matches!(resolve("bygone"), Err(ResolveError::FileGone { .. })));
    let only = graph.resolve(&"-1".parse().unwrap(), &sketch::set("bygone"));
    assert!(matches!(only, Err(ResolveError::FileGone { .. })));
}

#[test]
fn one_revision_where_one_is_needed() {
    let graph = sketch::graph(FORK);
    let one = |text: &str, state: &str| graph.resolve_one(&text.parse().unwrap(), &sketch::set(state));
    assert_eq!(one("two", ""), Ok(id("c2")));
    assert_eq!(one("-1", "a,b"), Ok(id("a")));
    assert!(
        matches!(one("heads", ""), Err(ResolveError::SeveralRevisions { revisions, .. }) if revisions == [id("d1"), id("d2")])
    );
    assert!(matches!(one("base", ""), Err(ResolveError::NoRevision { .. })));
    assert!(matches!(one("current", "bygone"), Err(ResolveError::FileGone { .. })));
}

#[test]
fn what_the_errors_say() {
    let lines = [
        said(FORK, "head", ""),
        said(FORK, "-1", "d1,d2"),
        said(FORK, "+1", "b"),
        said(MERGED, "f-2", ""),
        said(TWO, "longername", ""),
        said(TWO, "longernam1", ""),
        said(TWO, "lfet@head", ""),
        said(TWO, "left@nonsense", ""),
        said(TWO, "right@b", ""),
        said(LINE, "+5", "b"),
        said(LINE, "-1", ""),
        said("a ; b", "+1", ""),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r#"
    multiple-heads: `head` is ambiguous: there are 2 heads: d1 and d2 | write `one@head` or `two@head`; all of them are `heads`
    ambiguous-target: `-1` is ambiguous: it could go by d1 or d2 | write `one@-1` or `two@-1`
    ambiguous-target: `+1` is ambiguous: it could go by c1 or c2 | write `one@+1` or `two@+1`
    ambiguous-target: `f-2` is ambiguous: it could go by d1 or d2 | write `d1@f-2` or `two@f-2`
    ambiguous-revision: "longername" is the beginning of 2 ids: longername1 and longername2 | write `longername1` or `longername2`
    unknown-revision: there is no revision or label "longernam1" | did you mean `longername1`?
    unknown-branch: there is no branch "lfet" (in `lfet@head`) | did you mean `left`?
    unknown-revision: there is no revision or label "nonsense" (in `left@nonsense`) | `limbeck history` lists the revisions
    not-in-lineage: revision b is neither an ancestor nor a descendant of right (in `right@b`) | to name the revision alone, write `b`
    off-the-graph: `+5` leads off the graph: there is only 1 step | ask for fewer steps, or name the revision itself
    off-the-graph: `-1` leads off the graph: there is no step to take | ask for fewer steps, or name the revision itself
    ambiguous-target: `+1` is ambiguous: it could go by a or b | write `a@+1` or `b@+1`
    "#);
}

#[test]
fn what_an_error_proposes_resolves() {
    let cases = [
        (FORK, "head", ""),
        (FORK, "-1", "d1,d2"),
        (FORK, "+1", "b"),
        (FORK, "b+2", ""),
        (FORK, "+1", "c1,c2"),
        (MERGED, "f-2", ""),
        (MERGED, "-2", "e"),
        ("a ; b", "+1", ""),
    ];
    for (graph, specifier, state) in cases {
        let (ResolveError::MultipleHeads { forms, .. } | ResolveError::AmbiguousWalk { forms, .. }) =
            resolve(graph, specifier, state).unwrap_err()
        else {
            panic!("{specifier}");
        };
        assert!(forms.len() > 1);
        for form in forms {
            assert!(resolve(graph, &form, state).is_ok(), "{specifier} → {form}");
        }
    }
}
