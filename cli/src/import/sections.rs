//! Files that hold both ways.

use std::ops::Range;

use limbeck_core::diag::Diagnostic;

use super::Script;
use crate::exit::Failure;

type Ways = (Script, Option<Script>, bool);

/// A file of goose: `-- +goose Up`, `-- +goose Down`, `-- +goose NO TRANSACTION`. The marks around single statements stay
/// where they are, as the comments that they are: where a statement ends, the dialect says.
pub(super) fn goose(script: &Script) -> Result<Ways, Failure> {
    let mut outside = false;
    let ways = cut(script, "-- +goose Up", |line| {
        let words = comment(line, "+goose")?;
        Some(match words.to_ascii_lowercase().as_str() {
            "up" => Ok(Mark::Up),
            "down" => Ok(Mark::Down),
            "no transaction" => {
                outside = true;
                Ok(Mark::Other)
            }
            "statementbegin" | "statementend" | "envsub off" => Ok(Mark::Other),
            "envsub on" => Err("variables of the environment, which only goose fills in: write their values"),
            _ => Err("goose may know this mark, limbeck does not"),
        })
    })?;
    Ok((ways.0, ways.1, outside))
}

/// A file of dbmate: `-- migrate:up transaction:false`, `-- migrate:down`.
pub(super) fn dbmate(script: &Script) -> Result<Ways, Failure> {
    let mut outside = false;
    let ways = cut(script, "-- migrate:up", |line| {
        let words = comment(line, "migrate:")?;
        let (way, options) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        let mark = match way {
            "up" => Mark::Up,
            "down" => Mark::Down,
            _ => return Some(Err("dbmate may know this mark, limbeck does not")),
        };
        outside |= options.split_whitespace().any(|option| option == "transaction:false");
        Some(Ok(mark))
    })?;
    Ok((ways.0, ways.1, outside))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Up,
    Down,
    Other,
}

/// What follows `mark` in a comment.
fn comment<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    Some(line.trim().strip_prefix("--")?.trim_start().strip_prefix(mark)?.trim())
}

/// Cuts a file where `mark` says; a line with no mark belongs to the part that it stands in, and none may stand before
/// the first.
fn cut(
    script: &Script,
    first: &str,
    mut mark: impl FnMut(&str) -> Option<Result<Mark, &'static str>>,
) -> Result<(Script, Option<Script>), Failure> {
    let text = script.text();
    let problem = |span: Range<usize>, message: &str, help: String| {
        Failure::new(
            Diagnostic::new("foreign-syntax", message).with_location(script.location(span)).with_help(help),
        )
    };
    let mut up: Option<Range<usize>> = None;
    let mut down: Option<Range<usize>> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        let span = start..start + line.trim_end().len();
        match mark(line) {
            Some(Err(why)) => return Err(problem(span, why, "change the file, and import anew".to_owned())),
            Some(Ok(way @ (Mark::Up | Mark::Down))) => {
                let (slot, out_of_turn) = match way {
                    Mark::Up => (&mut up, down.is_some()),
                    _ => (&mut down, false),
                };
                if slot.is_some() || out_of_turn {
                    return Err(problem(
                        span,
                        "a second part for the same way, or one out of turn",
                        "write one part for each way, the way forward first".to_owned(),
                    ));
                }
                *slot = Some(end..end);
            }
            Some(Ok(Mark::Other)) | None => match down.as_mut().or(up.as_mut()) {
                Some(part) => part.end = end,
                None if line.trim().is_empty() || line.trim_start().starts_with("--") => {}
                None => {
                    let help = format!("write `{first}` above it");
                    return Err(problem(span, "a statement that belongs to no way", help));
                }
            },
        }
    }
    let Some(up) = up else {
        return Err(problem(0..0, "it has no way forward", format!("write `{first}` above its statements")));
    };
    Ok((script.part(up), down.map(|span| script.part(span))))
}
