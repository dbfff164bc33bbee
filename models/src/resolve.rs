//! What a Rust type is as a column, by following names.

use limbeck_model_syntax::ast::{Newtype, RustType, SqlText, TypeShape};
use limbeck_model_syntax::names::{Known, Plain, known, known_path};
use limbeck_model_syntax::{Problem, UNKNOWN_TYPE_HELP};

/// Where a name is looked up: a module of the files read, or a struct that describes itself.
pub(crate) type Scope = usize;

/// What a name stands for.
#[derive(Debug)]
#[cfg_attr(not(feature = "source"), expect(dead_code, reason = "only the source reader follows names"))]
pub(crate) enum Found<'a> {
    /// `type A = B;`
    Alias(&'a RustType, Scope),
    /// A struct round one value.
    Newtype(&'a Newtype, Scope),
    /// An enum with the derive, by its number.
    Enum(usize),
    /// A struct with named fields, by its number.
    Record(usize),
    /// A type that described itself.
    Described(Resolved),
    /// Nothing that was read: the path in full.
    External(Vec<String>),
    /// Something that can be no column, and why.
    Unfit(String, String),
}

/// A reader's names.
pub(crate) trait Names {
    /// What `path` stands for in `scope`.
    fn find(&self, scope: Scope, path: &[String]) -> Found<'_>;
}

/// A type as a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Resolved {
    /// An `Option`.
    pub(crate) nullable: bool,
    /// Without the `Option`.
    pub(crate) kind: Kind,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// One value.
    Plain(Plain),
    /// What a newtype names.
    Named(SqlText),
    /// A list.
    List(Box<Kind>),
    /// An enum, by its number.
    Enum(usize),
}

impl Kind {
    /// A list of this, which for `u8` is bytes.
    pub(crate) fn list(self) -> Self {
        match self {
            Self::Plain(Plain::U8) => Self::Plain(Plain::Bytes),
            other => Self::List(Box::new(other)),
        }
    }
}

/// Aliases of aliases end somewhere; those that run in a circle do not.
const DEPTH: usize = 32;

/// What `ty`, written in `scope`, is as a column.
pub(crate) fn resolve(names: &dyn Names, scope: Scope, ty: &RustType) -> Result<Resolved, Problem> {
    step(names, scope, ty, ty, DEPTH)
}

fn step(
    names: &dyn Names,
    scope: Scope,
    ty: &RustType,
    written: &RustType,
    depth: usize,
) -> Result<Resolved, Problem> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Problem::new(
            "unknown-type",
            written.place,
            format!("type `{}` is defined by itself", written.text),
        )
        .with_help(UNKNOWN_TYPE_HELP));
    };
    let plain = |kind| Ok(Resolved { nullable: false, kind });
    let meaning = match ty.shape {
        TypeShape::Path => match names.find(scope, &ty.path) {
            Found::Alias(target, scope) => return step(names, scope, target, written, depth),
            Found::Newtype(newtype, scope) => {
                if newtype.type_text.default.is_some() {
                    return plain(Kind::Named(newtype.type_text.clone()));
                }
                return step(names, scope, &newtype.inner, written, depth);
            }
            Found::Enum(number) => return plain(Kind::Enum(number)),
            Found::Record(_) => {
                return Err(Problem::new(
                    "unknown-type",
                    written.place,
                    format!("`{}` is a struct, not the type of one column", written.text),
                )
                .with_help(
                    "write `#[limbeck(flatten)]` for its fields as columns, `#[limbeck(json)]` for one column, or `#[limbeck(skip)]`",
                ));
            }
            Found::Described(resolved) => return Ok(resolved),
            Found::Unfit(message, help) => {
                return Err(Problem::new("unknown-type", written.place, message).with_help(help));
            }
            Found::External(path) => known_path(&path, ty.arguments.len()),
        },
        TypeShape::Slice => known(ty),
        TypeShape::Other => None,
    };
    match (meaning, ty.arguments.first()) {
        (Some(Known::Plain(value)), _) => plain(Kind::Plain(value)),
        (Some(Known::Same), Some(inner)) => step(names, scope, inner, written, depth),
        (Some(Known::Optional), Some(inner)) => {
            let inner = step(names, scope, inner, written, depth)?;
            Ok(Resolved { nullable: true, ..inner })
        }
        (Some(Known::List), Some(inner)) => {
            let inner = step(names, scope, inner, written, depth)?;
            // What an array's items may be, no server lets one say.
            plain(inner.kind.list())
        }
        _ => Err(Problem::unknown_type(&written.text, written.place)),
    }
}
