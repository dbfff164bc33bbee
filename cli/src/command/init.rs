use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use limbeck_core::diag::Diagnostic;
use limbeck_core::driver::DatabaseUrl;
use serde_json::json;

use super::project_template::ProjectTemplate;
use crate::args::{InitArgs, RevisionFormat};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::settings::{CONFIG_FILE, Settings};

/// The URL of a project that was not given one: the database that needs no server.
const DEFAULT_URL: &str = "sqlite://app.db";

/// `init`
pub(super) fn run(context: &Context, args: &InitArgs) -> Result<Exit, Failure> {
    let folder = context.global.migrations.clone().unwrap_or_else(|| "migrations".into());
    let file = context.here.join(CONFIG_FILE);
    let migrations = context.here.join(&folder);
    if file.exists() || fs::symlink_metadata(&file).is_ok() {
        return Err(Failure::new(
            Diagnostic::new("already-there", format!("{} is there already", Settings::shown(&file)))
                .with_help("change it by hand; nothing was touched"),
        ));
    }
    if let Ok(mut entries) = fs::read_dir(&migrations)
        && entries.next().is_some()
    {
        return Err(Failure::new(
            Diagnostic::new(
                "already-there",
                format!("{} is there already and not empty", Settings::shown(&migrations)),
            )
            .with_help("choose another folder with `--migrations DIR`; nothing was touched"),
        ));
    }
    let url = context.global.url.as_deref().unwrap_or(DEFAULT_URL);
    let parsed = DatabaseUrl::parse(url).ok_or_else(|| {
        Failure::usage(vec![
            Diagnostic::new("invalid-url", "what `--url` gives is no database URL")
                .with_help("write it as `sqlite://app.db` or `postgres://user@host/database`"),
        ])
    })?;
    let shown_folder = folder.display().to_string();
    let mut written = match &args.template {
        Some(set) => from_template(context, &context.here.join(set), url, &shown_folder, args.format)?,
        None => vec![(file.clone(), config_text(url, &shown_folder, args.format)?.into_bytes())],
    };
    if let Some((path, _)) = written.iter().find(|(path, _)| fs::symlink_metadata(path).is_ok()) {
        return Err(Failure::new(
            Diagnostic::new("already-there", format!("{} is there already", Settings::shown(path)))
                .with_help("nothing was touched"),
        ));
    }
    written.sort_by_key(|(path, _)| *path != file);
    write_all(&written)?;
    if let Err(error) = fs::create_dir_all(&migrations) {
        take_back(&written);
        return Err(cannot_write(&migrations, &error));
    }
    if parsed.has_password() {
        context.output.warn(
            &Diagnostic::new("password-in-file", format!("the URL in {} holds a password", Settings::shown(&file)))
                .with_help("take it out of the file: `url = \"scheme://user:${DATABASE_PASSWORD}@host/database\"`, and set the variable"),
        );
    }
    let files: Vec<String> =
        written.iter().map(|(path, _)| path).chain([&migrations]).map(|path| Settings::shown(path)).collect();
    context.output.object(&json!({ "files": files }));
    for file in &files {
        context.output.say(&format!("created {file}"));
    }
    context.output.say("next: declare tables in src (see `docs/models.md`), then `limbeck makemigrations` and `limbeck migrate`");
    Ok(Exit::Done)
}

/// The files of a template, with the configuration filled in.
fn from_template(
    context: &Context,
    set: &Path,
    url: &str,
    migrations: &str,
    format: RevisionFormat,
) -> Result<Vec<(PathBuf, Vec<u8>)>, Failure> {
    let template = ProjectTemplate::read(set)?;
    let config = template.config(url, migrations, format)?;
    if template.has_config() && (context.global.url.is_some() || context.global.migrations.is_some()) {
        return Err(Failure::usage(vec![
            Diagnostic::new(
                "bad-template",
                format!("the template brings its own {CONFIG_FILE}, which is taken as it is"),
            )
            .with_help("leave `--url` and `--migrations` out; or let the template have a limbeck.toml.j2"),
        ]));
    }
    let config = match config {
        Some(text) => Some(text),
        None if template.has_config() => None,
        None => Some(config_text(url, migrations, format)?),
    };
    let mut files: Vec<(PathBuf, Vec<u8>)> =
        template.files.into_iter().map(|(place, bytes)| (context.here.join(place), bytes)).collect();
    files.extend(config.map(|text| (context.here.join(CONFIG_FILE), text.into_bytes())));
    Ok(files)
}

fn config_text(url: &str, folder: &str, format: RevisionFormat) -> Result<String, Failure> {
    // A `${` in a URL that was typed is meant as it stands: the shell has had its turn.
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let format = match format {
        RevisionFormat::Toml => "toml",
        RevisionFormat::Sql => "sql",
    };
    let text = format!(
        "# The configuration of Limbeck. Every key is in docs/configuration.md.\n\
         default = \"default\"\n\
         \n\
         [databases.default]\n\
         url = {}\n\
         \n\
         [migrations]\n\
         dir = {}\n\
         format = \"{format}\"\n\
         \n\
         [models]\n\
         source = \"src\"\n",
        quoted(url),
        quoted(folder),
    );
    Ok(text)
}

/// Writes all files or, if one cannot be written, none.
fn write_all(files: &[(PathBuf, Vec<u8>)]) -> Result<(), Failure> {
    for (done, (path, text)) in files.iter().enumerate() {
        let folder = match path.parent() {
            Some(parent) => fs::create_dir_all(parent).map_err(|error| cannot_write(path, &error)),
            None => Ok(()),
        };
        if let Err(failure) = folder.and_then(|()| write_new(path, text)) {
            take_back(&files[..done]);
            return Err(failure);
        }
    }
    Ok(())
}

/// Half a project is worse than none.
fn take_back(files: &[(PathBuf, Vec<u8>)]) {
    for (path, _) in files {
        let _ = fs::remove_file(path);
    }
}

fn write_new(path: &Path, text: &[u8]) -> Result<(), Failure> {
    let write = || -> std::io::Result<()> {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(text)?;
        file.sync_all()
    };
    write().map_err(|error| cannot_write(path, &error))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        Diagnostic::new("cannot-write", format!("cannot write {}: {error}", Settings::shown(path)))
            .with_help("check that the folder is there and that you may write to it"),
    )
}
