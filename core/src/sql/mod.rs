//! SQL as text: cutting it into tokens and statements, and what can be told of it without parsing it.
//!
//! No grammar and no database is known here. A dialect says in [`LexicalRules`] how it writes names, strings, comments
//! and the bodies of routines; everything else follows from that. Every function takes any text, in time linear in it.
//!
//! | module | answers |
//! |---|---|
//! | `rules` | how a dialect writes SQL |
//! | `token`, `lexer` | the tokens of a text |
//! | `body`, `statements` | the statements of a script, and the script of some statements |
//! | `effect` | what a statement changes |
//! | `losing` | whether a statement takes rows away |
//! | `session` | what a statement keeps in the session, and whether another one can have it |
//! | `canonical` | what of a text counts, for checksums |
//! | `operand`, `rewrite` | which columns an expression names, and the same with other names |
//! | `compare` | whether two expressions are the same but for their layout |
//! | `error` | what can be wrong with a script |

mod body;
mod canonical;
mod compare;
mod effect;
mod error;
mod lexer;
mod losing;
mod operand;
mod rewrite;
mod rules;
mod session;
mod statements;
mod token;

pub use canonical::canonical;
pub use compare::{same_tokens, strip_outer_parens, without_needless_quotes};
pub use effect::{Effect, TransactionControl, effect};
pub use error::{ScanError, Unterminated};
pub use lexer::{Tokens, tokens};
pub use losing::losing_statements;
pub use rewrite::{ColumnReference, references_column, references_table, rename_column, rename_table};
pub use rules::{BodyRule, Folding, LexicalRules, Quotes, StringPrefix};
pub use session::{Repetition, SessionMemory};
pub use statements::{ScriptStatement, join, statements};
pub use token::{Token, TokenKind};
