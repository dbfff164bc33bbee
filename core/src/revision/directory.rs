//! All the revision files of some directories.

use std::fs::{self, File};
use std::io::{self, Read};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use super::{Format, ReadError, ReadErrorKind, Revision, parse};
use crate::diag::Location;

/// Fewer files than this are read faster than a thread is started.
const FILES_PER_THREAD: usize = 64;

/// Most revision files fit in twice.
const BUFFER: usize = 16 * 1024;

/// Reads every revision in `directories`, in the order of their paths.
///
/// Revisions are the files that end in `.toml` or `.sql` and stand in a directory itself, not in one below it. Hidden
/// files and what editors leave behind are passed over. A directory that is given twice is read once. Files are called
/// in errors as the directories are given: relative, if those are.
///
/// # Errors
/// Everything that is wrong with any of the files, and every directory that cannot be read.
pub fn read_directories(directories: &[PathBuf]) -> Result<Vec<Revision>, Vec<ReadError>> {
    let mut errors = Vec::new();
    let mut files = Vec::new();
    let mut seen = Vec::new();
    for directory in directories {
        match fs::canonicalize(directory) {
            Ok(path) if seen.contains(&path) => continue,
            Ok(path) => seen.push(path),
            Err(error) => {
                errors.push(unreadable_directory(directory, &error));
                continue;
            }
        }
        if let Err(error) = list(directory, &mut files, &mut errors) {
            errors.push(unreadable_directory(directory, &error));
        }
    }
    // By bytes: comparing paths part by part costs more than reading them.
    files.sort_by(|left, right| left.0.as_os_str().cmp(right.0.as_os_str()));

    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = processors.min(files.len() / FILES_PER_THREAD).max(1);
    let parts: Vec<Batch> = if threads == 1 {
        vec![Batch::read(&files)]
    } else {
        let mut chunks = files.chunks(files.len().div_ceil(threads));
        let own = chunks.next().unwrap_or_default();
        thread::scope(|scope| {
            let others: Vec<_> = chunks.map(|chunk| scope.spawn(|| Batch::read(chunk))).collect();
            let own = Batch::read(own);
            let others = others.into_iter().map(|thread| match thread.join() {
                Ok(batch) => batch,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            std::iter::once(own).chain(others).collect()
        })
    };

    let mut revisions = Vec::with_capacity(files.len());
    for part in parts {
        revisions.extend(part.revisions);
        errors.extend(part.errors);
    }
    if errors.is_empty() { Ok(revisions) } else { Err(errors) }
}

/// Adds the revision files of `directory` to `files`.
fn list(directory: &Path, files: &mut Vec<(PathBuf, Format)>, errors: &mut Vec<ReadError>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        // Names that are no UTF-8 can end as ours do, too.
        if name.as_encoded_bytes().starts_with(b".") || name.as_encoded_bytes().starts_with(b"#") {
            continue;
        }
        let path = entry.path();
        let Some(format) = Format::of(&path) else { continue };
        let mut kind = entry.file_type()?;
        if kind.is_symlink() {
            match fs::metadata(&path) {
                Ok(target) => kind = target.file_type(),
                Err(error) => {
                    errors.push(unreadable_file(&path, &error));
                    continue;
                }
            }
        }
        if kind.is_file() {
            files.push((path, format));
        } else {
            errors.push(ReadError { kind: ReadErrorKind::NotAFile { path }, location: None });
        }
    }
    Ok(())
}

fn unreadable_directory(directory: &Path, error: &io::Error) -> ReadError {
    let help = match error.kind() {
        io::ErrorKind::NotFound => {
            "run `limbeck init` to make it, or correct `dir` under [migrations] in limbeck.toml"
        }
        io::ErrorKind::NotADirectory => "name the directory that holds the revisions, not a file in it",
        _ => "check the directory's permissions",
    };
    unreadable(directory, error, help)
}

fn unreadable_file(file: &Path, error: &io::Error) -> ReadError {
    let help = match error.kind() {
        io::ErrorKind::NotFound => "it is a link to nothing: remove it, or put back what it leads to",
        _ => "check the file's permissions",
    };
    unreadable(file, error, help)
}

fn unreadable(path: &Path, error: &io::Error, help: &str) -> ReadError {
    let kind = ReadErrorKind::Unreadable {
        path: path.to_owned(),
        message: error.to_string(),
        help: help.to_owned(),
    };
    ReadError { kind, location: None }
}

/// What came of some files.
#[derive(Default)]
struct Batch {
    revisions: Vec<Revision>,
    errors: Vec<ReadError>,
}

impl Batch {
    fn read(files: &[(PathBuf, Format)]) -> Self {
        let mut batch = Self { revisions: Vec::with_capacity(files.len()), errors: Vec::new() };
        // One buffer for all files: each text is copied once, to where it stays.
        let mut buffer = vec![0; BUFFER];
        for (path, format) in files {
            let Some((file, text)) = batch.text(path, &mut buffer) else { continue };
            match parse(file, text, *format) {
                Ok(revision) => batch.revisions.push(revision),
                Err(errors) => batch.errors.extend(errors),
            }
        }
        batch
    }

    /// The file's name for people and its text; `None` if it cannot be read, which is noted.
    fn text(&mut self, path: &Path, buffer: &mut Vec<u8>) -> Option<(Arc<str>, Arc<str>)> {
        let buffer = match read(path, buffer) {
            Ok(length) => &buffer[..length],
            Err(error) => {
                self.errors.push(unreadable_file(path, &error));
                return None;
            }
        };
        let file: Arc<str> = path.to_string_lossy().into();
        match str::from_utf8(buffer) {
            Ok(text) => Some((file, text.into())),
            Err(error) => {
                let at = error.valid_up_to();
                let shown = String::from_utf8_lossy(buffer);
                self.errors.push(ReadError {
                    kind: ReadErrorKind::NotUtf8 { path: path.to_owned(), at },
                    // What comes before is valid, so it is as long in the text that is shown.
                    location: Some(Location::new(file, shown.as_ref(), at..at + 1)),
                });
                None
            }
        }
    }
}

/// Reads a file to the beginning of `buffer`, which grows if it must, and says how long it is.
///
/// `Read::read_to_end` asks the system for the size and the position first, which for small files is half as much again.
fn read(path: &Path, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let mut file = File::open(path)?;
    let mut length = 0;
    loop {
        match file.read(&mut buffer[length..]) {
            Ok(0) => return Ok(length),
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if length == buffer.len() {
            buffer.resize(length * 2, 0);
        }
    }
}
