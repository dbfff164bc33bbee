use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// Where a database is: `scheme:rest`. What the rest means is the driver's business. Only [`DatabaseUrl::expose`] shows
/// a password that stands in it.
#[derive(Clone)]
pub struct DatabaseUrl {
    scheme: String,
    text: SecretString,
}

impl DatabaseUrl {
    /// Takes `text` apart as far as its scheme; `None` if it has none.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, _) = text.split_once(':')?;
        let mut letters = scheme.bytes();
        let starts_well = letters.next().is_some_and(|b| b.is_ascii_alphabetic());
        if !starts_well || !letters.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')) {
            return None;
        }
        Some(Self { scheme: scheme.to_ascii_lowercase(), text: SecretString::from(text) })
    }

    /// What stands before the first `:`, in lower case, without what follows a `+`.
    pub fn scheme(&self) -> &str {
        self.scheme.split('+').next().unwrap_or(&self.scheme)
    }

    /// The whole text, password and all. For drivers only.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }

    /// What stands behind `scheme:`, password and all. For drivers only.
    pub fn expose_rest(&self) -> &str {
        self.expose().split_once(':').map_or("", |(_, rest)| rest)
    }

    /// Whether a password stands in it, as user information or as a parameter.
    pub fn has_password(&self) -> bool {
        self.redacted() != self.expose()
    }

    fn redacted(&self) -> String {
        let text = self.expose();
        let start = text.find("://").map(|at| at + 3).or_else(|| text.find(':').map(|at| at + 1));
        let (before, rest) = text.split_at(start.unwrap_or(0));
        // A password may hold `@`, `/` and `?` though it should not; only the last `@` ends it.
        let mut shown = before.to_owned();
        match rest.rsplit_once('@') {
            Some((user, host)) => {
                match user.split_once(':') {
                    Some((user, _)) => {
                        shown.push_str(user);
                        shown.push_str(":***@");
                    }
                    None => {
                        shown.push_str(user);
                        shown.push('@');
                    }
                }
                shown.push_str(&redact_parameters(host));
            }
            None => shown.push_str(&redact_parameters(rest)),
        }
        shown
    }
}

fn redact_parameters(text: &str) -> String {
    let Some((path, query)) = text.split_once('?') else {
        return text.to_owned();
    };
    let shown: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((key, _)) if key.to_ascii_lowercase().contains("pass") => format!("{key}=***"),
            _ => pair.to_owned(),
        })
        .collect();
    format!("{path}?{}", shown.join("&"))
}

/// Without the password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

/// Without the password.
impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (given, shown) in [
            ("postgres://ann:s3cret@db/app", "postgres://ann:***@db/app"),
            (
                "postgres://ann:p@ss/w?rd@db:5432/app?sslmode=require",
                "postgres://ann:***@db:5432/app?sslmode=require",
            ),
            ("postgres://db/app?user=ann&password=s3cret", "postgres://db/app?user=ann&password=***"),
            ("mysql://ann@db/app", "mysql://ann@db/app"),
            ("postgres:ann:s3cret@db/app", "postgres:ann:***@db/app"),
            ("sqlite://app.db", "sqlite://app.db"),
            ("sqlite::memory:", "sqlite::memory:"),
        ] {
            let url = DatabaseUrl::parse(given).unwrap();
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), shown);
            assert_eq!(url.has_password(), given != shown);
        }
    }

    #[test]
    fn schemes() {
        assert_eq!(DatabaseUrl::parse("PostgreSQL://x").unwrap().scheme(), "postgresql");
        assert_eq!(DatabaseUrl::parse("cockroach+tls://x").unwrap().scheme(), "cockroach");
        assert_eq!(DatabaseUrl::parse("sqlite::memory:").unwrap().expose_rest(), ":memory:");
        assert!(DatabaseUrl::parse("app.db").is_none());
        assert!(DatabaseUrl::parse("../x:y").is_none());
    }
}
