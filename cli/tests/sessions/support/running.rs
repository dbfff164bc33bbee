#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::Ran;

/// How long is waited for a process before a test fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// A run that is under way.
pub(crate) struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
    heard: String,
    line: String,
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        let line = format!("{command:?}");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self { child, stderr, heard: String::new(), line }
    }

    /// Reads standard error until a line holds `text`. The end of the output fails the test.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) {
        loop {
            let mut line = String::new();
            let read = self.stderr.read_line(&mut line).unwrap();
            self.heard.push_str(&line);
            if line.contains(text) {
                return;
            }
            assert!(read > 0, "it ended without saying {text:?}:\n{}", self.heard);
        }
    }

    /// Sends a signal by its name: `INT`, `KILL`.
    pub(crate) fn signal(&self, name: &str) {
        let status =
            Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap();
        assert!(status.success(), "kill failed");
    }

    /// Waits for the end; a process that does not end is killed and fails the test.
    #[track_caller]
    pub(crate) fn end(mut self) -> Ran {
        let pid = self.child.id().to_string();
        let (ended, end) = mpsc::channel::<()>();
        let watch = std::thread::spawn(move || {
            let late = end.recv_timeout(PATIENCE).is_err();
            if late {
                let _ = Command::new("kill").arg("-KILL").arg(pid).status();
            }
            late
        });
        let mut stdout = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        self.stderr.read_to_string(&mut self.heard).unwrap();
        let status = self.child.wait().unwrap();
        let _ = ended.send(());
        assert!(!watch.join().unwrap(), "it did not end:\n{}", self.heard);
        let output = Output { status, stdout: stdout.into_bytes(), stderr: self.heard.into_bytes() };
        Ran::from_output(self.line, output)
    }
}
