use super::*;

#[tokio::test]
async fn the_migration_lock_is_one_sessions_and_ends_with_it() {
    let folder = folder();
    let (mut first, mut second) = (session(folder.path()).await, session(folder.path()).await);
    let record = key("limbeck_revisions");
    assert!(first.try_lock(&record).await.unwrap());
    assert!(!second.try_lock(&record).await.unwrap());
    assert!(second.try_lock(&key("tenant_revisions")).await.unwrap());
    assert!(second.unlock(&record).await.is_err());
    let holder = second.lock_holder(&record).await.unwrap().unwrap();
    assert!(holder.starts_with(&format!("pid {}", std::process::id())), "{holder}");
    first.unlock(&record).await.unwrap();
    assert!(first.unlock(&record).await.is_err());
    assert!(second.try_lock(&record).await.unwrap());
    drop(second);
    assert_eq!(first.lock_holder(&record).await.unwrap(), None);
    assert!(first.try_lock(&record).await.unwrap());
    drop(first);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!cfg!(unix) || left.iter().all(|name| name == "app.db"), "{left:?}");
}

/// Set in the environment of the second process, which is this very test program.
const HOLD: &str = "LIMBECK_SQLITE_TEST_HOLD";

/// No test: the other process of `the_lock_of_a_killed_process_is_free`.
#[tokio::test]
async fn hold_the_lock_for_another_process() {
    let Some(folder) = std::env::var_os(HOLD) else { return };
    let mut connection = session(Path::new(&folder)).await;
    assert!(connection.try_lock(&key("limbeck_revisions")).await.unwrap());
    println!("held");
    // Until it is killed, or its standard input ends.
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

#[tokio::test]
async fn the_lock_of_a_killed_process_is_free() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let folder = folder();
    let mut connection = session(folder.path()).await;
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "locks::hold_the_lock_for_another_process", "--nocapture"])
        .env(HOLD, folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(other.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains("held")));
    let record = key("limbeck_revisions");
    assert!(!connection.try_lock(&record).await.unwrap());
    let holder = connection.lock_holder(&record).await.unwrap().unwrap();
    assert!(holder.starts_with(&format!("pid {}", other.id())), "{holder}");
    other.kill().unwrap();
    other.wait().unwrap();
    assert_eq!(connection.lock_holder(&record).await.unwrap(), None);
    assert!(connection.try_lock(&record).await.unwrap());
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_cannot_be_written_to_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder();
    let mut connection = session(folder.path()).await;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    // To some users, root above all, permissions mean nothing.
    let means_nothing = std::fs::write(folder.path().join("probe"), "").is_ok();
    let locked = connection.try_lock(&key("limbeck_revisions")).await;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    match locked {
        Ok(locked) => assert!(locked && means_nothing),
        Err(error) => {
            assert_eq!(error.kind, DriverErrorKind::Permission);
            assert!(error.message.contains("app.db.limbeck-lock"), "{error}");
        }
    }
}
