use super::suggest::suggest;
use super::{Applied, Graph, Index, Marks, Offset, ResolveError, Specifier, Symbol};
use crate::ident::{Label, RevisionId};

/// What a specifier means in one graph and one state of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The revision in whose lineage it is meant: what stands before `@`, or, for `base` reached by counting down from
    /// a revision, that revision.
    pub within: Option<RevisionId>,
    /// The place.
    pub place: Place,
}

/// A place in the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Before all revisions (of the lineage).
    Base,
    /// At these revisions, in the order of their ids. Several only for `heads` and `current`, none only for the heads
    /// of an empty graph. Among those of `current` can be revisions that the graph does not know.
    At(Vec<RevisionId>),
    /// Just before this one, whatever its parents are: where `-N` leads. So `-1` from a merge undoes the merge and no
    /// more.
    Before(RevisionId),
}

impl Resolved {
    /// The revisions at that place: none for the base, the parents for [`Place::Before`].
    pub fn revisions(&self, graph: &Graph) -> Vec<RevisionId> {
        match &self.place {
            Place::Base => Vec::new(),
            Place::At(revisions) => revisions.clone(),
            Place::Before(revision) => graph.parents(revision).into_iter().cloned().collect(),
        }
    }
}

impl Graph {
    /// Looks a specifier up.
    ///
    /// # Errors
    /// If it means nothing or is ambiguous; the error holds what it may have meant and how to write that.
    pub fn resolve(&self, specifier: &Specifier, applied: &Applied) -> Result<Resolved, ResolveError> {
        Resolver { graph: self, applied, specifier }.run()
    }

    /// Looks a specifier up that must mean exactly one revision of the graph.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve); also if it means none or several, or one whose file is gone.
    pub fn resolve_one(&self, specifier: &Specifier, applied: &Applied) -> Result<RevisionId, ResolveError> {
        let mut revisions = self.resolve(specifier, applied)?.revisions(self);
        let text = specifier.to_string();
        match (revisions.pop(), revisions.is_empty()) {
            (None, _) => Err(ResolveError::NoRevision { specifier: text }),
            (Some(one), true) if self.contains(&one) => Ok(one),
            (Some(revision), true) => Err(ResolveError::FileGone { revision, specifier: text }),
            (Some(last), false) => {
                revisions.push(last);
                Err(ResolveError::SeveralRevisions { specifier: text, revisions })
            }
        }
    }
}

/// The part before `@`.
struct Branch {
    index: Index,
    lineage: Marks,
}

/// Where counting begins.
enum Spot {
    Base,
    At(Vec<Index>),
}

struct Resolver<'a> {
    graph: &'a Graph,
    applied: &'a Applied,
    specifier: &'a Specifier,
}

impl Resolver<'_> {
    fn run(&self) -> Result<Resolved, ResolveError> {
        let branch = self.branch()?;
        let branch = branch.as_ref();
        match self.specifier.steps_from_here() {
            Some(Offset::Up(steps)) => return self.up_from_here(branch, steps.get()),
            Some(Offset::Down(steps)) => return self.down_from_here(branch, steps.get()),
            None => {}
        }
        let start = match self.specifier.symbol() {
            Symbol::Base => Spot::Base,
            Symbol::Head | Symbol::Heads => Spot::At(self.heads(branch)),
            Symbol::Current | Symbol::Here => return Ok(self.current(branch)),
            Symbol::Name(word) => Spot::At(vec![self.find(word, branch)?]),
        };
        if let (Symbol::Head, heads @ [_, _, ..]) = (self.specifier.symbol(), start.as_slice()) {
            return Err(self.multiple_heads(heads));
        }
        match self.specifier.offset() {
            None => Ok(self.at(branch, start)),
            Some(Offset::Up(steps)) => self.walk(branch, start.as_slice(), true, 0..steps.get()),
            Some(Offset::Down(steps)) => self.walk(branch, start.as_slice(), false, 0..steps.get()),
        }
    }

    fn branch(&self) -> Result<Option<Branch>, ResolveError> {
        let Some(word) = self.specifier.branch() else { return Ok(None) };
        let index = self.find(word, None).map_err(|error| match error {
            ResolveError::Unknown { word, specifier, nearest } => {
                ResolveError::UnknownBranch { branch: word, specifier, nearest }
            }
            other => other,
        })?;
        Ok(Some(Branch { index, lineage: self.graph.lineage_of(index) }))
    }

    /// The revision that `word` means: an id, a label, or the beginning of one id (of the branch).
    fn find(&self, word: &str, branch: Option<&Branch>) -> Result<Index, ResolveError> {
        let outside = |index: Index| branch.is_some_and(|branch| !branch.lineage.has(index));
        let not_member = |index: Index| ResolveError::NotMember {
            revision: self.graph.id(index).clone(),
            branch: self.specifier.branch().unwrap_or_default().to_owned(),
            specifier: self.specifier.to_string(),
        };
        if let Some(index) = self.graph.find(word).or_else(|| self.graph.labels.get(word).copied()) {
            return if outside(index) { Err(not_member(index)) } else { Ok(index) };
        }
        let beginning = self.graph.starting_with(word);
        let inside: Vec<Index> = beginning.clone().filter(|index| !outside(*index)).collect();
        match inside.as_slice() {
            [only] => Ok(*only),
            [] => match (beginning.len(), beginning.into_iter().next()) {
                (1, Some(elsewhere)) => Err(not_member(elsewhere)),
                _ => Err(self.unknown(word)),
            },
            several => Err(ResolveError::AmbiguousPrefix {
                word: word.to_owned(),
                candidates: self.ids(several),
                forms: several
                    .iter()
                    .map(|index| self.graph.short(self.graph.id(*index), 1).to_owned())
                    .collect(),
            }),
        }
    }

    fn unknown(&self, word: &str) -> ResolveError {
        let specifier = self.specifier.to_string();
        // A revision that is applied is known by its full id even if its file is gone.
        if let Some(revision) = self.applied.get(word) {
            return ResolveError::FileGone { revision: revision.clone(), specifier };
        }
        let labels = self.graph.labels.keys().map(Label::as_str);
        let names = self.graph.nodes().map(|node| node.id.as_str()).chain(labels);
        ResolveError::Unknown { word: word.to_owned(), specifier, nearest: suggest(word, names) }
    }

    fn heads(&self, branch: Option<&Branch>) -> Vec<Index> {
        self.graph.head_indices().filter(within_lineage(branch)).collect()
    }

    /// The tips of what is applied (of the branch). Where no tip is in the branch, how far the branch is applied.
    fn tips(&self, branch: Option<&Branch>) -> Vec<Index> {
        let applied = self.graph.marks(self.applied);
        let tips = |marks: &Marks| marks.iter().filter(|index| self.graph.is_tip(*index, marks)).collect();
        let tips_of_all: Vec<Index> = tips(&applied);
        let Some(branch) = branch else { return tips_of_all };
        let inside: Vec<Index> = tips_of_all.into_iter().filter(|index| branch.lineage.has(*index)).collect();
        if !inside.is_empty() {
            return inside;
        }
        let mut shared = Marks::none(self.graph);
        applied.iter().filter(|index| branch.lineage.has(*index)).for_each(|index| _ = shared.add(index));
        tips(&shared)
    }

    /// `current` without steps.
    fn current(&self, branch: Option<&Branch>) -> Resolved {
        let mut revisions = self.ids(&self.tips(branch));
        if branch.is_none() {
            revisions.extend(self.graph.missing(self.applied).into_iter().cloned());
            revisions.sort();
        }
        let place = if revisions.is_empty() { Place::Base } else { Place::At(revisions) };
        Resolved { within: self.within(branch), place }
    }

    fn up_from_here(&self, branch: Option<&Branch>, steps: u32) -> Result<Resolved, ResolveError> {
        let tips = self.tips(branch);
        let start = match tips.as_slice() {
            [] => Spot::Base,
            [_] => Spot::At(tips),
            // Several tips that one merge brings together lead to the same place.
            [first, others @ ..] => {
                let next = self.above(branch, Some(*first));
                if next.len() != 1 || others.iter().any(|tip| self.above(branch, Some(*tip)) != next) {
                    return Err(self.ambiguous(&tips));
                }
                return self.walk(branch, &next, true, 1..steps);
            }
        };
        self.walk(branch, start.as_slice(), true, 0..steps)
    }

    fn down_from_here(&self, branch: Option<&Branch>, steps: u32) -> Result<Resolved, ResolveError> {
        let applied = self.graph.marks(self.applied);
        let inside = within_lineage(branch);
        let tips: Vec<Index> =
            applied.iter().filter(|index| inside(index) && self.graph.is_tip(*index, &applied)).collect();
        let gone = if branch.is_none() { self.graph.missing(self.applied) } else { Vec::new() };
        let mut undone = match (tips.as_slice(), gone.as_slice()) {
            ([], []) => return Err(self.off(0)),
            ([], [revision, ..]) => {
                let specifier = self.specifier.to_string();
                return Err(ResolveError::FileGone { revision: (*revision).clone(), specifier });
            }
            ([only], []) => *only,
            _ => return Err(self.ambiguous_with(&tips, &gone)),
        };
        for taken in 1..steps {
            let parents = self.graph.parents.of(undone).iter().copied();
            let below: Vec<Index> = parents.filter(|index| inside(index) && applied.has(*index)).collect();
            undone = match below.as_slice() {
                [] => return Err(self.off(taken)),
                [only] => *only,
                several => return Err(self.ambiguous(several)),
            };
        }
        Ok(Resolved { within: self.within(branch), place: Place::Before(self.graph.id(undone).clone()) })
    }

    /// Takes the steps from `start`, up or down; they are numbered by how many were taken before each.
    fn walk(
        &self,
        branch: Option<&Branch>,
        start: &[Index],
        up: bool,
        steps: std::ops::Range<u32>,
    ) -> Result<Resolved, ResolveError> {
        let mut here = match start {
            [] => None,
            [only] => Some(*only),
            several => return Err(self.multiple_heads(several)),
        };
        let first = here;
        for taken in steps {
            let next = if up { self.above(branch, here) } else { self.below(branch, here) };
            here = match (next.as_slice(), here) {
                ([only], _) => Some(*only),
                // Below a root is the base, and below that nothing.
                ([], Some(_)) if !up => None,
                ([], _) => return Err(self.off(taken)),
                (several, _) => return Err(self.ambiguous(several)),
            };
        }
        Ok(match here {
            Some(index) => self.at(branch, Spot::At(vec![index])),
            None => {
                let start = first.map(|index| self.graph.id(index).clone());
                Resolved { within: self.within(branch).or(start), place: Place::Base }
            }
        })
    }

    /// The children (of the branch); of the base, the roots.
    fn above(&self, branch: Option<&Branch>, here: Option<Index>) -> Vec<Index> {
        let inside = within_lineage(branch);
        match here {
            Some(index) => self.graph.children.of(index).iter().copied().filter(inside).collect(),
            None => self.graph.base_indices().filter(inside).collect(),
        }
    }

    /// The parents (of the branch).
    fn below(&self, branch: Option<&Branch>, here: Option<Index>) -> Vec<Index> {
        let inside = within_lineage(branch);
        let parents = here.map(|index| self.graph.parents.of(index)).unwrap_or_default();
        parents.iter().copied().filter(inside).collect()
    }

    fn at(&self, branch: Option<&Branch>, spot: Spot) -> Resolved {
        let place = match spot {
            Spot::Base => Place::Base,
            Spot::At(indices) => Place::At(self.ids(&indices)),
        };
        Resolved { within: self.within(branch), place }
    }

    fn within(&self, branch: Option<&Branch>) -> Option<RevisionId> {
        branch.map(|branch| self.graph.id(branch.index).clone())
    }

    fn ids(&self, indices: &[Index]) -> Vec<RevisionId> {
        indices.iter().map(|index| self.graph.id(*index).clone()).collect()
    }

    fn off(&self, possible: u32) -> ResolveError {
        ResolveError::OffTheGraph { specifier: self.specifier.to_string(), possible }
    }

    fn multiple_heads(&self, heads: &[Index]) -> ResolveError {
        ResolveError::MultipleHeads {
            specifier: self.specifier.to_string(),
            heads: self.ids(heads),
            forms: self.forms(heads, &Symbol::Head),
        }
    }

    fn ambiguous(&self, candidates: &[Index]) -> ResolveError {
        self.ambiguous_with(candidates, &[])
    }

    fn ambiguous_with(&self, candidates: &[Index], gone: &[&RevisionId]) -> ResolveError {
        ResolveError::AmbiguousWalk {
            specifier: self.specifier.to_string(),
            candidates: self.ids(candidates).into_iter().chain(gone.iter().copied().cloned()).collect(),
            forms: self.forms(candidates, self.specifier.symbol()),
        }
    }

    /// The specifier within the branch of each candidate.
    fn forms(&self, candidates: &[Index], symbol: &Symbol) -> Vec<String> {
        let offset = self.specifier.offset().map(|offset| offset.to_string()).unwrap_or_default();
        let names = self.graph.branch_names(candidates);
        names.into_iter().map(|name| format!("{name}@{symbol}{offset}")).collect()
    }
}

/// Whether a revision belongs to the branch; without a branch every one does.
fn within_lineage(branch: Option<&Branch>) -> impl Fn(&Index) -> bool {
    move |index| branch.is_none_or(|branch| branch.lineage.has(*index))
}

impl Spot {
    fn as_slice(&self) -> &[Index] {
        match self {
            Self::Base => &[],
            Self::At(indices) => indices,
        }
    }
}

#[cfg(test)]
mod tests;
