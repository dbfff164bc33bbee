//! Structs with named fields whose types are paths, as almost all models are: read as they stand. Only attributes that say
//! more than `derive` meet a parser.

use std::collections::BTreeSet;

use limbeck_model_syntax::At;
use limbeck_model_syntax::ast::{Field, Record, RustType, TypeShape};
use limbeck_model_syntax::parse::{Context, Gathered, Shape, column, gather, record_of};
use syn::Attribute;
use syn::parse::Parser;

use super::cfg::holds;
use super::cut::{Cut, Piece, is_name, settle};
use super::items::Item;
use super::scan::{Scanner, marks, speaks_of_limbeck};

/// How deep types may stand in each other here.
const DEPTH: usize = 16;

/// A field, by the numbers of its tokens.
struct Outline {
    attributes: Attributes,
    name: usize,
    ty: usize,
}

/// The attributes of something.
enum Attributes {
    /// Nothing but comments and these paths in `derive(…)`.
    Derives(Vec<Vec<String>>),
    /// Parsed, with the byte that their text begins at.
    Parsed(Vec<Attribute>, u32),
}

impl Attributes {
    /// Those that begin at `at`, with what is behind them.
    fn read(cut: &Cut<'_>, from: usize) -> Option<(Self, usize)> {
        let (mut at, mut plain, mut derives) = (from, true, Vec::new());
        while let Some((behind, says)) = cut.attribute(at) {
            plain &= !says || derive(cut, at, behind, &mut derives).is_some();
            at = behind;
        }
        if plain {
            return Some((Self::Derives(derives), at));
        }
        let tokens = cut.text(from, at).parse().ok()?;
        let parsed = Attribute::parse_outer.parse2(tokens).ok()?;
        Some((Self::Parsed(parsed, cut.bytes(from, at).0), at))
    }

    fn gathered(self, context: &mut Context, features: &BTreeSet<String>) -> Gathered {
        match self {
            Self::Derives(derives) => Gathered::of_derives(derives),
            Self::Parsed(parsed, _) => gather(context, &parsed, &|condition| holds(condition, features)),
        }
    }

    fn speak_of_limbeck(&self) -> bool {
        match self {
            Self::Derives(_) => false,
            Self::Parsed(attributes, _) => speaks_of_limbeck(attributes),
        }
    }

    /// The byte at which the spots of their tokens begin.
    fn start(&self) -> Option<u32> {
        match self {
            Self::Derives(_) => None,
            Self::Parsed(_, start) => Some(*start),
        }
    }
}

/// The paths of a `#[derive(a::B, C)]`.
fn derive(cut: &Cut<'_>, at: usize, behind: usize, paths: &mut Vec<Vec<String>>) -> Option<()> {
    if cut.word(at + 2) != "derive" {
        return None;
    }
    let close = cut.open(at + 3, b'(').filter(|close| close + 2 == behind)?;
    let mut path = Vec::new();
    let mut last = at + 3;
    for at in at + 4..=close {
        let word = cut.word(at);
        if at == close || cut.sign(at, b',') {
            if !path.is_empty() {
                paths.push(std::mem::take(&mut path));
            } else if last + 1 != at {
                return None;
            }
            last = at;
        } else if !word.is_empty() {
            path.push(word.strip_prefix("r#").unwrap_or(word).to_owned());
        } else if !cut.path_sign(at) && !cut.path_sign(at - 1) {
            return None;
        }
    }
    Some(())
}

impl<'s> Scanner<'s> {
    /// A struct that is plain. `None` if it is not; then nothing was taken down.
    pub(super) fn plain(&mut self, cut: &Cut<'s>, piece: &Piece<'s>, items: &mut Vec<Item>) -> Option<()> {
        let word = visibility(cut, piece.attributes)?;
        let name = cut.word(word + 1);
        let close = cut.open(word + 2, b'{').filter(|close| close + 1 == piece.end)?;
        if word != piece.at || !is_name(name) {
            return None;
        }
        let fields = outlines(cut, word + 3, close)?;
        // One with a single field may be a newtype.
        if fields.len() < 2 {
            return None;
        }
        let (attributes, _) = Attributes::read(cut, piece.start)?;

        let (features, first) = (self.features, self.skipped);
        let start = attributes.start();
        let said = attributes.gathered(&mut self.context, features);
        let settled = |context: &mut Context, start: Option<u32>| {
            if let Some(start) = start {
                settle(context, start, first);
            }
        };
        if !said.enabled {
            settled(&mut self.context, start);
            return Some(());
        }
        let spot = cut.spot(word + 1, word + 2);
        self.misfits(&said, name, spot, Shape::Record { fields: fields.len() }, items);
        let mut marks = marks(&said);
        marks.inside = fields.iter().any(|field| field.attributes.speak_of_limbeck());
        let before = self.context.take_problems();
        let place = self.context.place(spot);
        let read = |context: &mut Context, case| {
            settled(context, start);
            let mut columns: Vec<Field> = Vec::with_capacity(fields.len());
            for field in fields {
                let start = field.attributes.start();
                let said = field.attributes.gathered(context, features);
                let spot = cut.spot(field.name, field.name + 1);
                columns.extend(column(context, &said, cut.word(field.name), spot, case, |context| {
                    let mut at = field.ty;
                    ty(cut, &mut at, context)
                }));
                settled(context, start);
            }
            columns
        };
        let record: Record = record_of(&mut self.context, &said, At::new(name.to_owned(), place), read);
        let problems = self.context.take_problems();
        for problem in before {
            self.context.report(problem);
        }
        items.push(Item::Record { record: Box::new(record), marks, problems });
        Some(())
    }
}

/// Behind `pub`, `pub(crate)` or nothing; `None` if it is written in another way.
pub(super) fn visibility(cut: &Cut<'_>, at: usize) -> Option<usize> {
    if cut.word(at) != "pub" {
        return Some(at);
    }
    match cut.open(at + 1, b'(') {
        None => Some(at + 1),
        Some(close) => {
            (close == at + 3 && matches!(cut.word(at + 2), "crate" | "self" | "super")).then_some(close + 1)
        }
    }
}

fn outlines(cut: &Cut<'_>, from: usize, close: usize) -> Option<Vec<Outline>> {
    let mut fields = Vec::new();
    let mut at = from;
    while at < close {
        let (attributes, behind) = Attributes::read(cut, at)?;
        let name = visibility(cut, behind)?;
        if !is_name(cut.word(name)) || !cut.sign(name + 1, b':') || cut.path_sign(name + 1) {
            return None;
        }
        let ty = name + 2;
        at = behind_type(cut, ty, DEPTH)?;
        fields.push(Outline { attributes, name, ty });
        if cut.sign(at, b',') {
            at += 1;
        } else if at != close {
            return None;
        }
    }
    Some(fields)
}

/// Behind a type that is a path, with such types between the `<` and `>` of its last segment.
fn behind_type(cut: &Cut<'_>, from: usize, depth: usize) -> Option<usize> {
    let depth = depth.checked_sub(1)?;
    let mut at = if cut.path_sign(from) { from + 2 } else { from };
    loop {
        let word = cut.word(at);
        at += 1;
        if matches!(word, "crate" | "self" | "super") {
            if !cut.path_sign(at) {
                return None;
            }
        } else if !is_name(word) {
            return None;
        }
        if !cut.path_sign(at) {
            break;
        }
        at += 2;
    }
    if !cut.sign(at, b'<') {
        return Some(at);
    }
    loop {
        at = behind_type(cut, at + 1, depth)?;
        if cut.sign(at, b',') {
            if cut.sign(at + 1, b'>') {
                return Some(at + 2);
            }
        } else {
            return cut.sign(at, b'>').then_some(at + 1);
        }
    }
}

/// The type at `at`, which is left behind it. As `rust_type` has it.
fn ty(cut: &Cut<'_>, at: &mut usize, context: &mut Context) -> RustType {
    let from = *at;
    let (mut text, mut path, mut arguments) = (String::new(), Vec::with_capacity(1), Vec::new());
    if cut.path_sign(*at) {
        path.push(String::new());
    } else {
        let word = cut.word(*at);
        text.push_str(word);
        path.push(word.to_owned());
        *at += 1;
    }
    while cut.path_sign(*at) {
        let word = cut.word(*at + 2);
        text.push_str("::");
        text.push_str(word);
        path.push(word.to_owned());
        *at += 3;
    }
    if cut.sign(*at, b'<') {
        while !cut.sign(*at, b'>') {
            *at += 1;
            if !cut.sign(*at, b'>') {
                let argument = ty(cut, at, context);
                text.push_str(if arguments.is_empty() { "<" } else { ", " });
                text.push_str(&argument.text);
                arguments.push(argument);
            }
        }
        text.push('>');
        *at += 1;
    }
    let place = context.place(cut.spot(from, *at));
    RustType { text, place, shape: TypeShape::Path, path, arguments }
}
