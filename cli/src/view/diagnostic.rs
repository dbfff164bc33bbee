use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use limbeck_core::diag::{Diagnostic, Location};

/// Whether something is wrong, or only worth knowing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It stopped the command.
    Error,
    /// It did not.
    Warning,
    /// It is only said.
    Note,
}

/// How many lines of a statement are shown.
const STATEMENT_LINES: usize = 12;

/// A diagnostic as text: the message, the place with its line, what to do.
pub fn render(diagnostic: &Diagnostic, severity: Severity, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = match &diagnostic.revision {
        Some(revision) if !diagnostic.message.contains(revision.as_str()) => {
            format!("revision {revision}: {}", diagnostic.message)
        }
        _ => diagnostic.message.clone(),
    };
    let mut group = Group::with_title(level.primary_title(message));
    if let Some(location) = &diagnostic.location {
        group = group.element(snippet(location, None));
    }
    for (location, why) in &diagnostic.related {
        group = group.element(snippet(location, Some(why)));
    }
    if let Some(statement) = &diagnostic.statement {
        group = group.element(Level::NOTE.message(format!("the statement was:\n{}", shorten(statement))));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group]).to_string()
}

fn snippet<'a>(
    location: &'a Location,
    why: Option<&'a String>,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let kind = if why.is_some() { AnnotationKind::Context } else { AnnotationKind::Primary };
    let mut annotation = kind.span(location.span.clone());
    if let Some(why) = why {
        annotation = annotation.label(why.as_str());
    }
    Snippet::source(&*location.source).path(&*location.file).annotation(annotation)
}

fn shorten(statement: &str) -> String {
    let mut lines: Vec<String> =
        statement.lines().take(STATEMENT_LINES).map(|line| format!("  {line}")).collect();
    let left = statement.lines().count().saturating_sub(STATEMENT_LINES);
    if left > 0 {
        lines.push(format!("  … {left} more lines"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_shown_with_its_line() {
        let location = Location::new("migrations/a.toml", "revision = \"a\"\ncolums = []\n", 15..21);
        let diagnostic = Diagnostic::new("unknown-key", "unknown key `colums`")
            .with_location(location)
            .with_help("did you mean `columns`?");
        insta::assert_snapshot!(render(&diagnostic, Severity::Error, false), @r"
        error: unknown key `colums`
         --> migrations/a.toml:2:1
          |
        2 | colums = []
          | ^^^^^^
          |
          = help: did you mean `columns`?
        ");
    }

    #[test]
    fn a_diagnostic_without_a_place_is_its_message_and_help() {
        let diagnostic = Diagnostic::new("x", "it is wrong")
            .with_revision("abc")
            .with_statement("SELECT 1")
            .with_help("mend it");
        insta::assert_snapshot!(render(&diagnostic, Severity::Warning, false), @r"
        warning: revision abc: it is wrong
         |
         = note: the statement was:
                   SELECT 1
         = help: mend it
        ");
    }
}
