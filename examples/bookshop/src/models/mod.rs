//! The tables of the shop.

mod catalogue;
mod sales;

pub use catalogue::*;
pub use sales::*;
