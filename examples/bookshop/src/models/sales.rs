use super::catalogue::Book;

/// Somebody who buys.
#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "customers", check(name = "customers_email_has_at", sql = "email LIKE '%@%'"))]
pub struct Customer {
    #[limbeck(primary_key, identity)]
    pub id: i64,
    #[limbeck(length = 320, unique)]
    pub email: String,
    #[limbeck(length = 120)]
    pub name: String,
    #[limbeck(default_sql = "CURRENT_TIMESTAMP")]
    pub joined_at: jiff::Timestamp,
}

/// How far an order has come.
#[derive(Debug, Clone, limbeck::Enum)]
pub enum OrderState {
    Open,
    Paid,
    #[limbeck(value = "sent")]
    Shipped,
}

/// What a customer wants at one time.
#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(
    table = "orders",
    index(customer_id, placed_at desc),
    index(name = "orders_open_idx", placed_at, where_sql = "state = 'open'")
)]
pub struct Order {
    #[limbeck(primary_key, identity)]
    pub id: i64,
    #[limbeck(references(Customer.id, on_delete = cascade))]
    pub customer_id: i64,
    #[limbeck(default = OrderState::Open)]
    pub state: OrderState,
    #[limbeck(default_sql = "CURRENT_TIMESTAMP")]
    pub placed_at: jiff::Timestamp,
    pub note: Option<String>,
    /// Where the parcel goes.
    #[limbeck(length = 400, fill_sql = "''")]
    pub address: String,
}

/// One title of an order.
#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "order_lines", primary_key(order_id, book_id))]
pub struct OrderLine {
    #[limbeck(references(Order.id, on_delete = cascade))]
    pub order_id: i64,
    #[limbeck(references(Book.id))]
    pub book_id: i64,
    #[limbeck(default = 1, check_sql = "quantity BETWEEN 1 AND 99")]
    pub quantity: i32,
    pub price_cents: i32,
}
