//! A small bookshop, declared with Limbeck. The revisions in `migrations/` are what `limbeck makemigrations` wrote as the
//! models grew, on two branches that were merged; one of them moves rows.

pub mod models;
