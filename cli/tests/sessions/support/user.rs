#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::Command;

use super::{Project, Ran};

/// `nobody` on the systems that have one.
const NOBODY: u32 = 65534;

/// A user whom permissions bind.
pub(crate) struct OrdinaryUser {
    /// Who the program must become, where the tests run as root, whom nothing is forbidden.
    becomes: Option<u32>,
}

/// Prepares a project for an ordinary user: the one who runs the tests, or nobody if that is root.
pub(crate) fn ordinary_user(project: &mut Project) -> OrdinaryUser {
    if fs::metadata(project.folder()).unwrap().uid() != 0 {
        return OrdinaryUser { becomes: None };
    }
    // The temporary folder is closed to others, and so may be the one that the program was built in.
    let folder = project.folder().to_owned();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let program = folder.join("limbeck-for-all");
    // Not by this process: one that another test starts meanwhile would hold the file open for writing, and what is
    // being written cannot be run.
    let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_limbeck")).arg(&program).status().unwrap();
    assert!(copied.success(), "the program cannot be copied");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    project.set_program(program);
    OrdinaryUser { becomes: Some(NOBODY) }
}

impl OrdinaryUser {
    pub(crate) fn run(&self, mut command: Command) -> Ran {
        if let Some(user) = self.becomes {
            command.uid(user).gid(user);
        }
        Ran::of(&mut command)
    }

    /// Gives files to this user.
    pub(crate) fn owns(&self, project: &Project, names: &[&str]) {
        if let Some(user) = self.becomes {
            for name in names {
                std::os::unix::fs::chown(project.path(name), Some(user), Some(user)).unwrap();
            }
        }
    }
}
