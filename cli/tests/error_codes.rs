//! `docs/errors.md` lists every error code that the sources hold, and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What a code stands right behind, wherever it is.
const BEFORE: [&str; 5] = ["Diagnostic::new(", "Problem::new(", ".problem(", ".code = ", "\"code\": "];

/// Where every word that looks like a code is one, each with the line that ends it.
const BLOCKS: [(&str, &str); 2] = [("impl Diagnose for ", "}"), ("    fn code(&self)", "    }")];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The Rust files below the `src` folders of all crates, without those that hold nothing but tests.
fn sources(folder: &Path, within: bool, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display())).path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" && name != "tests" {
                sources(&path, within || name == "src", found);
            }
        } else if within && name.ends_with(".rs") && name != "tests.rs" && !name.ends_with("_tests.rs") {
            found.push(path);
        }
    }
}

/// Words of lower-case letters and digits with single hyphens between them.
fn is_code(text: &str) -> bool {
    text.split('-').all(|word| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

/// The string literals of a piece of source, with their escapes as they are written.
fn literals(mut text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    while let Some((_, inside)) = text.split_once('"') {
        let mut escaped = false;
        let end = inside.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let Some(end) = end else { break };
        found.push(&inside[..end]);
        text = &inside[end + 1..];
    }
    found
}

/// The codes in the text of one file.
fn codes(text: &str) -> BTreeSet<String> {
    // Codes in unit tests are made up. By our custom they stand at the end of a file.
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let whole = lines.join("\n");
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for marker in BEFORE {
        for (at, _) in whole.match_indices(marker) {
            let behind = whole[at + marker.len()..].trim_start();
            if behind.starts_with('"') {
                found.extend(literals(behind).first());
            }
        }
    }
    for (begin, end) in BLOCKS {
        let mut rest = lines.as_slice();
        while let Some(at) = rest.iter().position(|line| line.starts_with(begin)) {
            rest = &rest[at..];
            let last = rest.iter().position(|line| *line == end).unwrap_or(rest.len());
            let (block, behind) = rest.split_at(last);
            found.extend(block.iter().flat_map(|line| literals(line)));
            rest = behind;
        }
    }
    found.into_iter().filter(|text| is_code(text)).map(str::to_owned).collect()
}

/// Each code of the sources with one file that holds it.
fn in_the_sources() -> BTreeMap<String, PathBuf> {
    let mut files = Vec::new();
    sources(&workspace(), false, &mut files);
    let mut found = BTreeMap::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for code in codes(&text) {
            found.entry(code).or_insert_with(|| file.clone());
        }
    }
    found
}

/// The codes that the tables list, in their order.
fn in_the_docs() -> Vec<String> {
    let path = workspace().join("docs/errors.md");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    rows.map(|(code, _)| code.to_owned()).collect()
}

#[test]
fn every_way_to_write_a_code_is_read() {
    let text = r#"
/// Diagnostic::new("in-a-comment", …)
impl Diagnose for Error {
    fn diagnostic(&self) -> Diagnostic {
        let (code, help) = match self {
            Self::A => ("in-a-tuple", "say \"no\" to-it"),
            Self::B { .. } => (
                if whole { "in-a-branch" } else { "in-another" },
                "do it".to_owned(),
            ),
        };
    }
}

fn other() {
    Diagnostic::new(
        "on-a-line-of-its-own",
        "no-code",
    );
    self.problem("by-a-helper", span, "no-code");
    diagnostic.code = "assigned";
    json!({ "code": "json" })
}

impl Kind {
    fn code(&self) -> &'static str {
        "of-a-kind"
    }
}

#[cfg(test)]
mod tests {
    Problem::new("of-a-test", "");
}
"#;
    let expected = [
        "assigned",
        "by-a-helper",
        "in-a-branch",
        "in-a-tuple",
        "in-another",
        "json",
        "of-a-kind",
        "on-a-line-of-its-own",
    ];
    assert_eq!(codes(text).iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[test]
fn the_docs_list_every_code_and_no_other() {
    let sources = in_the_sources();
    let docs = in_the_docs();
    let listed: BTreeSet<&String> = docs.iter().collect();
    let missing: Vec<String> = sources
        .iter()
        .filter(|(code, _)| !listed.contains(code))
        .map(|(code, file)| format!("{code} ({})", file.display()))
        .collect();
    let stray: Vec<&&String> = listed.iter().filter(|code| !sources.contains_key(**code)).collect();
    assert!(missing.is_empty(), "codes that docs/errors.md does not list: {missing:#?}");
    assert!(stray.is_empty(), "codes in docs/errors.md that are nowhere in the sources: {stray:#?}");
    assert_eq!(listed.len(), docs.len(), "docs/errors.md lists a code twice");
}
