//! Columns of a table that is there: added, altered, moved, dropped.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::{Ident, Name};
use crate::operation::{ColumnChange, Operation};
use crate::schema::{Cast, Column, Generated, KeyPart, Position, Schema, Table, Type};

use super::mentions::Mentions;
use super::options::same_option;
use super::order;
use super::similarity::declined;
use super::{CastPolicy, DiffOptions, FillPolicy, Question};

/// What is done to the columns of a table.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Added and altered, in this order.
    pub(super) changed: Vec<Operation>,
    /// Columns that go, in the order in which they can.
    pub(super) dropped: Vec<Ident>,
    /// Columns whose values are of another kind afterwards.
    pub(super) retyped: BTreeSet<Ident>,
    /// Computed columns that are dropped and made again, because what they are computed from changes.
    pub(super) again: BTreeSet<Ident>,
}

impl Columns {
    /// Sees to it that the column has its default in the end, after it had none in between.
    pub(super) fn give_default(&mut self, table: &Name, column: &Column) {
        for operation in &mut self.changed {
            if let Operation::AlterColumn { column: name, change, .. } = operation
                && *name == column.name
            {
                change.default = column.default.clone().map(Some).or(change.default.take());
                return;
            }
        }
        if let Some(default) = &column.default {
            let change = ColumnChange { default: Some(Some(default.clone())), ..ColumnChange::default() };
            self.changed.push(Operation::AlterColumn {
                table: table.clone(),
                column: column.name.clone(),
                change: Box::new(change),
            });
        }
    }

    /// Drops a computed column before anything else is done, and makes it again behind all.
    pub(super) fn make_again(&mut self, table: &Name, column: &Column) {
        let speaks = |operation: &Operation| match operation {
            Operation::AlterColumn { column: name, .. } => *name == column.name,
            _ => false,
        };
        self.changed.retain(|operation| !speaks(operation));
        let drop = Operation::DropColumn { table: table.clone(), column: column.name.clone() };
        self.changed.insert(0, drop);
        self.changed.push(Operation::AddColumn {
            table: table.clone(),
            column: Box::new(column.clone()),
            position: None,
            fill: None,
        });
        self.again.insert(column.name.clone());
    }
}

/// Compares the columns of a table.
pub(super) fn compare(
    old: &Table,
    new: &Table,
    options: &DiffOptions<'_>,
    questions: &mut Vec<Question>,
) -> Columns {
    let mut made = Columns::default();
    let old_places: BTreeMap<&Ident, usize> =
        old.columns.iter().enumerate().map(|(at, column)| (&column.name, at)).collect();
    let new_names: BTreeSet<&Ident> = new.columns.iter().map(|column| &column.name).collect();
    let keys = (primary(old), primary(new));
    let mut places = Places::new(&old_places, new, options.rules.column_order());
    let again = if options.rules.computed_hold_types() { held(old, new, options) } else { BTreeSet::new() };
    for name in
        drop_order(&old.columns.iter().filter(|column| again.contains(&column.name)).collect::<Vec<_>>())
    {
        made.changed.push(Operation::DropColumn { table: new.name.clone(), column: name.clone() });
        made.again.insert(name);
    }

    for at in make_order(&new.columns) {
        let column = &new.columns[at];
        let Some(from) = old_places.get(&column.name).filter(|_| !again.contains(&column.name)) else {
            let position = places.take(at, new);
            made.changed.push(add(&new.name, column, position, options, questions));
            continue;
        };
        let mut change = change(&new.name, &old.columns[*from], column, &keys, options, questions);
        if places.moves(at) {
            change.position = places.take(at, new);
        }
        if change.ty.is_some() || change.generated.is_some() || change.collation.is_some() {
            made.retyped.insert(column.name.clone());
        }
        if change != ColumnChange::default() {
            made.changed.push(Operation::AlterColumn {
                table: new.name.clone(),
                column: column.name.clone(),
                change: Box::new(change),
            });
        }
    }
    let gone: Vec<&Column> = old.columns.iter().filter(|column| !new_names.contains(&column.name)).collect();
    made.dropped = drop_order(&gone);
    made
}

/// The computed columns that both tables have and that hold a column whose type changes or that goes.
fn held(old: &Table, new: &Table, options: &DiffOptions<'_>) -> BTreeSet<Ident> {
    let computed: Vec<&Column> = old
        .columns
        .iter()
        .filter(|column| column.generated.is_some())
        .filter(|column| new.column(&column.name).is_some_and(|column| column.generated.is_some()))
        .collect();
    if computed.is_empty() {
        return BTreeSet::new();
    }
    let there: BTreeMap<&Ident, &Column> = new.columns.iter().map(|column| (&column.name, column)).collect();
    let changed: Vec<&Ident> = old
        .columns
        .iter()
        .filter(|column| {
            there.get(&column.name).is_none_or(|now| {
                !options.rules.same_type(&column.ty, &now.ty) || column.collation != now.collation
            })
        })
        .map(|column| &column.name)
        .collect();
    let names = |column: &Column| {
        let generated = column.generated.as_ref().map(|made| &made.expression);
        generated.map(Mentions::of).unwrap_or_default()
    };
    let holds =
        |column: &Column| changed.iter().any(|name| **name != column.name && names(column).column(name));
    computed.into_iter().filter(|column| holds(column)).map(|column| column.name.clone()).collect()
}

/// The places of columns in an order in which they can come: what is computed from others comes after them, and after
/// all that are not computed.
fn make_order(columns: &[Column]) -> Vec<usize> {
    let (plain, computed): (Vec<usize>, Vec<usize>) =
        (0..columns.len()).partition(|at| columns[*at].generated.is_none());
    let sequence: Vec<usize> = plain.into_iter().chain(computed).collect();
    let ordered: Vec<&Column> = sequence.iter().map(|at| &columns[*at]).collect();
    order::order(&computed_from(&ordered)).into_iter().map(|at| sequence[at]).collect()
}

/// The columns in an order in which they can be dropped: what is computed from others goes before them.
fn drop_order(columns: &[&Column]) -> Vec<Ident> {
    let mut needs = vec![Vec::new(); columns.len()];
    for (at, others) in computed_from(columns).into_iter().enumerate() {
        others.into_iter().for_each(|other| needs[other].push(at));
    }
    order::order(&needs).into_iter().map(|at| columns[at].name.clone()).collect()
}

/// From which of the others each column is computed.
fn computed_from(columns: &[&Column]) -> Vec<Vec<usize>> {
    if columns.iter().all(|column| column.generated.is_none()) {
        return vec![Vec::new(); columns.len()];
    }
    let places: BTreeMap<String, usize> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| (column.name.as_str().to_ascii_lowercase(), at))
        .collect();
    let others = |at: usize, column: &Column| {
        let names = column.generated.as_ref().map(|made| Mentions::of(&made.expression)).unwrap_or_default();
        names.words().filter_map(|word| places.get(word).copied()).filter(|other| *other != at).collect()
    };
    columns.iter().enumerate().map(|(at, column)| others(at, column)).collect()
}

fn primary(table: &Table) -> BTreeSet<&Ident> {
    table
        .primary_key()
        .map(|(_, key)| key.columns.iter().filter_map(KeyPart::as_column).collect())
        .unwrap_or_default()
}

fn add(
    table: &Name,
    column: &Column,
    position: Option<Position>,
    options: &DiffOptions<'_>,
    questions: &mut Vec<Question>,
) -> Operation {
    let mut fill = None;
    if !column.nullable && column.default.is_none() && column.identity.is_none() && column.generated.is_none()
    {
        fill = options.hints.fills.get(&(table.clone(), column.name.clone())).cloned();
        if fill.is_none() && !counts(column) {
            ask_fill(table, &column.name, options, questions);
        }
    }
    Operation::AddColumn { table: table.clone(), column: Box::new(column.clone()), position, fill }
}

/// Whether the type is one that counts by itself, as PostgreSQL's `serial`.
fn counts(column: &Column) -> bool {
    matches!(column.ty.plain(), Some(Type::Native(text)) if text.to_ascii_lowercase().contains("serial"))
}

fn ask_fill(table: &Name, column: &Ident, options: &DiffOptions<'_>, questions: &mut Vec<Question>) {
    let question = Question::Fill { table: table.clone(), column: column.clone() };
    if options.fills == FillPolicy::Ask && !declined(options, &question) {
        questions.push(question);
    }
}

/// What changes of a column that is there, its place apart. `keys` are the old and the new primary key's columns.
fn change(
    table: &Name,
    from: &Column,
    to: &Column,
    keys: &(BTreeSet<&Ident>, BTreeSet<&Ident>),
    options: &DiffOptions<'_>,
    questions: &mut Vec<Question>,
) -> ColumnChange {
    let rules = options.rules;
    let mut change = ColumnChange::default();
    let place = || (table.clone(), to.name.clone());
    if !rules.same_type(&from.ty, &to.ty) {
        change.ty = Some(to.ty.clone());
        change.using = options.hints.using.get(&place()).cloned();
        let question = Question::Using {
            table: table.clone(),
            column: to.name.clone(),
            from: from.ty.clone(),
            to: to.ty.clone(),
        };
        let asks = match (options.casts, rules.cast(&from.ty, &to.ty)) {
            (CastPolicy::Never, _) | (_, Cast::Sure) | (CastPolicy::Try, Cast::Tried) => false,
            (CastPolicy::Ask, _) | (CastPolicy::Try, Cast::Unknown) => true,
        };
        if change.using.is_none() && to.generated.is_none() && asks && !declined(options, &question) {
            questions.push(question);
        }
    }
    // A column of a primary key takes no NULL, whatever is said of it.
    let in_key = (keys.0.contains(&from.name), keys.1.contains(&to.name));
    let implied = in_key.1 && (in_key.0 || to.nullable);
    if from.nullable != to.nullable && (!implied || rules.keeps_words()) {
        change.nullable = Some(to.nullable);
        if !to.nullable && !in_key.0 && to.generated.is_none() {
            change.fill = options.hints.fills.get(&place()).cloned();
            if change.fill.is_none() {
                ask_fill(table, &to.name, options, questions);
            }
        }
    }
    if !same_option(from.default.as_ref(), to.default.as_ref(), |from, to| rules.same_expression(from, to)) {
        change.default = Some(to.default.clone());
    }
    if from.identity != to.identity {
        change.identity = Some(to.identity.clone());
    }
    let same_generated = |from: &Generated, to: &Generated| {
        from.stored == to.stored && rules.same_expression(&from.expression, &to.expression)
    };
    if !same_option(from.generated.as_ref(), to.generated.as_ref(), same_generated) {
        change.generated = Some(to.generated.clone());
    }
    if from.collation != to.collation {
        change.collation = Some(to.collation.clone());
    }
    if from.comment != to.comment {
        change.comment = Some(to.comment.clone());
    }
    if !rules.same_column_options(table, from, to) {
        change.options = Some(to.options.clone());
    }
    change
}

/// Where columns stand while they are put in their order.
struct Places {
    /// Whether the order counts at all.
    counts: bool,
    /// The new columns that are there by now.
    present: BTreeSet<usize>,
    /// Those of them that stand in their order by now; at first, those of the old ones that need not move.
    settled: BTreeSet<usize>,
}

impl Places {
    fn new(old: &BTreeMap<&Ident, usize>, new: &Table, counts: bool) -> Self {
        let kept: Vec<(usize, usize)> = new
            .columns
            .iter()
            .enumerate()
            .filter_map(|(at, column)| old.get(&column.name).map(|place| (at, *place)))
            .collect();
        let present = kept.iter().map(|(at, _)| *at).collect();
        let rise: BTreeSet<usize> =
            longest_rise(&kept.iter().map(|(_, place)| *place).collect::<Vec<_>>()).into_iter().collect();
        let settled = kept.iter().filter(|(_, place)| rise.contains(place)).map(|(at, _)| *at).collect();
        Self { counts, present, settled }
    }

    /// Whether the new column at `at`, which was there before, must move.
    fn moves(&self, at: usize) -> bool {
        self.counts && !self.settled.contains(&at)
    }

    /// Where the new column at `at` goes; from now on it is there.
    fn take(&mut self, at: usize, new: &Table) -> Option<Position> {
        let moved = self.present.contains(&at);
        let last = self.present.range(at + 1..).next().is_none();
        let position = if !self.counts || (last && !moved) {
            None
        } else {
            Some(match self.settled.range(..at).next_back() {
                Some(previous) => Position::After(new.columns[*previous].name.clone()),
                None => Position::First,
            })
        };
        self.present.insert(at);
        self.settled.insert(at);
        position
    }
}

/// A longest part of `values`, which are all different, that rises; in n log n.
pub(super) fn longest_rise(values: &[usize]) -> Vec<usize> {
    // The places of the smallest last values of rising parts, by length.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        let length = tails.partition_point(|tail| values[*tail] < *value);
        before.push(length.checked_sub(1).map(|shorter| tails[shorter]));
        if length == tails.len() {
            tails.push(at);
        } else {
            tails[length] = at;
        }
    }
    let mut found = Vec::with_capacity(tails.len());
    let mut at = tails.last().copied();
    while let Some(place) = at {
        found.push(values[place]);
        at = before[place];
    }
    found.reverse();
    found
}

/// Whether the question is how words of an enum become those of another that has them all: there is but one way.
pub(super) fn keeps_words(question: &Question, old: &Schema, new: &Schema) -> bool {
    let Question::Using { from, to, .. } = question else { return false };
    let Some((from, to)) = from.plain().zip(to.plain()) else { return false };
    let is_list = |ty: &Type| matches!(ty, Type::Array(_));
    let Some((from_name, to_name)) = from.enum_name().zip(to.enum_name()) else { return false };
    let Some((before, after)) = old.enums.get(from_name).zip(new.enums.get(to_name)) else { return false };
    is_list(from) == is_list(to) && before.values.iter().all(|word| after.values.contains(word))
}

/// Whether every server that has both types turns values of one into the other without being told how. Whether each
/// value fits is another matter.
pub(super) fn sure_cast(from: &Type, to: &Type) -> bool {
    use Type::{
        BigInt, Binary, Blob, Char, Date, Decimal, Double, Enum, Integer, Json, Jsonb, Native, Real,
        SmallInt, Text, Time, Timestamp, TimestampTz, Varbinary, Varchar,
    };
    let number = |ty: &Type| matches!(ty, SmallInt | Integer | BigInt | Real | Double | Decimal(_));
    let text = |ty: &Type| matches!(ty, Char(_) | Varchar(_) | Text);
    let bytes = |ty: &Type| matches!(ty, Binary(_) | Varbinary(_) | Blob);
    let json = |ty: &Type| matches!(ty, Json | Jsonb);
    match (from, to) {
        _ if from == to => true,
        // A server's own type with other arguments.
        (Native(from), Native(to)) => {
            let base = |text: &str| text.split('(').next().unwrap_or_default().trim().to_ascii_lowercase();
            base(from) == base(to)
        }
        (Type::Array(from), Type::Array(to)) => sure_cast(from, to),
        (Date, Timestamp(_) | TimestampTz(_))
        | (Timestamp(_) | TimestampTz(_), Date | Time(_) | Timestamp(_) | TimestampTz(_))
        | (Time(_), Time(_)) => true,
        // The words of two enums need have nothing in common.
        (Enum(_), Enum(_)) => false,
        (from, to) if bytes(from) || bytes(to) => bytes(from) && bytes(to),
        (Native(_), _) => false,
        (_, to) if text(to) => true,
        (from, to) => (number(from) && number(to)) || (json(from) && json(to)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rise_is_found() {
        assert_eq!(longest_rise(&[2, 0, 1, 3]), [0, 1, 3]);
        assert_eq!(longest_rise(&[]), Vec::<usize>::new());
        assert_eq!(longest_rise(&[3, 2, 1]).len(), 1);
    }

    #[test]
    fn only_casts_that_all_servers_make_are_sure() {
        let sure = |from: &str, to: &str| sure_cast(&Type::parse(from), &Type::parse(to));
        assert!(sure("integer", "bigint"));
        assert!(sure("uuid", "text"));
        assert!(sure("varchar(10)", "varchar(5)"));
        assert!(sure("numeric(3)", "numeric(5)"));
        assert!(!sure("text", "integer"));
        assert!(!sure("boolean", "integer"));
        assert!(!sure("enum(a)", "enum(b)"));
        assert!(!sure("text", "blob"));
    }
}
