use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

use super::entries::{Body, Entry, split};
use super::{Context, plain};

/// Whether the condition of a `cfg` holds. What cannot be known holds.
pub type Cfg<'a> = &'a dyn Fn(TokenStream) -> bool;

/// The attributes of an item that matter here, taken apart.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Whether its `cfg` lets it be there.
    pub enabled: bool,
    /// Paths in `derive(…)`.
    pub derives: Vec<Vec<String>>,
    /// Whether it has a `limbeck(…)`.
    pub has_limbeck: bool,
    /// Whether it has `cfg_attr(any(), limbeck(…))`: a model of a crate that does not depend on limbeck.
    pub marked: bool,
    /// The value of `path = "…"`.
    pub path: Option<String>,
    pub(crate) limbeck: Vec<Entry>,
    pub(crate) sqlx: Vec<Entry>,
    pub(crate) diesel: Vec<Entry>,
    doc: Vec<String>,
}

impl Gathered {
    /// What an item says with nothing but these paths in `derive(…)`.
    pub fn of_derives(derives: Vec<Vec<String>>) -> Self {
        Self { enabled: true, derives, ..Self::default() }
    }

    /// The doc comment, without the blank that each line begins with.
    pub(crate) fn doc(&self) -> Option<String> {
        let text = self.doc.join("\n").trim().to_owned();
        (!text.is_empty()).then_some(text)
    }
}

/// Takes the attributes of an item apart. `cfg_attr(any(), limbeck(…))`, which no compiler looks at, counts as
/// `limbeck(…)`.
pub fn gather(context: &mut Context, attributes: &[Attribute], cfg: Cfg<'_>) -> Gathered {
    let mut gathered = Gathered { enabled: true, ..Gathered::default() };
    for attribute in attributes {
        match &attribute.meta {
            Meta::List(list) => {
                let name = list.path.get_ident().map(plain).unwrap_or_default();
                take_list(&mut gathered, &name, &list.tokens, cfg, 0);
            }
            Meta::NameValue(pair) => {
                let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else { continue };
                if pair.path.is_ident("doc") {
                    let line = text.value();
                    gathered.doc.push(line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned());
                } else if pair.path.is_ident("path") {
                    gathered.path = Some(text.value());
                } else if pair.path.is_ident("limbeck") {
                    malformed(context, &attribute.meta);
                }
            }
            Meta::Path(path) if path.is_ident("limbeck") => malformed(context, &attribute.meta),
            Meta::Path(_) => {}
        }
    }
    gathered
}

fn malformed(context: &mut Context, meta: &Meta) {
    let span =
        meta.to_token_stream().into_iter().next().map_or_else(proc_macro2::Span::call_site, |t| t.span());
    context
        .problem("invalid-attribute", span, "`limbeck` takes a list in parentheses")
        .help("write `#[limbeck(key = \"value\")]`");
}

fn take_list(gathered: &mut Gathered, name: &str, tokens: &TokenStream, cfg: Cfg<'_>, depth: usize) {
    match name {
        "limbeck" => {
            gathered.has_limbeck = true;
            gathered.limbeck.extend(split(tokens.clone()));
        }
        "sqlx" => gathered.sqlx.extend(split(tokens.clone())),
        "diesel" => gathered.diesel.extend(split(tokens.clone())),
        "derive" => {
            gathered.derives.extend(split(tokens.clone()).iter().map(|entry| path_of(&entry.tokens)));
        }
        "cfg" => gathered.enabled &= cfg(tokens.clone()),
        // Nobody nests these; the bound keeps hostile input off the stack.
        "cfg_attr" if depth < 8 => {
            let entries = split(tokens.clone());
            let Some((condition, inner)) = entries.split_first() else { return };
            let never = is_never(&condition.tokens);
            if !never && !cfg(condition.tokens.iter().cloned().collect()) {
                return;
            }
            for entry in inner {
                let Some(keyed) = entry.keyed() else { continue };
                match keyed.body {
                    Body::List(tokens) => {
                        if never && keyed.key != "limbeck" {
                            continue;
                        }
                        gathered.marked |= never;
                        take_list(gathered, &keyed.key, &tokens, cfg, depth + 1);
                    }
                    // `cfg_attr(…, limbeck)`: a model of which nothing more is said.
                    Body::Flag if keyed.key == "limbeck" => {
                        gathered.marked |= never;
                        gathered.has_limbeck = true;
                    }
                    Body::Value(value) if keyed.key == "path" && !never => {
                        if let [TokenTree::Literal(literal)] = value.as_slice()
                            && let Lit::Str(text) = Lit::new(literal.clone())
                        {
                            gathered.path = Some(text.value());
                        }
                    }
                    Body::Flag | Body::Value(_) | Body::Other => {}
                }
            }
        }
        _ => {}
    }
}

/// Whether a condition is `any()`, which never holds.
fn is_never(condition: &[TokenTree]) -> bool {
    match condition {
        [TokenTree::Ident(word), TokenTree::Group(group)] => {
            *word == "any" && group.delimiter() == Delimiter::Parenthesis && group.stream().is_empty()
        }
        _ => false,
    }
}

/// The identifiers of a path.
fn path_of(tokens: &[TokenTree]) -> Vec<String> {
    tokens
        .iter()
        .filter_map(|token| match token {
            TokenTree::Ident(ident) => Some(plain(ident)),
            _ => None,
        })
        .collect()
}
