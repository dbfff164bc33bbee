//! Both programs are run: the service twice at once, and `manage` up, down and up again.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// An instance of the service. It ends with this value.
struct Instance {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Instance {
    fn start(database: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bookings"))
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("limbeck.toml"))
            .env("BOOKINGS_DATABASE", database)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        self.lines.next().expect("it says something").expect("it is text")
    }

    /// How many revisions it applied.
    fn applied(&mut self) -> usize {
        let line = self.line();
        line.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{line}"))
    }

    /// The body that it answers with.
    fn get(address: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(address).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .expect("it is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer.split_once("\r\n\r\n").map_or(String::new(), |(_, body)| body.to_owned())
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // If it has ended already, the test says why.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn two_instances_started_at_once_migrate_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("bookings.db");
    let mut instances = [Instance::start(&database), Instance::start(&database)];
    let mut applied: Vec<usize> = instances.iter_mut().map(Instance::applied).collect();
    applied.sort_unstable();
    assert_eq!(applied, [0, 2]);
    for instance in &mut instances {
        let line = instance.line();
        let address = line.strip_prefix("listening on ").expect("an address");
        assert_eq!(Instance::get(address, "/rooms"), "blue-room\nlong-hall");
        assert_eq!(Instance::get(address, "/health"), "default: up");
    }
}

fn manage(database: &Path, arguments: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_manage"))
        .args(["--no-input", "-C", env!("CARGO_MANIFEST_DIR")])
        .args(arguments)
        .env("BOOKINGS_DATABASE", database)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "manage {arguments:?}: {said}");
    String::from_utf8(done.stdout).expect("it is text")
}

#[test]
fn manage_is_the_command_line_with_tables_and_functions() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("managed.db");
    assert!(manage(&database, &["makemigrations", "--check"]).contains("no changes"));
    assert!(manage(&database, &["migrate"]).contains("Rooms have a slug"));
    assert!(manage(&database, &["check"]).contains("everything agrees"));
    manage(&database, &["downgrade", "-1"]);
    manage(&database, &["migrate"]);
    assert!(manage(&database, &["test"]).contains("c7d40a91e5b8"));
    manage(&database, &["downgrade", "base"]);
}
