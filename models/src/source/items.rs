//! What a file holds that matters for models, without anything of `syn`, which stays in the thread that parsed it.

use std::ops::Range;
use std::sync::Arc;

use limbeck_model_syntax::ast::{EnumItem, Newtype, Record, RustType};
use limbeck_model_syntax::parse::Derive;
use limbeck_model_syntax::{Place, Problem};

/// A file, parsed.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) source: Arc<str>,
    /// The bytes of each span that the items name.
    pub(super) ranges: Vec<Range<u32>>,
    pub(super) items: Vec<Item>,
    pub(super) problems: Vec<Problem>,
}

/// What the attributes of a struct or enum say of what it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks {
    pub(super) derives: Vec<Vec<String>>,
    pub(super) has_limbeck: bool,
    /// `cfg_attr(any(), limbeck(…))`
    pub(super) marked: bool,
    /// Whether a field or variant has a limbeck attribute.
    pub(super) inside: bool,
}

/// An item.
#[derive(Debug)]
pub(super) enum Item {
    /// A struct with named fields. Its problems count only if it turns out to be a model.
    Record { record: Box<Record>, marks: Marks, problems: Vec<Problem> },
    /// A struct round one value.
    Newtype { newtype: Newtype, marks: Marks, problems: Vec<Problem> },
    /// An enum.
    Enum { item: EnumItem, marks: Marks, problems: Vec<Problem> },
    /// A derive that does not fit, if it is limbeck's; it stands before the item that it is on.
    Misfit { derive: Derive, marks: Marks, problem: Problem },
    /// `type A = B;`
    Alias { name: String, generic: bool, ty: RustType },
    /// Any other type.
    Opaque { name: String },
    /// `use a::b as c;`: the name, unless it is a glob, and the path.
    Use { name: Option<String>, path: Vec<String> },
    /// `mod a;` or `mod a { … }`
    Module(ModuleItem),
    /// `include!("a.rs");`
    Include { path: String, place: Place },
}

/// A module.
#[derive(Debug)]
pub(super) struct ModuleItem {
    pub(super) name: String,
    pub(super) place: Place,
    /// What stands between its braces.
    pub(super) content: Option<Vec<Item>>,
    /// The value of its `#[path = "…"]`.
    pub(super) path: Option<String>,
    /// Whether it stands under a `cfg`, so that its file may be missing.
    pub(super) conditional: bool,
}
