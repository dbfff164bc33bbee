//! A service that brings its database up to date before it listens. Started several times at once, one instance migrates
//! and the others wait for it.

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use limbeck::Databases;
use limbeck::core::driver::Value;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args_os().nth(1).unwrap_or_else(|| "limbeck.toml".into());
    let databases = Databases::from_file(&bookings::drivers()?, file).await?;
    let database = databases.default_database().ok_or("no database is the default one")?;

    let done = bookings::migrator().migrate(database, "heads").await?;
    println!("{} revisions applied", done.len());

    let app = Router::new()
        .route("/health", get(health))
        .route("/rooms", get(rooms))
        .with_state(Arc::new(databases));
    // Any free port: this is an example.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn health(State(databases): State<Arc<Databases>>) -> (StatusCode, String) {
    let answers = databases.health().await;
    let well = answers.values().all(Result::is_ok);
    let lines: Vec<String> = answers
        .into_iter()
        .map(|(name, answer)| match answer {
            Ok(_) => format!("{name}: up"),
            Err(error) => format!("{name}: {error}"),
        })
        .collect();
    (if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, lines.join("\n"))
}

async fn rooms(State(databases): State<Arc<Databases>>) -> Result<String, (StatusCode, String)> {
    let failed = |error: &dyn Error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    let Some(database) = databases.default_database() else {
        return Err((StatusCode::INTERNAL_SERVER_ERROR, "no database".to_owned()));
    };
    let mut connection = database.acquire().await.map_err(|error| failed(&error))?;
    let rows = connection
        .query("SELECT slug FROM rooms ORDER BY slug", &[])
        .await
        .map_err(|error| failed(&error))?;
    let slugs = rows.into_iter().filter_map(|row| match row.0.into_iter().next() {
        Some(Value::Text(slug)) => Some(slug),
        _ => None,
    });
    Ok(slugs.collect::<Vec<_>>().join("\n"))
}
