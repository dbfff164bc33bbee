use std::io::{self, IsTerminal, Write};

use limbeck_core::diag::Diagnostic;
use serde_json::Value;

use super::diagnostic::{Severity, render};
use super::json::{diagnostics_json, error_json};
use crate::args::{ColorChoice, GlobalArgs, OutputFormat};
use crate::exit::Failure;

/// Where things are said, and how.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Standard output holds JSON and nothing else.
    pub json: bool,
    /// Only what went wrong is said.
    pub quiet: bool,
    /// Colours on standard output.
    pub color: bool,
    /// Colours on standard error.
    pub error_color: bool,
    /// Somebody can be asked.
    pub interactive: bool,
}

impl Output {
    /// What the global options and the terminal make of it.
    pub fn new(global: &GlobalArgs) -> Self {
        let wanted = |terminal: bool| match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        };
        Self {
            json: global.output == OutputFormat::Json,
            quiet: global.quiet,
            color: wanted(io::stdout().is_terminal()),
            error_color: wanted(io::stderr().is_terminal()),
            interactive: !global.no_input && io::stdin().is_terminal() && io::stderr().is_terminal(),
        }
    }

    /// A line for people: on standard output, or on standard error where that holds JSON.
    pub fn say(&self, line: &str) {
        if self.quiet {
            return;
        }
        if self.json { error_line(line) } else { line_out(line) }
    }

    /// A line beside the answer, on standard error.
    pub fn note(&self, line: &str) {
        if !self.quiet {
            error_line(line);
        }
    }

    /// A line of the answer itself, which `--quiet` does not take away.
    pub fn answer(&self, line: &str) {
        if !self.json {
            line_out(line);
        }
    }

    /// The JSON answer, on one line.
    pub fn object(&self, value: &Value) {
        if self.json {
            line_out(&value.to_string());
        }
    }

    /// A warning, on standard error.
    pub fn warn(&self, diagnostic: &Diagnostic) {
        if self.json {
            let rows = diagnostics_json(std::slice::from_ref(diagnostic));
            error_line(&serde_json::json!({ "warning": rows.first() }).to_string());
        } else {
            error_line(&render(diagnostic, Severity::Warning, self.error_color));
        }
    }

    /// What a rule found: it is the answer, on standard output.
    pub fn find(&self, diagnostic: &Diagnostic, severity: limbeck_lint::Severity) {
        let severity = match severity {
            limbeck_lint::Severity::Note => Severity::Note,
            limbeck_lint::Severity::Warning => Severity::Warning,
            limbeck_lint::Severity::Error => Severity::Error,
        };
        line_out(&render(diagnostic, severity, self.color));
    }

    /// What went wrong, on standard error.
    pub fn fail(&self, failure: &Failure) {
        if self.json {
            error_line(&error_json(&failure.diagnostics).to_string());
            return;
        }
        for diagnostic in &failure.diagnostics {
            error_line(&render(diagnostic, Severity::Error, self.error_color));
        }
    }
}

// A reader that goes away (`limbeck history | head`) is no reason to fail; there is nobody left to be told.
fn line_out(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

fn error_line(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
