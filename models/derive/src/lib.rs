//! The derives of models.
