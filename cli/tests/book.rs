//! The pages of the book that show the program at work: what they show is what it prints.
//!
//! A page is a session in a folder of its own. A block of code that says `file=PATH` is a file that is written there; of
//! a `console` block each line that begins with `$` is run, and what stands below must be what comes. Ids of revisions,
//! dates, durations and the machine's name are others each time: ids must be the same ones throughout the page, the rest is not
//! compared.
//! `UPDATE_GENERATED=1` writes what came into the pages.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use regex::Regex;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// A piece of a page.
#[derive(Debug)]
enum Piece {
    /// Lines that say nothing to this test.
    Text(String),
    /// A file of the session, with the lines that fence it.
    File { path: String, fence: String, content: String },
    /// Commands, each with what is said to come of it.
    Console(Vec<(String, String)>),
}

fn pieces(page: &str) -> Vec<Piece> {
    let mut made = Vec::new();
    let mut text = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let info = line.strip_prefix("```").unwrap_or_default();
        let path = info.split(',').find_map(|word| word.strip_prefix("file="));
        if info != "console" && path.is_none() {
            text.push_str(line);
            text.push('\n');
            continue;
        }
        made.push(Piece::Text(std::mem::take(&mut text)));
        let inner: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if let Some(path) = path {
            let content = inner.iter().map(|line| format!("{line}\n")).collect();
            made.push(Piece::File { path: path.to_owned(), fence: line.to_owned(), content });
            continue;
        }
        let mut commands: Vec<(String, String)> = Vec::new();
        for line in inner {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => commands.push((command.to_owned(), String::new())),
                (None, Some((_, output))) => {
                    output.push_str(line);
                    output.push('\n');
                }
                (None, None) => panic!("a console block begins with a command: {line:?}"),
            }
        }
        made.push(Piece::Console(commands));
    }
    made.push(Piece::Text(text));
    made
}

/// The words of a command line; quotes keep words together.
fn words(line: &str) -> Vec<String> {
    let mut made = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == ' ' => made.push(String::new()),
            _ => made.last_mut().unwrap().push(c),
        }
    }
    made
}

/// What a command prints, in the folder of the session.
fn run(folder: &Path, line: &str) -> String {
    let words = words(line);
    let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
    match (words[0].as_str(), arguments.as_slice()) {
        ("limbeck", arguments) => {
            let mut command = Command::new(env!("CARGO_BIN_EXE_limbeck"));
            command.args(arguments).current_dir(folder).stdin(Stdio::null());
            for (name, _) in std::env::vars_os() {
                if name.to_string_lossy().starts_with("LIMBECK_") {
                    command.env_remove(name);
                }
            }
            command.env_remove("RUST_LOG").env_remove("DATABASE_URL").env("NO_COLOR", "1").env("USER", "ada");
            let done = command.output().unwrap();
            let (out, said) =
                (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap());
            let status = done.status.code().expect("it ended by itself");
            let end = if status == 0 { String::new() } else { format!("[exit status {status}]\n") };
            format!("{out}{said}{end}")
        }
        ("cat", [path]) => {
            let found: Vec<PathBuf> = match path.split_once('*') {
                None => vec![folder.join(path)],
                Some((before, after)) => files(folder, before, after),
            };
            found.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
        }
        ("ls", [path]) => {
            let mut names: Vec<String> = fs::read_dir(folder.join(path))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap() + "\n")
                .collect();
            names.sort();
            names.concat()
        }
        ("sqlite3", [database, sql]) => {
            let connection = rusqlite::Connection::open(folder.join(database)).unwrap();
            let mut query = match connection.prepare(sql) {
                Ok(query) => query,
                Err(error) => return format!("Error: {error}\n"),
            };
            let columns = query.column_count();
            let mut rows = query.query([]).unwrap();
            let mut made = String::new();
            while let Some(row) = rows.next().unwrap() {
                let shown: Vec<String> = (0..columns)
                    .map(|at| match row.get_ref(at).unwrap() {
                        rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                        rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                        rusqlite::types::ValueRef::Null => "NULL".to_owned(),
                        other => panic!("{other:?} is not shown"),
                    })
                    .collect();
                made.push_str(&shown.join("|"));
                made.push('\n');
            }
            made
        }
        _ => panic!("no such command in the book: {line}"),
    }
}

/// The files whose paths begin and end so.
fn files(folder: &Path, before: &str, after: &str) -> Vec<PathBuf> {
    let place = folder.join(before);
    let (place, start) = match before.rsplit_once('/') {
        Some((place, start)) => (folder.join(place), start),
        None => (place.parent().unwrap().to_path_buf(), before),
    };
    let mut found: Vec<PathBuf> = fs::read_dir(place)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with(start) && name.ends_with(after)
        })
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no file is called {before}*{after}");
    found
}

/// The ids of revisions in a text, in their order: twelve hexadecimal digits that stand alone.
fn ids(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() == 12 && word.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')))
        .map(str::to_owned)
        .collect()
}

/// What is another each time.
struct Varying {
    rest: Regex,
    /// The ids of the run, by those of the page.
    ids: BTreeMap<String, String>,
}

impl Varying {
    fn new() -> Self {
        let date = r"\d{4}[-_]\d\d[-_]\d\d([T _]\d\d:?\d\d(:\d\d)?(\.\d+)?Z?)?";
        Self {
            rest: Regex::new(&format!(r"{date}|\b\d+(\.\d+)? ?(ms|µs|s)\b|ada@[\w.-]+")).unwrap(),
            ids: BTreeMap::new(),
        }
    }

    /// A command of the page with the ids of the run.
    fn here(&self, command: &str) -> String {
        let mut made = command.to_owned();
        for (page, run) in &self.ids {
            made = made.replace(page, run);
        }
        made
    }

    /// Whether two outputs are the same but for that. Learns which ids belong together.
    fn same(&mut self, page: &str, run: &str) -> bool {
        let (of_page, of_run) = (ids(page), ids(run));
        let plain = |text: &str, ids: &[String]| {
            let text = ids.iter().fold(text.to_owned(), |text, id| text.replace(id, "ID"));
            self.rest.replace_all(&text, "WHEN").into_owned()
        };
        if plain(page, &of_page) != plain(run, &of_run) || of_page.len() != of_run.len() {
            return false;
        }
        of_page
            .into_iter()
            .zip(of_run)
            .all(|(page, run)| *self.ids.entry(page).or_insert_with(|| run.clone()) == run)
    }

    /// What came, with the page's ids where they are known.
    fn there(&mut self, run: &str) -> String {
        let mut made = run.to_owned();
        for (page, run) in &self.ids {
            made = made.replace(run, page);
        }
        for id in ids(run) {
            if !self.ids.values().any(|known| *known == id) {
                self.ids.insert(id.clone(), id);
            }
        }
        made
    }
}

/// Runs a page; in a run that updates, writes it anew.
fn check(page: &str) {
    let path = docs().join(page);
    let text = fs::read_to_string(&path).unwrap();
    let update = std::env::var_os("UPDATE_GENERATED").is_some();
    let folder = tempfile::TempDir::with_prefix("limbeck-book-").unwrap();
    let mut varying = Varying::new();
    let mut made = String::new();
    let mut count = 0;
    for piece in pieces(&text) {
        match piece {
            Piece::Text(text) => made.push_str(&text),
            Piece::File { path, fence, content } => {
                let target = folder.path().join(&path);
                fs::create_dir_all(target.parent().unwrap()).unwrap();
                fs::write(target, varying.here(&content)).unwrap();
                made.push_str(&format!("{fence}\n{content}```\n"));
            }
            Piece::Console(commands) => {
                made.push_str("```console\n");
                for (command, output) in commands {
                    count += 1;
                    let came = run(folder.path(), &varying.here(&command));
                    let same = varying.same(&output, &came);
                    assert!(
                        same || update,
                        "{page}: $ {command}\n--- the page says\n{output}--- what came\n{came}"
                    );
                    let shown = if same { output } else { varying.there(&came) };
                    made.push_str(&format!("$ {command}\n{shown}"));
                }
                made.push_str("```\n");
            }
        }
    }
    assert!(count > 0, "{page} shows no command");
    if update {
        fs::write(path, made).unwrap();
    }
}

#[test]
fn the_tutorial_shows_what_happens() {
    check("tutorial.md");
}

#[test]
fn the_commands_print_what_their_page_shows() {
    check("commands.md");
    let page = fs::read_to_string(docs().join("commands.md")).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_limbeck")).arg("--help").output().unwrap();
    let help = String::from_utf8(done.stdout).unwrap();
    let (_, listed) = help.split_once("Commands:").unwrap();
    let listed = listed.lines().skip(1).take_while(|line| !line.trim().is_empty());
    let names: Vec<&str> = listed
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.len() > 20, "{names:?}");
    // What these print is long, and for programs.
    let long = ["completions", "man", "help"];
    for name in names.into_iter().filter(|name| !long.contains(name)) {
        assert!(page.contains(&format!("$ limbeck {name}")), "commands.md does not show `limbeck {name}`");
    }
}

#[test]
fn who_comes_from_another_tool_is_shown_what_happens() {
    for page in
        ["moving-from-alembic.md", "moving-from-django.md", "moving-from-diesel.md", "moving-from-sqlx.md"]
    {
        check(page);
    }
}

#[test]
fn every_page_is_in_the_book_and_every_link_leads_somewhere() {
    let summary = fs::read_to_string(docs().join("SUMMARY.md")).unwrap();
    let link = Regex::new(r"\]\(([^)#:\s]+)(#[^)]*)?\)").unwrap();
    let mut names = Vec::new();
    for entry in fs::read_dir(docs()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            let text = fs::read_to_string(docs().join(&name)).unwrap();
            for found in link.captures_iter(&text) {
                let target = docs().join(&found[1]);
                assert!(target.exists(), "{name} links to {}", &found[1]);
            }
            names.push(name);
        }
    }
    for name in names.iter().filter(|name| *name != "SUMMARY.md") {
        assert!(summary.contains(&format!("({name})")), "{name} is not in SUMMARY.md");
    }
}
