use std::collections::BTreeSet;

use limbeck_core::ident::Ident;
use limbeck_core::schema::{Index, KeyTarget};

use super::attribute::Item;
use super::columns::Sections;
use super::table::TableWriter;

impl TableWriter<'_> {
    /// The indexes: on their field, or on the struct.
    pub(super) fn indexes(&mut self) {
        let table = self.table;
        // A rule may make one name for two indexes; then both names are written.
        let mut made = BTreeSet::new();
        let mut twice: BTreeSet<Ident> = BTreeSet::new();
        for index in table.indexes.values() {
            let name = self.setting.naming.index(&table.name, &index.columns);
            if !made.insert(name.clone()) {
                twice.insert(name);
            }
        }
        for index in table.indexes.values() {
            let name = self.setting.naming.index(&table.name, &index.columns);
            let named = index.name != name || twice.contains(&name);
            if self.index(index, named).is_none() {
                self.leave_out(&format!("index {}", index.name));
            }
        }
    }

    fn index(&mut self, index: &Index, named: bool) -> Option<()> {
        let mut items = Vec::new();
        items.extend(named.then(|| Item::text("name", index.name.as_str())));
        items.extend(index.unique.then(|| Item::word("unique")));
        let mut sections = Sections::default();
        if let Some(predicate) = &index.predicate {
            items.extend(sections.texts("where_sql", predicate).map(|text| Item::text("where_sql", text)));
        }
        items.extend(index.method.as_ref().map(|method| Item::text("method", method)));
        items.extend(self.field_list("include", &index.include)?);
        items.extend(index.nulls_not_distinct.then(|| Item::word("nulls_not_distinct")));
        items.extend(index.comment.as_ref().map(|text| Item::text("comment", text)));
        for key in sections.options(&index.options) {
            self.leave_out(&format!("option {key} of index {}", index.name));
        }
        items.extend(sections.into_items());
        if let [part] = index.columns.as_slice()
            && let KeyTarget::Column(column) = &part.target
        {
            let at = self.fields.at(column)?;
            let mut own = self.own_part(part);
            own.extend(items);
            self.texts[at].items.push(Item::list_or_word("index", own));
            return Some(());
        }
        let mut all = self.parts(&index.columns)?;
        all.extend(items);
        self.own.push(Item::List("index".to_owned(), all));
        Some(())
    }
}
