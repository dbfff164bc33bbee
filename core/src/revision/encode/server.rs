use super::column::sequence_options;
use super::values::{name, some_options, sql};
use crate::operation::{AlterEnum, EnumAddition, EnumPlace, EnumRename};
use crate::revision::tree::{Node, TableBuilder, Value};
use crate::schema::{Enum, Namespace, Object, ObjectKey, ObjectRef, Sequence};

pub(super) fn create_enum<'a>(table: &mut TableBuilder<'a>, made: &'a Enum) {
    let Enum { name: enum_name, values, comment, options } = made;
    name(table, "name", "schema", enum_name);
    table.value("values", Value::Array(values.iter().map(|value| Node::string(value.as_str())).collect()));
    table.optional_text("comment", comment.as_deref());
    some_options(table, options);
}

pub(super) fn alter_enum<'a>(table: &mut TableBuilder<'a>, change: &'a AlterEnum) {
    let AlterEnum { name: enum_name, rename, remove, add, comment } = change;
    name(table, "name", "schema", enum_name);
    let renames = rename.iter().map(|EnumRename { from, to }| {
        let mut table = TableBuilder::default();
        table.text("from", from.as_str());
        table.text("to", to.as_str());
        table.done()
    });
    table.list("rename", renames.collect());
    table.texts("remove", remove);
    table.list("add", add.iter().map(addition).collect());
    if let Some(comment) = comment {
        table.text("comment", comment.as_deref().unwrap_or_default());
    }
}

fn addition(addition: &EnumAddition) -> Node<'_> {
    let EnumAddition { value, place } = addition;
    let Some(place) = place else { return Node::string(value.as_str()) };
    let mut table = TableBuilder::default();
    table.text("value", value.as_str());
    match place {
        EnumPlace::Before(word) => table.text("before", word.as_str()),
        EnumPlace::After(word) => table.text("after", word.as_str()),
    }
    table.done()
}

pub(super) fn sequence<'a>(table: &mut TableBuilder<'a>, made: &'a Sequence) {
    let Sequence { name: sequence_name, ty, settings, owned_by, comment, options } = made;
    name(table, "name", "schema", sequence_name);
    table.optional_text("type", ty.as_deref());
    sequence_options(table, settings);
    if let Some((owner, column)) = owned_by {
        let mut by = TableBuilder::default();
        name(&mut by, "table", "schema", owner);
        by.text("column", column.as_str());
        table.node("owned_by", by.done());
    }
    table.optional_text("comment", comment.as_deref());
    some_options(table, options);
}

pub(super) fn namespace<'a>(table: &mut TableBuilder<'a>, made: &'a Namespace) {
    let Namespace { name, comment, options } = made;
    table.text("name", name.as_str());
    table.optional_text("comment", comment.as_deref());
    some_options(table, options);
}

pub(super) fn object_key<'a>(table: &mut TableBuilder<'a>, key: &'a ObjectKey) {
    let ObjectKey { kind, name: object_name, table: on } = key;
    table.text("kind", kind.as_str());
    name(table, "name", "schema", object_name);
    if let Some(on) = on {
        name(table, "table", "table_schema", on);
    }
}

pub(super) fn object<'a>(table: &mut TableBuilder<'a>, made: &'a Object) {
    let Object { key, definition, depends_on, comment, options } = made;
    object_key(table, key);
    table.node("definition", sql(definition));
    let needs = depends_on.iter().map(|ObjectRef { kind, name: needed }| {
        let mut table = TableBuilder::default();
        table.text("kind", kind.as_str());
        name(&mut table, "name", "schema", needed);
        table.done()
    });
    table.list("depends_on", needs.collect());
    table.optional_text("comment", comment.as_deref());
    some_options(table, options);
}
