//! Objects that make way for another type, and come back.

use limbeck_core::driver::Statement;
use limbeck_core::schema::{Object, ObjectKey, Schema};

use super::super::fault::Fault;
use super::super::object::{self, Slot};

/// The word by which expressions name an object: of a routine, the name goes up to its arguments.
pub(super) fn word(key: &ObjectKey) -> &str {
    let name = key.name.name.as_str();
    name.find('(').filter(|at| *at > 0).map_or(name, |at| &name[..at])
}

/// Objects in an order in which they can be dropped.
pub(super) struct Objects<'s> {
    objects: Vec<&'s Object>,
    slots: Vec<Slot>,
    at: usize,
}

impl<'s> Objects<'s> {
    pub(super) fn of(schema: &'s Schema, keys: &[ObjectKey], at: usize) -> Self {
        let objects = keys.iter().filter_map(|key| schema.objects.get(key)).collect();
        Self { objects, slots: Vec::new(), at }
    }

    /// The statements that drop them and keep in mind whose they are.
    pub(super) fn drop(&mut self, slots: &mut impl Iterator<Item = usize>) -> Result<Vec<Statement>, Fault> {
        let mut statements = Vec::new();
        for object in &self.objects {
            let slot = Slot(self.at, slots.next().unwrap_or_default());
            statements.extend(object::keep(&object.key, slot));
            statements.extend(object::drop(object, self.at)?);
            self.slots.push(slot);
        }
        Ok(statements)
    }

    /// The statements that make them again. A routine's body is taken as it stands.
    pub(super) fn create(&self) -> Result<Vec<Statement>, Fault> {
        let mut statements = Vec::new();
        for (object, slot) in self.objects.iter().zip(&self.slots).rev() {
            statements.extend(object::create(object, self.at)?);
            statements.extend(object::give_back(&object.key, *slot, self.at));
        }
        let routine = |object: &&Object| matches!(object.key.kind.as_str(), "function" | "procedure");
        if self.objects.iter().any(routine) {
            statements.insert(0, object::body_checks(self.at, false));
            statements.push(object::body_checks(self.at, true));
        }
        Ok(statements)
    }
}
