use std::process::{Command, Output};

use serde_json::Value;

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    line: String,
}

impl Ran {
    /// Runs the command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self::from_output(format!("{command:?}"), output)
    }

    pub(crate) fn from_output(line: String, output: Output) -> Self {
        let ran = Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
            line,
        };
        for text in [&ran.stdout, &ran.stderr] {
            assert!(!text.contains("panicked"), "a panic:\n{ran}");
            assert!(!text.contains('\u{1b}'), "colours where there is no terminal:\n{ran}");
        }
        ran
    }

    /// It must have ended so.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "another exit code:\n{self}");
        self
    }

    /// Standard output must hold this.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "{text:?} is not on standard output:\n{self}");
        self
    }

    /// Standard error must hold this.
    #[track_caller]
    pub(crate) fn complains(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "{text:?} is not on standard error:\n{self}");
        self
    }

    /// Neither may hold this.
    #[track_caller]
    pub(crate) fn hides(self, text: &str) -> Self {
        assert!(!self.stdout.contains(text) && !self.stderr.contains(text), "{text:?} is shown:\n{self}");
        self
    }

    /// The JSON objects on standard output, which must hold nothing else.
    #[track_caller]
    pub(crate) fn objects(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| match serde_json::from_str(line) {
                Ok(value @ Value::Object(_)) => value,
                _ => panic!("standard output holds something else than objects:\n{self}"),
            })
            .collect()
    }

    /// The one JSON object on standard output.
    #[track_caller]
    pub(crate) fn object(&self) -> Value {
        let mut objects = self.objects();
        assert_eq!(objects.len(), 1, "not one object:\n{self}");
        objects.remove(0)
    }

    /// The error, which must be the last line of standard error, with a code, a message and a help.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        let last = self.stderr.lines().last().unwrap_or_default();
        let error = match serde_json::from_str::<Value>(last) {
            Ok(mut value) if value["error"].is_object() => value["error"].take(),
            _ => panic!("the last line is no error:\n{self}"),
        };
        let code = error["code"].as_str().unwrap_or_default();
        assert!(
            !code.is_empty()
                && code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "the code is not in kebab case:\n{self}"
        );
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "no message:\n{self}");
        error
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}\nexit {:?}\n--- stdout\n{}--- stderr\n{}",
            self.line, self.code, self.stdout, self.stderr
        )
    }
}
