//! What a table lacks for one demand, so that all who ask about it hear the same.

use super::demand::CREATION_TIME;
use super::{Demand, TablePlan, free_name};
use crate::schema::{Index, Schema, Table};

/// How an index comes to serve a demand that no declared one serves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IndexAdvice {
    /// The name of the index.
    pub name: String,
    /// All of its columns.
    pub columns: Vec<String>,
    /// How many of them the index with this name holds already; `None` if it is to be declared.
    pub declared_columns: Option<usize>,
}

/// The declared index that serves a demand entirely; of several the one that is declared first.
#[must_use]
pub fn declared_for<'a>(table: &'a Table, demand: &Demand) -> Option<&'a Index> {
    let serves = |index: &&Index| {
        let columns: Vec<&str> = index.fields.iter().map(|field| field.name.as_str()).collect();
        // What comes after the columns that could be read is not known.
        let needs_end = demand.fixes_end() && !index.has_all_fields;
        demand.is_served_by(&columns) && !needs_end
    };
    table.ordered_indexes().find(serves)
}

impl TablePlan {
    /// What the table should declare for a demand: the index that serves it together with all others of the plan. If the plan has none,
    /// since nothing that could be read asks for it, an index for it alone.
    #[must_use]
    pub fn advice(&self, schema: &Schema, table: &Table, demand: &Demand) -> IndexAdvice {
        let planned = self.index_for(demand).and_then(|index| {
            let declared_columns = index.declared.map(|_| index.declared_columns);
            Some(IndexAdvice { name: index.name.clone()?, columns: index.columns.clone(), declared_columns })
        });
        planned.unwrap_or_else(|| self.alone(schema, table, demand))
    }

    /// A new index for a demand, whatever else is planned.
    #[must_use]
    pub fn alone(&self, schema: &Schema, table: &Table, demand: &Demand) -> IndexAdvice {
        let columns: Vec<String> =
            demand.columns().filter(|column| *column != CREATION_TIME).map(str::to_owned).collect();
        let taken: Vec<String> = self.add.iter().filter_map(|index| index.name.clone()).collect();
        IndexAdvice { name: free_name(schema, table, &columns, &taken), columns, declared_columns: None }
    }
}
