//! Indexes, as the server holds them and writes them.

use limbeck_core::schema::{
    Constraint, Index, KeyPart, KeyTarget, Nulls, OptionValue, Options, Order, Sql, Table, Unique,
};

use super::fault::check_name;
use super::literal::{quote, text};
use super::lower::{Lowering, sql_text};
use super::options::{Place, Said, read};
use crate::flavour::Gates;
use crate::options::{
    ENGINE_ATTRIBUTE, ENGINE_OPTIONS, IGNORED, INVISIBLE, KEY_BLOCK_SIZE, PARSER, SECONDARY_ENGINE_ATTRIBUTE,
    USING, WITHOUT_OVERLAPS,
};

/// The kinds of indexes that are no B-trees.
const KINDS: [&str; 3] = ["fulltext", "spatial", "vector"];

/// Puts a declared index into a lowered table; a unique one is a constraint to the server, if it is one in SQL.
pub(crate) fn lower(lowering: &mut Lowering<'_>, declared: &Index, into: &mut Table) {
    let place = format!("index {} of {}", declared.name, lowering.table);
    if let Some(fault) = check_name(&declared.name, "index").err() {
        lowering.faults.push(fault);
    }
    let product = lowering.gates.flavour.product();
    if declared.predicate.is_some() {
        lowering.refuse(
            format!("{place} is over some of the rows, which {product} cannot"),
            "leave `where` out, or index an expression that is NULL for the other rows",
        );
    }
    if !declared.include.is_empty() || declared.nulls_not_distinct {
        lowering.refuse(
            format!("{place} includes columns or takes two NULLs for the same, which {product} cannot"),
            "leave it out",
        );
    }
    let options = read(lowering.gates, &declared.options, Place::Key, &place);
    let mut options = lowering.keep(options).unwrap_or_default();
    let mut method = None;
    if let Some(given) = &declared.method {
        let lower = given.to_ascii_lowercase();
        if KINDS.contains(&lower.as_str()) {
            method = Some(lower);
        } else if matches!(lower.as_str(), "btree" | "hash" | "rtree") {
            let word = OptionValue::String(given.to_ascii_uppercase());
            // A B-tree is what there is without a word.
            if lower != "btree" {
                options.set(lowering.gates.name(), USING, word);
            }
        } else {
            lowering.refuse(
                format!("{place} has the method {given}, which {product} has not"),
                "it is one of btree, hash, fulltext and spatial",
            );
        }
    }
    let columns = lowering.key_parts(&declared.columns, &place);
    if columns.is_empty() && Said::new(lowering.gates, &options).text(WITHOUT_OVERLAPS).is_none() {
        return;
    }
    let comment = declared.comment.clone().filter(|comment| !comment.is_empty());
    if declared.unique && method.is_none() && columns.iter().all(|part| part.as_column().is_some()) {
        let body = Unique { columns, ..Unique::default() };
        let made = Constraint { comment, options, ..Constraint::new(Some(declared.name.clone()), body) };
        into.constraints.push(made);
        return;
    }
    let made = Index {
        columns,
        unique: declared.unique,
        method,
        comment,
        options,
        ..Index::new(declared.name.clone(), Vec::<limbeck_core::ident::Ident>::new())
    };
    into.indexes.insert(made.name.clone(), made);
}

impl Lowering<'_> {
    /// The parts of a key or index.
    pub(crate) fn key_parts(&mut self, parts: &[KeyPart], place: &str) -> Vec<KeyPart> {
        parts.iter().filter_map(|part| self.key_part(part, place)).collect()
    }

    fn key_part(&mut self, part: &KeyPart, place: &str) -> Option<KeyPart> {
        for (given, what) in [
            (part.opclass.is_some(), "an operator class"),
            (part.collation.is_some(), "a collation"),
            (part.operator.is_some(), "an operator"),
        ] {
            if given {
                self.refuse(format!("{place} has a part with {what}"), "leave it out");
            }
        }
        let usual = match part.order {
            Order::Ascending => Nulls::First,
            Order::Descending => Nulls::Last,
        };
        if part.nulls.is_some_and(|nulls| nulls != usual) {
            self.refuse(
                format!("{place} says where NULLs stand; here they are less than everything else"),
                "leave `nulls` out",
            );
        }
        let mut lowered = KeyPart::column("");
        lowered.target = match &part.target {
            KeyTarget::Column(name) => KeyTarget::Column(name.clone()),
            KeyTarget::Expression(sql) => {
                if !self.gates.functional_indexes {
                    self.refuse(
                        format!("{place} is over an expression, which {} cannot", self.gates.server()),
                        "add a generated column and index that",
                    );
                }
                let text = self.text(sql, || format!("an expression of {place}"))?;
                KeyTarget::Expression(Sql::from(text.trim()))
            }
        };
        // Old servers read the word and keep nothing of it.
        if self.gates.descending_indexes {
            lowered.order = part.order;
        }
        lowered.length = part.length;
        Some(lowered)
    }
}

/// The parts of a key, with commas.
pub(crate) fn parts(gates: Gates, parts: &[KeyPart], options: &Options) -> String {
    let mut written: Vec<String> = parts
        .iter()
        .map(|part| {
            let mut text = match &part.target {
                KeyTarget::Column(name) => quote(name.as_str()),
                KeyTarget::Expression(sql) => super::default::in_parens(sql_text(sql)),
            };
            if let Some(length) = part.length {
                text.push_str(&format!("({length})"));
            }
            if part.order == Order::Descending {
                text.push_str(" DESC");
            }
            text
        })
        .collect();
    if let Some(period) = Said::new(gates, options).text(WITHOUT_OVERLAPS) {
        written.push(format!("{} WITHOUT OVERLAPS", quote(period)));
    }
    written.join(",")
}

/// What stands behind the parts of a key.
pub(crate) fn tail(gates: Gates, options: &Options, comment: Option<&str>) -> String {
    let said = Said::new(gates, options);
    let mut tail = String::new();
    let mut add = |piece: String| {
        tail.push(' ');
        tail.push_str(&piece);
    };
    if let Some(using) = said.text(USING) {
        add(format!("USING {using}"));
    }
    if let Some(size) = said.number(KEY_BLOCK_SIZE) {
        add(format!("KEY_BLOCK_SIZE={size}"));
    }
    if let Some(comment) = comment {
        add(format!("COMMENT {}", text(comment)));
    }
    if let Some(parser) = said.text(PARSER) {
        add(format!("WITH PARSER {}", quote(parser)));
    }
    for (key, word) in
        [(ENGINE_ATTRIBUTE, "ENGINE_ATTRIBUTE"), (SECONDARY_ENGINE_ATTRIBUTE, "SECONDARY_ENGINE_ATTRIBUTE")]
    {
        if let Some(attribute) = said.text(key) {
            add(format!("{word} {}", text(attribute)));
        }
    }
    for (key, word) in [(INVISIBLE, "INVISIBLE"), (IGNORED, "IGNORED")] {
        if said.flag(key) {
            add(word.to_owned());
        }
    }
    said.texts(ENGINE_OPTIONS).into_iter().for_each(|option| add(option.to_owned()));
    tail
}

/// An index, as it stands within CREATE TABLE and behind ADD.
pub(crate) fn definition(gates: Gates, index: &Index) -> String {
    let kind = match (&index.method, index.unique) {
        (Some(method), _) => format!("{} KEY", method.to_ascii_uppercase()),
        (None, true) => "UNIQUE KEY".to_owned(),
        (None, false) => "KEY".to_owned(),
    };
    format!(
        "{kind} {} ({}){}",
        quote(index.name.as_str()),
        parts(gates, &index.columns, &index.options),
        tail(gates, &index.options, index.comment.as_deref())
    )
}
