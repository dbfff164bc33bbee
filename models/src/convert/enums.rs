use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::diff::{EnumValueRename, Hints};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Enum, Options, Schema};
use limbeck_model_syntax::Problem;
use limbeck_model_syntax::ast::{EnumItem, Storage};

use crate::assemble::Model;
use crate::resolve::Kind;

/// The enums that columns use.
pub(super) struct Used<'a> {
    model: &'a Model<'a>,
    numbers: BTreeSet<usize>,
    all: BTreeSet<Name>,
}

impl<'a> Used<'a> {
    pub(super) fn new(model: &'a Model<'a>) -> Self {
        let native = model.enums.iter().filter(|item| item.storage == Storage::Native);
        Self { model, numbers: BTreeSet::new(), all: native.map(name).collect() }
    }

    /// Whether there is such an enum; then it counts as used.
    pub(super) fn knows(&mut self, wanted: &Name) -> bool {
        if !self.all.contains(wanted) {
            return false;
        }
        let items = self.model.enums.iter().enumerate();
        self.numbers.extend(items.filter(|(_, item)| name(item) == *wanted).map(|(at, _)| at));
        true
    }

    /// Puts the types into the schema.
    pub(super) fn finish(self, schema: &mut Schema, hints: &mut Hints, problems: &mut Vec<Problem>) {
        let mut first: BTreeMap<Name, &EnumItem> = BTreeMap::new();
        for number in self.numbers {
            let item = &self.model.enums[number];
            if item.storage != Storage::Native {
                continue;
            }
            let name = name(item);
            if let Some(other) = first.insert(name.clone(), item) {
                problems.push(
                    Problem::new(
                        "duplicate-enum",
                        item.rust_name.place,
                        format!("two enums are type `{name}`"),
                    )
                    .with_help("give one of them another name: `#[limbeck(name = \"…\")]`")
                    .with_related(other.rust_name.place, "the other is here")
                    .about(&item.rust_name.value),
                );
                continue;
            }
            hints.enum_values.extend(item.variants.iter().filter_map(|variant| {
                Some(EnumValueRename {
                    name: name.clone(),
                    from: variant.renamed_from.as_ref()?.value.clone(),
                    to: variant.value.value.clone(),
                })
            }));
            let made = Enum {
                name: name.clone(),
                values: item.variants.iter().map(|variant| variant.value.value.clone()).collect(),
                comment: item.comment.clone(),
                options: Options::default(),
            };
            schema.enums.insert(name, made);
        }
    }
}

/// The name of an enum's type.
pub(super) fn name(item: &EnumItem) -> Name {
    Name {
        schema: item.schema.as_ref().map(|schema| Ident::from(schema.value.as_str())),
        name: Ident::from(item.name.value.as_str()),
    }
}

/// Takes down the enum that a managed table's column is of.
pub(super) fn note(kind: &Kind, used: &mut Used<'_>, table: usize) {
    if used.model.tables[table].record.unmanaged {
        return;
    }
    match kind {
        Kind::Enum(number) => {
            used.numbers.insert(*number);
        }
        Kind::List(item) => note(item, used, table),
        Kind::Plain(_) | Kind::Named(_) => {}
    }
}
