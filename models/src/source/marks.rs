//! Which structs are tables.

use limbeck_model_syntax::Problem;

use super::scope::World;
use crate::resolve::{Found, Names};

/// The numbers of the structs that are tables, in the order of reading. The problems of those and of everything else
/// that is meant for limbeck are taken over.
pub(super) fn tables(world: &World, problems: &mut Vec<Problem>) -> Vec<usize> {
    let mut tables = Vec::new();
    let mut is_table = vec![false; world.records.len()];
    for (number, found) in world.records.iter().enumerate() {
        let marks = &found.marks;
        let meant = marks.marked || marks.has_limbeck || world.derives(found.module, marks, "Table");
        if meant {
            problems.extend(found.problems.iter().cloned());
            is_table[number] = true;
            if found.record.embedded.is_none() {
                tables.push(number);
            }
        }
    }
    for found in &world.misfits {
        if world.derives(found.module, &found.marks, found.derive.name()) {
            problems.push(found.problem.clone());
        }
    }
    let flattened = flattened(world, &is_table);
    for (number, found) in world.records.iter().enumerate() {
        if is_table[number] || !(flattened[number] || found.marks.inside) {
            continue;
        }
        problems.extend(found.problems.iter().cloned());
        if !flattened[number] {
            let name = &found.record.name;
            problems.push(
                Problem::new(
                    "not-a-table",
                    name.place,
                    format!("fields of `{}` have limbeck attributes, but it is no table", name.value),
                )
                .with_help("derive `limbeck::Table` for it, or write `#[cfg_attr(any(), limbeck(table = \"…\"))]` on it"),
            );
        }
    }
    for found in &world.enums {
        if world.is_column_enum(found) {
            problems.extend(found.problems.iter().cloned());
        } else if found.marks.inside {
            let name = &found.item.rust_name;
            problems.push(
                Problem::new(
                    "not-an-enum",
                    name.place,
                    format!(
                        "variants of `{}` have limbeck attributes, but it is no enum of limbeck's",
                        name.value
                    ),
                )
                .with_help("derive `limbeck::Enum` for it"),
            );
        }
    }
    for found in &world.newtypes {
        let marks = &found.marks;
        if marks.marked || marks.has_limbeck || world.derives(found.module, marks, "Type") {
            problems.extend(found.problems.iter().cloned());
        }
    }
    tables
}

/// Which structs stand in a `flatten` of a table, or of a struct in a table.
fn flattened(world: &World, is_table: &[bool]) -> Vec<bool> {
    let mut flattened = vec![false; world.records.len()];
    let mut open: Vec<usize> = (0..is_table.len()).filter(|number| is_table[*number]).collect();
    while let Some(number) = open.pop() {
        let found = &world.records[number];
        for field in found.record.fields.iter().filter(|field| field.flatten.is_some()) {
            let mut path = field.ty.path.clone();
            let mut scope = found.module;
            // Aliases that run in a circle are reported where the field is resolved.
            for _ in 0..32 {
                match world.find(scope, &path) {
                    Found::Alias(ty, module) => {
                        path.clone_from(&ty.path);
                        scope = module;
                    }
                    Found::Record(inner) => {
                        if !std::mem::replace(&mut flattened[inner], true) {
                            open.push(inner);
                        }
                        break;
                    }
                    _ => break,
                }
            }
        }
    }
    flattened
}
