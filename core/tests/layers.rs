//! The house rules that the compiler does not know: inside `core` each module uses only those of lower layers, `core`
//! names no database, and the crates of the workspace import one way.
//!
//! Sources are read as tokens, not as lines, so that a path in a macro, in nested braces or in test code counts and one
//! in a comment or a text does not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The top modules of `core`; a module may use those of the rows above its own.
const LAYERS: &[&[&str]] = &[
    &["ident", "diag", "sql"],
    &["schema"],
    &["operation"],
    &["diff", "revision"],
    &["graph"],
    &["plan", "history"],
    &["driver"],
    &["record"],
    &["execution", "autogenerate"],
];

/// Who may use whom within one layer.
const NEIGHBOURS: &[(&str, &str)] =
    &[("diag", "ident"), ("sql", "ident"), ("sql", "diag"), ("autogenerate", "execution")];

/// What a module does without though it lies below: the graph knows ids and edges only.
const WITHOUT: &[(&str, &[&str])] = &[("graph", &["schema", "operation", "diff", "revision"])];

/// Texts that only a driver may know.
const DATABASES: &[&str] = &["postgres", "postgresql", "mysql", "mariadb", "sqlite"];

/// What stands for the root of the crate where all of it is imported, under another name or with `*`.
const ROOT: &str = "the root of the crate";

#[test]
fn modules_use_only_lower_layers() {
    let sources = sources();
    let found: Vec<String> = sources.iter().flat_map(layer_violations).collect();
    assert!(found.is_empty(), "imports against the layers (core/tests/layers.rs):\n{}", found.join("\n"));
    // What was read is the crate: a reader that found no import would pass everything.
    let uses: usize = sources.iter().map(|source| source.uses().len()).sum();
    assert!(uses > 20, "only {uses} imports were found in core/src");
}

#[test]
fn planted_imports_are_seen() {
    let seen = |file: &str, text: &str| layer_violations(&Source::parse(file, text)).len();
    for (file, text, violations) in [
        // Against the layers, in every way that a path can be written.
        ("ident/mod.rs", "use crate::schema::Table;", 1),
        ("ident/name.rs", "pub(crate) use crate::schema as s;", 1),
        ("schema/table.rs", "use crate::{ident::Ident, operation::{Change, Operation}, diff};", 2),
        ("schema/table.rs", "use {std::fmt, crate::{plan}};", 1),
        ("schema/table.rs", "fn f(x: &crate::plan::Step) -> bool { matches!(x, crate::driver::Kind::A) }", 2),
        ("schema/table.rs", "macro_rules! m { () => { $crate::driver::X } }", 1),
        ("schema/table.rs", "use super::super::operation::Change;", 1),
        ("schema/table.rs", "use super::super::{self as all};", 1),
        ("schema/table.rs", "use self::super::super::operation;", 1),
        ("schema/mod.rs", "use super::operation::Change;", 1),
        ("schema/mod.rs", "use super::{ident::Ident, operation};", 1),
        ("schema.rs", "use super::operation::Change;", 1),
        ("schema/mod.rs", "mod deep { mod er { use super::super::super::driver; } }", 1),
        ("schema/mod.rs", "#[cfg(test)] mod tests { use super::super::driver::Driver; }", 1),
        // By way of the root itself.
        ("schema/mod.rs", "use crate::*;", 1),
        ("schema/mod.rs", "use crate as root;", 1),
        ("schema/mod.rs", "use crate::{self as root};", 1),
        ("schema/mod.rs", "use super as root;", 1),
        ("schema/mod.rs", "use crate::Plan;", 1),
        ("lib.rs", "mod ident { use crate::plan; }", 1),
        // Within one layer, and what the graph does without.
        ("ident/mod.rs", "use crate::diag::Diagnose;", 1),
        ("diag/mod.rs", "use crate::sql::lex;", 1),
        ("diff/mod.rs", "use crate::revision::Revision;", 1),
        ("revision/mod.rs", "use crate::diff::Hints;", 1),
        ("plan/mod.rs", "use crate::history::History;", 1),
        ("history/mod.rs", "use crate::plan::Step;", 1),
        ("execution/mod.rs", "use crate::autogenerate::X;", 1),
        ("graph/mod.rs", "use crate::{schema, operation, diff, revision, ident};", 4),
        // Modules that are not in the table.
        ("misc/mod.rs", "", 1),
        ("misc/mod.rs", "use crate::ident::Ident;", 1),
        ("lib.rs", "pub mod ident; mod misc;", 1),
        ("plan/mod.rs", "use crate::misc;", 1),
        // Rightful ones, and what only looks like an import.
        ("lib.rs", "pub mod plan; pub use plan::Plan; pub use crate::driver::Driver;", 0),
        ("plan/mod.rs", "use crate::{graph::{self, Graph}, ident::*, plan::step}; pub(crate) fn f() {}", 0),
        ("sql/mod.rs", "use crate::diag::Diagnose; use crate::ident::Ident;", 0),
        ("autogenerate/mod.rs", "use crate::execution::Session;", 0),
        ("plan/step.rs", "use super::{Plan, error::PlanError}; pub(in crate::plan) fn f() {}", 0),
        ("plan/step.rs", "mod tests { use super::super::Plan; pub(super) use super::*; }", 0),
        (
            "plan/step.rs",
            "/// See [`crate::driver`].\n// use crate::driver;\nconst X: &str = \"crate::driver::X\";",
            0,
        ),
        ("plan/step.rs", "use std::io; fn f() { other::driver::x(); Self::driver(); }", 0),
    ] {
        assert_eq!(seen(file, text), violations, "{file}: {text}");
    }
}

#[test]
fn a_module_from_another_file_is_where_it_is_declared() {
    let declaring =
        Source::parse("sql/lexer.rs", "#[cfg(test)] #[path = \"lexer_tests.rs\"] mod tests; mod other;");
    assert_eq!(
        declaring.moved(),
        BTreeMap::from([(
            PathBuf::from("sql/lexer_tests.rs"),
            vec!["sql".into(), "lexer".into(), "tests".into()]
        )])
    );
}

#[test]
fn core_names_no_database() {
    let sources = sources();
    let found: Vec<String> = sources
        .iter()
        .filter(|source| !source.file.ends_with("tests.rs"))
        .flat_map(|source| named_databases(source, source.tokens.clone()))
        .collect();
    assert!(found.is_empty(), "core knows a database by name:\n{}", found.join("\n"));
}

#[test]
fn planted_database_names_are_seen() {
    for (text, names) in [
        ("const X: &str = \"postgres\";", 1),
        ("fn f() { match x { \"SQLite\" | r#\"mysql\"# => b\"mariadb\", _ => g!(\"postgresql\") } }", 4),
        ("#[cfg(test)] mod tests { const X: &str = \"mysql\"; } const Y: &str = \"mysql\";", 1),
        ("#[cfg(test)] const X: &str = \"mysql\"; const Y: &str = \"mysql\";", 1),
        ("#[cfg(not(test))] const X: &str = \"mysql\";", 1),
        ("/// `\"mysql\"`\n#[doc = \"sqlite\"]\nfn f() {} // \"mysql\"", 0),
        ("const X: &str = \"a server such as MySQL\"; const Y: char = '\"';", 0),
    ] {
        let source = Source::parse("plan/mod.rs", text);
        assert_eq!(named_databases(&source, source.tokens.clone()).len(), names, "{text}");
    }
}

#[test]
fn crates_import_one_way() {
    let found: Vec<String> = dependencies()
        .iter()
        .filter(|(from, on, dev)| !may_depend(from, on, *dev))
        .map(|(from, on, _)| format!("{from} depends on {on}"))
        .collect();
    assert!(
        found.is_empty(),
        "against the order of the crates (core/tests/layers.rs):\n{}",
        found.join("\n")
    );
}

#[test]
fn planted_dependencies_are_seen() {
    for (from, on) in [
        ("core", "models/syntax"),
        ("models/syntax", "core"),
        ("models/derive", "drivers/sqlite"),
        ("models", "drivers/sqlite"),
        ("drivers/sqlite", "models"),
        ("drivers/mysql", "drivers/postgres"),
        ("config", "models"),
        ("limbeck", "cli"),
        ("limbeck", "models/syntax"),
        ("cli", "conformance-tests"),
        ("conformance-tests", "cli"),
        ("xtask", "cli"),
        ("cli", "examples/bookshop"),
        ("tools", "core"),
    ] {
        assert!(!may_depend(from, on, false), "{from} on {on}");
        assert!(!may_depend(from, on, true), "{from} on {on}, for its tests");
    }
    assert!(!may_depend("conformance-tests", "drivers/sqlite", false));
    assert!(may_depend("conformance-tests", "drivers/sqlite", true));
    assert!(!may_depend("models/derive", "core", false));
    assert!(may_depend("cli", "limbeck", false));
    assert!(may_depend("cli", "lint", false) && !may_depend("lint", "cli", true));
    let real = dependencies();
    assert!(real.contains(&("cli".into(), "core".into(), false)), "the manifests were not read: {real:?}");
}

/// Whether the crate in folder `from` may depend on the one in `on`; `dev`: for its tests alone.
fn may_depend(from: &str, on: &str, dev: bool) -> bool {
    let driver = on.starts_with("drivers/");
    match from {
        // Only to have features on for its tests.
        "limbeck" if on == "limbeck" => dev,
        "models" => matches!(on, "core" | "models/syntax"),
        // Its cases are compiled as its users' code is.
        "models/derive" => on == "models/syntax" || dev && matches!(on, "core" | "models" | "limbeck"),
        "config" => on == "core",
        "limbeck" => matches!(on, "config" | "core" | "models" | "models/derive") || driver,
        "lint" => on == "core" || dev && driver,
        "cli" => {
            matches!(
                on,
                "config" | "core" | "lint" | "models" | "models/derive" | "models/syntax" | "limbeck"
            ) || driver
        }
        // The suite sees the traits; its runs see the drivers.
        "conformance-tests" => on == "core" || dev && driver,
        _ if from.starts_with("drivers/") => on == "core",
        "benches" => on != "xtask" && on != "conformance-tests" && !on.starts_with("examples/"),
        // Examples stand for users, who may depend on whatever is published.
        _ if from.starts_with("examples/") => on != "xtask" && !on.starts_with("examples/"),
        // core, models/syntax and xtask, which stand alone, and crates that this table does not know yet.
        _ => false,
    }
}

/// What the crates of the workspace depend on among themselves: folder, folder, for tests alone.
fn dependencies() -> Vec<(String, String, bool)> {
    // Cargo reads the manifests, because it knows about inherited, renamed and per-target dependencies.
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("a string in cargo's metadata").to_owned();
    let root = PathBuf::from(text(&metadata["workspace_root"]));
    let folder = |path: &Path| {
        path.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
    };
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().expect("packages") {
        let manifest = PathBuf::from(text(&package["manifest_path"]));
        let from = folder(manifest.parent().expect("a manifest lies in a folder"));
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            if let Some(path) = dependency["path"].as_str() {
                found.push((from.clone(), folder(Path::new(path)), dependency["kind"] == "dev"));
            }
        }
    }
    found
}

/// One file of `core/src`.
struct Source {
    /// Its path below `core/src`, with `/`.
    file: String,
    /// The module that it is.
    module: Vec<String>,
    tokens: TokenStream,
}

/// A path from one top module into another, or into the root.
struct Use {
    line: usize,
    /// The top module that it stands in; none in the root.
    user: Option<String>,
    target: String,
}

impl Source {
    fn parse(file: &str, text: &str) -> Self {
        let tokens = text.parse().unwrap_or_else(|error| panic!("core/src/{file} is not Rust: {error}"));
        let path = Path::new(file).with_extension("");
        let mut module: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if module.last().is_some_and(|last| last == "mod") || module == ["lib"] {
            module.pop();
        }
        Self { file: file.to_owned(), module, tokens }
    }

    /// The files that `#[path]` makes another module than their name says.
    fn moved(&self) -> BTreeMap<PathBuf, Vec<String>> {
        let tokens: Vec<_> = self.tokens.clone().into_iter().collect();
        let folder = Path::new(&self.file).parent().unwrap_or(Path::new(""));
        let mut moved = BTreeMap::new();
        let mut path = None;
        for (index, token) in tokens.iter().enumerate() {
            if is_punct(token, ';') || is_braces(token) {
                path = None;
            } else if let Some(text) = attribute(&tokens, index).and_then(path_of) {
                path = Some(text);
            } else if is_ident(token, "mod")
                && let (Some(path), Some(TokenTree::Ident(name))) = (&path, tokens.get(index + 1))
            {
                let module = self.module.iter().cloned().chain([name.to_string()]).collect();
                moved.insert(folder.join(path), module);
            }
        }
        moved
    }

    /// Every path that leads out of its top module.
    fn uses(&self) -> Vec<Use> {
        let mut found = Vec::new();
        collect_uses(self.tokens.clone(), &self.module, &mut found);
        found
    }
}

/// All of `core/src`, in the order of their names.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of core/src can be read") {
            let path = entry.expect("a folder of core/src can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut sources: Vec<Source> = files
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).expect("a file of core/src can be read");
            let file = path.strip_prefix(&root).expect("it was found there").to_string_lossy();
            Source::parse(&file.replace(std::path::MAIN_SEPARATOR, "/"), &text)
        })
        .collect();
    let moved: BTreeMap<_, _> = sources.iter().flat_map(Source::moved).collect();
    for source in &mut sources {
        if let Some(module) = moved.get(Path::new(&source.file)) {
            source.module.clone_from(module);
        }
    }
    sources
}

fn layer_violations(source: &Source) -> Vec<String> {
    let file = &source.file;
    let unknown = |module: &str| format!("core/src/{file}: module `{module}` is in no layer of the table");
    let mut found = Vec::new();
    if let Some(top) = source.module.first() {
        found.extend(layer(top).is_none().then(|| unknown(top)));
    } else {
        let tokens: Vec<_> = source.tokens.clone().into_iter().collect();
        for pair in tokens.windows(2) {
            if let [keyword, TokenTree::Ident(name)] = pair
                && is_ident(keyword, "mod")
                && layer(&name.to_string()).is_none()
            {
                found.push(unknown(&name.to_string()));
            }
        }
    }
    for one in source.uses() {
        // The root puts the modules together: it may name all of them.
        if let Some(user) = &one.user
            && let Err(why) = may_use(user, &one.target)
        {
            found.push(format!("core/src/{file}:{}: `{user}` uses `{}`: {why}", one.line, one.target));
        }
    }
    found
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

fn may_use(user: &str, target: &str) -> Result<(), String> {
    let Some(above) = layer(user) else { return Ok(()) }; // The module is reported itself, once.
    if user == target {
        return Ok(());
    }
    let Some(below) = layer(target) else {
        return Err("that is no module of the table; name the module that owns it".to_owned());
    };
    if WITHOUT.iter().any(|(module, without)| *module == user && without.contains(&target)) {
        return Err("it does without that module".to_owned());
    }
    if below < above || below == above && NEIGHBOURS.contains(&(user, target)) {
        return Ok(());
    }
    Err(format!("layer {above} may not use that of layer {below}"))
}

/// Collects the paths that leave the top module of `module`, in tokens that stand in `module`.
fn collect_uses(stream: TokenStream, module: &[String], found: &mut Vec<Use>) {
    let tokens: Vec<_> = stream.into_iter().collect();
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        if is_ident(token, "mod")
            && let [TokenTree::Ident(name), TokenTree::Group(body), ..] = &tokens[index + 1..]
        {
            let inner: Vec<_> = module.iter().cloned().chain([name.to_string()]).collect();
            collect_uses(body.stream(), &inner, found);
            index += 3;
            continue;
        }
        if let TokenTree::Group(group) = token {
            collect_uses(group.stream(), module, found);
        }
        let continues = index >= 2 && is_path_separator(&tokens[index - 2..]);
        if is_climb(token) && !continues {
            let mut targets = Vec::new();
            follow(&tokens[index..], module.len(), false, &mut targets);
            let user = module.first();
            found.extend(
                targets.into_iter().filter(|(_, target)| Some(target) != user).map(|(line, target)| Use {
                    line,
                    user: user.cloned(),
                    target,
                }),
            );
        }
        index += 1;
    }
}

/// Follows a path that stands `depth` modules below the root, and notes what it names in the root. `listed`: the path
/// is an element of a list in braces.
fn follow(tokens: &[TokenTree], depth: usize, listed: bool, targets: &mut Vec<(usize, String)>) {
    let Some(first) = tokens.first() else { return };
    let line = first.span().start().line;
    if is_climb(first) {
        let depth = if is_ident(first, "crate") {
            0
        } else if is_ident(first, "super") {
            depth.saturating_sub(1)
        } else {
            depth
        };
        let rest = &tokens[1..];
        if is_path_separator(rest) {
            follow(&rest[2..], depth, listed, targets);
        } else if depth == 0 && (listed || rest.first().is_some_and(|next| is_ident(next, "as"))) {
            targets.push((line, ROOT.to_owned()));
        }
        return;
    }
    if depth > 0 {
        // It names something below; nothing leads up again from there.
        let TokenTree::Group(list) = first else { return };
        return follow_list(list.stream(), depth, targets);
    }
    match first {
        TokenTree::Ident(name) => targets.push((line, name.to_string())),
        TokenTree::Group(list) => follow_list(list.stream(), depth, targets),
        TokenTree::Punct(punct) if punct.as_char() == '*' => targets.push((line, ROOT.to_owned())),
        TokenTree::Punct(_) | TokenTree::Literal(_) => {}
    }
}

fn follow_list(stream: TokenStream, depth: usize, targets: &mut Vec<(usize, String)>) {
    let tokens: Vec<_> = stream.into_iter().collect();
    for element in tokens.split(|token| is_punct(token, ',')) {
        follow(element, depth, true, targets);
    }
}

/// The places where a text is the name of a database, outside documentation and test code.
fn named_databases(source: &Source, stream: TokenStream) -> Vec<String> {
    let tokens: Vec<_> = stream.into_iter().collect();
    let mut found = Vec::new();
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        index += 1;
        if let Some(content) = attribute(&tokens, index - 1) {
            let content: String = content.to_string().split_whitespace().collect();
            if content == "cfg(test)" {
                // Up to the end of the item: its `;` or its body.
                let end = tokens[index..].iter().position(|token| is_punct(token, ';') || is_braces(token));
                index = end.map_or(tokens.len(), |length| index + length + 1);
            } else if content.starts_with("doc=") {
                index += 1;
            }
            continue;
        }
        match token {
            TokenTree::Group(group) => found.extend(named_databases(source, group.stream())),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let content =
                    text.split_once('"').and_then(|(_, rest)| rest.rsplit_once('"')).map(|(inner, _)| inner);
                if content.is_some_and(|content| DATABASES.contains(&content.to_lowercase().as_str())) {
                    found.push(format!("core/src/{}:{}: {text}", source.file, literal.span().start().line));
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
    found
}

/// What stands in the brackets of the outer attribute that begins at `index`.
fn attribute(tokens: &[TokenTree], index: usize) -> Option<TokenStream> {
    match tokens.get(index..index + 2)? {
        [sign, TokenTree::Group(group)] if is_punct(sign, '#') && group.delimiter() == Delimiter::Bracket => {
            Some(group.stream())
        }
        _ => None,
    }
}

/// The file of a `path = "file"`.
fn path_of(attribute: TokenStream) -> Option<String> {
    let tokens: Vec<_> = attribute.into_iter().collect();
    match tokens.as_slice() {
        [name, sign, TokenTree::Literal(text)] if is_ident(name, "path") && is_punct(sign, '=') => {
            Some(text.to_string().trim_matches('"').to_owned())
        }
        _ => None,
    }
}

fn is_ident(token: &TokenTree, text: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == text)
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Whether a path can lead up from here.
fn is_climb(token: &TokenTree) -> bool {
    ["crate", "super", "self"].iter().any(|word| is_ident(token, word))
}

/// Whether the tokens begin with `::`.
fn is_path_separator(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [first, second, ..] if is_punct(first, ':') && is_punct(second, ':'))
}
