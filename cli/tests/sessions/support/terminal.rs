#![cfg(unix)]

use std::process::{Command, Stdio};

use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

/// How long is waited for a text before a test fails, in milliseconds.
const PATIENCE: u64 = 120_000;

/// A run at a terminal, with somebody who types.
pub(crate) struct Terminal {
    session: PtySession,
    seen: String,
    line: String,
}

impl Terminal {
    pub(crate) fn start(mut command: Command) -> Self {
        // A terminal of no great powers; what it cannot do need not be stripped.
        command.env("TERM", "xterm").stdin(Stdio::inherit());
        let line = format!("{command:?}");
        let options = Options::new().timeout_ms(Some(PATIENCE)).strip_ansi_escape_codes(true);
        let session = spawn_with_options(command, options).unwrap();
        Self { session, seen: String::new(), line }
    }

    /// Waits until the terminal shows `text`.
    #[track_caller]
    pub(crate) fn sees(&mut self, text: &str) -> &mut Self {
        match self.session.exp_string(text) {
            Ok(before) => {
                self.seen.push_str(&before);
                self.seen.push_str(text);
            }
            Err(error) => panic!("{}: {text:?} is not shown: {error}\nbefore: {}", self.line, self.seen),
        }
        self
    }

    /// Types a line, with Enter.
    #[track_caller]
    pub(crate) fn types(&mut self, text: &str) -> &mut Self {
        self.session.send(text).unwrap();
        self.session.send("\r").unwrap();
        self.session.flush().unwrap();
        self
    }

    #[track_caller]
    pub(crate) fn presses_ctrl_c(&mut self) -> &mut Self {
        self.session.send_control('c').unwrap();
        self
    }

    /// Waits for the end: all that was shown, and the exit code.
    #[track_caller]
    pub(crate) fn ends(mut self, code: i32) -> String {
        let rest = self.session.exp_eof().unwrap_or_else(|error| panic!("{}: {error}", self.line));
        self.seen.push_str(&rest);
        // The type of the status is not to be had by its name.
        let status = format!("{:?}", self.session.process().wait().unwrap());
        let exited = status.starts_with("Exited(") && status.ends_with(&format!(", {code})"));
        assert!(exited, "{}: {status} is not {code}\n{}", self.line, self.seen);
        assert!(!self.seen.contains("panicked"), "a panic:\n{}", self.seen);
        self.seen
    }
}
