//! `cargo xtask new-case GROUP NAME`: the file of a conformance case to start from, and its line in the list. The case
//! fails until it is filled in.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cargo::root;

/// What the case is called.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The group, which is also the folder: columns, diff, rebuild, …
    group: String,
    /// The name, which is also the file's: lower-case words joined by `_`
    name: String,
}

/// What stands in a new file. It has no change yet, without which no case can be read.
const TEMPLATE: &str = "\
name = \"{name}\"
group = \"{group}\"
# What it is about, in a sentence.
about = \"\"
# Capabilities without which it says nothing; the keys of a case are listed in docs/conformance.md.
# needs = [\"views\"]

[[before]]
op = \"create_table\"
table = \"users\"
columns = [
    { name = \"id\", type = \"bigint\" },
    { name = \"name\", type = \"varchar(100)\" },
]
primary_key = { columns = [\"id\"] }

[[rows]]
op = \"insert\"
table = \"users\"
rows = [{ id = 1, name = \"Ada\" }, { id = 2, name = \"Bob\" }]

# The change: operations, or instead `[[desired]]` with what makes the whole schema that is wanted.
# [[operations]]
# op = \"…\"

[[survive]]
query = \"SELECT id, name FROM users ORDER BY id\"
rows = [[1, \"Ada\"], [2, \"Bob\"]]
";

/// Writes the file and the line.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let file = write(&root().join("conformance-tests"), options)?;
    println!("{}: fill in `about` and the change; it fails until then", file.display());
    println!("then: cargo test -p limbeck-conformance --test sqlite -- {}::{}", options.group, options.name);
    println!("and:  cargo run -p limbeck-conformance --example matrix, which writes docs/conformance.md");
    Ok(())
}

fn write(suite: &Path, options: &Options) -> Result<PathBuf, String> {
    let Options { group, name } = options;
    for word in [group, name] {
        if !word.starts_with(|c: char| c.is_ascii_lowercase())
            || !word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        {
            return Err(format!("`{word}` is no name: lower-case words joined by `_`"));
        }
    }
    let list = suite.join("src/names.rs");
    let names = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    let names = listed(&names, group, name)?;
    let file = suite.join("cases").join(group).join(format!("{name}.toml"));
    if file.exists() {
        return Err(format!("{} is there already", file.display()));
    }
    let text = TEMPLATE.replace("{name}", name).replace("{group}", group);
    fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    fs::write(&list, names).map_err(|error| format!("{}: {error}", list.display()))?;
    Ok(file)
}

/// The list of all cases with one more, behind those of its group.
fn listed(names: &str, group: &str, name: &str) -> Result<String, String> {
    let head = format!("            data {group} [\n");
    let Some(begin) = names.find(&head).map(|at| at + head.len()) else {
        let groups: Vec<&str> =
            names.lines().filter_map(|line| line.trim().strip_prefix("data ")?.strip_suffix(" [")).collect();
        return Err(format!(
            "there is no group `{group}` of cases that are files; there are {}",
            groups.join(", ")
        ));
    };
    let end =
        names[begin..].find("            ]").map(|at| begin + at).ok_or("the list of cases has no end")?;
    if names[begin..end].lines().any(|line| line.trim() == name) {
        return Err(format!("{group}::{name} is on the list already"));
    }
    Ok(format!("{}                {name}\n{}", &names[..end], &names[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "            check locks [\n                a\n            ]\n            data rows [\n                \
                        insert\n            ]\n            data types [\n            ]\n";

    #[test]
    fn a_name_goes_behind_those_of_its_group() {
        let more = listed(LIST, "rows", "delete").unwrap();
        assert_eq!(more, LIST.replace("insert\n", "insert\n                delete\n"));
        assert!(listed(&more, "types", "date").unwrap().contains("data types [\n                date\n"));
    }

    #[test]
    fn what_cannot_be_listed_is_an_error() {
        assert!(listed(LIST, "rows", "insert").unwrap_err().contains("already"));
        assert!(listed(LIST, "locks", "b").unwrap_err().contains("rows, types"));
    }

    #[test]
    fn a_file_is_written_once() {
        let suite = std::env::temp_dir().join(format!("limbeck-new-case-{}", std::process::id()));
        fs::create_dir_all(suite.join("src")).unwrap();
        fs::create_dir_all(suite.join("cases/rows")).unwrap();
        fs::write(suite.join("src/names.rs"), LIST).unwrap();
        let options = |group: &str, name: &str| Options { group: group.to_owned(), name: name.to_owned() };
        let file = write(&suite, &options("rows", "upsert")).unwrap();
        assert!(fs::read_to_string(file).unwrap().starts_with("name = \"upsert\"\ngroup = \"rows\"\n"));
        assert!(write(&suite, &options("rows", "upsert")).is_err());
        assert!(write(&suite, &options("rows", "../x")).unwrap_err().contains("is no name"));
        fs::remove_dir_all(suite).unwrap();
    }
}
