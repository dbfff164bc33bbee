//! The attributes of models, parsed.
