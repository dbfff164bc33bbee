/// Somebody who writes.
#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "authors")]
pub struct Author {
    #[limbeck(primary_key, identity)]
    pub id: i64,
    #[limbeck(length = 120)]
    pub name: String,
    pub born: Option<i16>,
}

/// A title in the catalogue.
#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "books", index(title), check(name = "books_price_positive", sql = "price_cents > 0"))]
pub struct Book {
    #[limbeck(primary_key, identity)]
    pub id: i64,
    #[limbeck(length = 13, unique)]
    pub isbn: String,
    #[limbeck(length = 200)]
    pub title: String,
    /// The title as it stands in the page's address.
    #[limbeck(length = 200, fill_sql = "lower(replace(title, ' ', '-'))")]
    pub slug: String,
    pub price_cents: i32,
    #[limbeck(default = true, renamed_from = "in_print")]
    pub available: bool,
}

/// Who wrote what, in the order of the cover.
#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "book_authors", primary_key(book_id, author_id), unique(book_id, position))]
pub struct BookAuthor {
    #[limbeck(references(Book.id, on_delete = cascade))]
    pub book_id: i64,
    #[limbeck(references(Author.id, on_delete = restrict), index)]
    pub author_id: i64,
    #[limbeck(check_sql = "position >= 1")]
    pub position: i16,
}
