use std::fmt::Write as _;
use std::sync::Arc;

use limbeck_core::driver::Access;

use crate::harness::Harness;
use crate::list::cases;
use crate::outcome::Outcome;
use crate::run::run;

/// Where the generated part of a page begins.
const BEGIN: &str = "<!-- matrix: written by `cargo run -p limbeck-conformance --example matrix` -->";
/// Where it ends.
const END: &str = "<!-- end of matrix -->";

/// What came of every case on one server.
#[derive(Debug, Clone)]
pub struct ServerColumn {
    /// The server: `SQLite 3.54.1`.
    pub server: String,
    /// The outcomes, in the order of [`cases`].
    pub outcomes: Vec<Outcome>,
}

/// What came of every case on every server.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    /// The servers, in the order in which they were tried.
    pub servers: Vec<ServerColumn>,
}

/// Runs every case on the server of `harness`, one after the other.
///
/// # Errors
/// If the server cannot be asked for its name.
pub async fn matrix(harness: Arc<dyn Harness>) -> Result<ServerColumn, String> {
    let mut provisioned = harness.provision("matrix").await?;
    let database = harness.driver().connect(&provisioned.settings, Access::Write).await;
    let server = database.map(|database| database.server().to_string()).map_err(|error| error.to_string());
    if let Some(cleanup) = provisioned.cleanup.take() {
        cleanup.await?;
    }
    let server = server?;
    let mut outcomes = Vec::with_capacity(cases().len());
    for case in cases() {
        outcomes.push(run(&harness, case).await);
    }
    Ok(ServerColumn { server, outcomes })
}

impl Matrix {
    /// The matrix as a page's part: a table for each group, then what is not applicable and why.
    ///
    /// # Errors
    /// If a case's file cannot be read.
    pub fn to_markdown(&self) -> Result<String, String> {
        let mut text = String::new();
        let mut line = |content: std::fmt::Arguments<'_>| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{content}");
        };
        line(format_args!("{BEGIN}\n"));
        for server in &self.servers {
            let count = |word: &str| server.outcomes.iter().filter(|outcome| outcome.word() == word).count();
            line(format_args!(
                "{}: {} cases, {} passed, {} not applicable, {} failed.\n",
                server.server,
                server.outcomes.len(),
                count("passed"),
                count("not applicable"),
                count("FAILED"),
            ));
        }
        let heads: String = self.servers.iter().map(|server| format!(" {} |", server.server)).collect();
        let rule: String = self.servers.iter().map(|_| "---|").collect();
        let mut group = "";
        for (index, case) in cases().iter().enumerate() {
            if case.group != group {
                let space = if group.is_empty() { "" } else { "\n" };
                group = case.group;
                line(format_args!("{space}### {group}\n\n| case | what |{heads}\n|---|---|{rule}"));
            }
            let words: String =
                self.servers.iter().map(|server| format!(" {} |", server.outcomes[index].word())).collect();
            line(format_args!("| `{}` | {} |{words}", case.name, case.about()?.replace('|', "\\|")));
        }
        for server in &self.servers {
            line(format_args!("\n### Not applicable on {}\n", server.server));
            for (case, outcome) in cases().iter().zip(&server.outcomes) {
                if let Outcome::NotApplicable(reason) = outcome {
                    line(format_args!("- `{}::{}`: {reason}", case.group, case.name));
                }
            }
        }
        line(format_args!("\n{END}"));
        Ok(text)
    }

    /// `page` with the matrix in the place of the one that is there.
    ///
    /// # Errors
    /// If the page has no place for it, or a case's file cannot be read.
    pub fn into_page(&self, page: &str) -> Result<String, String> {
        let missing = || "the page has no place for the matrix".to_owned();
        let (before, rest) = page.split_once(BEGIN).ok_or_else(missing)?;
        let (_, after) = rest.split_once(END).ok_or_else(missing)?;
        Ok(format!("{before}{}{}", self.to_markdown()?.trim_end(), after))
    }
}
