//! Index plans as they are printed, version 1 of the JSON format.

use lunora_check::positions;
use lunora_project::index_plan::{
    Access, DroppedIndex, IndexUser, KeepReason, PlannedIndex, TablePlan, UnreadAccess, UnreadReason,
    Unserved, UnservedReason,
};
use lunora_project::schema::{IndexKind, Table};
use lunora_project::{Place, ProcedureId};
use serde::Serialize;

use super::super::describe::{index_kind_key, index_name, tier_key, tier_words};
use super::super::linked::LinkedProject;

/// The plan of one table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TablePart {
    pub(super) table: String,
    pub(super) tier: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shard_key: Option<String>,
    /// Those that stay first, then those that grow, are new, go.
    pub(super) indexes: Vec<IndexPart>,
    pub(super) unserved: Vec<UnservedPart>,
    /// Why no declared index is changed.
    pub(super) indeterminate: Vec<UnreadPart>,
    /// The procedures that write one more row for each index.
    pub(super) inserts: Vec<String>,
    /// The procedures that write the rows of indexes again.
    pub(super) updates: Vec<String>,
    /// Where it lives, in words.
    #[serde(skip)]
    pub(super) tier_words: String,
}

/// An index of the plan, or one that goes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IndexPart {
    pub(super) action: Action,
    pub(super) name: String,
    /// `secondary`, or `uniqueColumn` for a column with `.unique()`.
    pub(super) kind: &'static str,
    pub(super) fields: Vec<String>,
    /// The columns that are declared today, of one that grows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) declared_fields: Option<Vec<String>>,
    /// The call that declares it, of one that grows or is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) declaration: Option<String>,
    /// Why it stays although it serves nothing: `unique`, `foreignKey`, `platform`, `indeterminate`, `untouched`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
    /// The index that serves all that this one serves, of one that goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) covered_by: Option<String>,
    /// Where it is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) declared_at: Option<Location>,
    pub(super) serves: Vec<ServedPart>,
    /// The procedures that write its rows again when they update.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) updated_by: Vec<String>,
    /// The reads that have to name another index before this one goes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) named_by: Vec<Location>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Action {
    Keep,
    Widen,
    Add,
    Drop,
}

/// What some operations want, and which.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct ServedPart {
    /// The columns that are held equal.
    pub(super) equal: Vec<String>,
    /// The column that is bounded, or those that rows are sorted by.
    pub(super) then: Vec<String>,
    pub(super) uses: Vec<UserPart>,
}

/// A read or write.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct UserPart {
    pub(super) kind: &'static str,
    pub(super) method: String,
    /// The relation that leads to the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) relation: Option<String>,
    #[serde(flatten)]
    pub(super) location: Location,
    /// What reaches it.
    pub(super) procedures: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct UnservedPart {
    #[serde(flatten)]
    pub(super) user: UserPart,
    /// The columns that are not served; empty if it can't be told which they are.
    pub(super) columns: Vec<String>,
    pub(super) reason: &'static str,
    /// The reason in words.
    pub(super) message: &'static str,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct UnreadPart {
    /// Absent if it may be in a file that could not be read.
    #[serde(flatten)]
    pub(super) location: Option<Location>,
    pub(super) message: &'static str,
}

/// A piece of source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct Location {
    pub(super) file: String,
    #[serde(flatten)]
    pub(super) place: positions::Place,
}

/// The plan of a table with all places resolved.
pub(super) fn table_part(linked: &LinkedProject, table: &Table, plan: &TablePlan) -> TablePart {
    let builder = Builder { linked, table, plan };
    let mut indexes: Vec<IndexPart> = Vec::new();
    for kept in &plan.keep {
        let reason = keep_key(kept.reason);
        indexes.push(IndexPart { reason, ..builder.index(Action::Keep, &kept.index) });
    }
    indexes.extend(plan.widen.iter().map(|widened| builder.widened(widened)));
    indexes.extend(plan.add.iter().map(|added| IndexPart {
        declaration: Some(declaration(added)),
        ..builder.index(Action::Add, added)
    }));
    indexes.extend(plan.drop.iter().map(|dropped| builder.dropped(dropped)));
    TablePart {
        table: table.name.clone(),
        tier: tier_key(&table.tier),
        shard_key: table.shard_key().map(str::to_owned),
        indexes,
        unserved: plan.unserved.iter().map(|unserved| builder.unserved(unserved)).collect(),
        indeterminate: plan.indeterminate.iter().map(|unread| builder.unread(unread)).collect(),
        inserts: builder.procedures(&plan.cost.inserts),
        updates: builder.updates(),
        tier_words: tier_words(table),
    }
}

struct Builder<'a> {
    linked: &'a LinkedProject,
    table: &'a Table,
    plan: &'a TablePlan,
}

impl Builder<'_> {
    fn index(&self, action: Action, index: &PlannedIndex) -> IndexPart {
        let declared = index.declared.and_then(|position| self.table.indexes.get(position));
        let name = declared.map(index_name).or_else(|| index.name.clone());
        IndexPart {
            action,
            name: name.unwrap_or_default(),
            kind: index_kind_key(declared.map_or(IndexKind::Secondary, |declared| declared.kind)),
            fields: index.columns.clone(),
            declared_fields: None,
            declaration: None,
            reason: None,
            covered_by: None,
            declared_at: declared.map(|declared| self.location(declared.place)),
            serves: index.serves.iter().filter_map(|demand| self.served(*demand)).collect(),
            updated_by: self.procedures(&self.plan.updaters(self.table, index)),
            named_by: Vec::new(),
        }
    }

    fn widened(&self, index: &PlannedIndex) -> IndexPart {
        let declared = index.columns.iter().take(index.declared_columns).cloned().collect();
        IndexPart {
            declared_fields: Some(declared),
            declaration: Some(declaration(index)),
            ..self.index(Action::Widen, index)
        }
    }

    fn dropped(&self, dropped: &DroppedIndex) -> IndexPart {
        let reads = &self.linked.project.reads;
        let named_by = dropped.named_by.iter().filter_map(|read| reads.get(*read));
        IndexPart {
            covered_by: dropped.covered_by.as_ref().map(|index| self.index(Action::Keep, index).name),
            named_by: named_by.map(|read| self.location(read.place)).collect(),
            ..self.index(Action::Drop, &dropped.index)
        }
    }

    fn served(&self, demand: usize) -> Option<ServedPart> {
        let wanted = self.plan.demands.get(demand)?;
        Some(ServedPart {
            equal: wanted.demand.equal.clone(),
            then: wanted.demand.then.clone(),
            uses: wanted.uses.iter().map(|user| self.user(user)).collect(),
        })
    }

    fn user(&self, user: &IndexUser) -> UserPart {
        let project = &self.linked.project;
        let (kind, method, reached_from) = match user.access {
            Access::Read(read) => {
                let read = project.reads.get(read);
                let path = read.and_then(|read| read.paths.first());
                ("read", path.map(|path| path.method.to_string()), read.map(|read| &read.reached_from))
            }
            Access::Write(write) => {
                let write = project.writes.get(write);
                ("write", write.map(|write| write.method.to_string()), write.map(|write| &write.reached_from))
            }
        };
        let mut procedures: Vec<ProcedureId> =
            reached_from.into_iter().flatten().map(|reach| reach.procedure).collect();
        procedures.sort_unstable();
        UserPart {
            kind,
            method: method.unwrap_or_default(),
            relation: user.relation.clone(),
            location: self.location(user.place),
            procedures: self.procedures(&procedures),
        }
    }

    fn unserved(&self, unserved: &Unserved) -> UnservedPart {
        UnservedPart {
            user: self.user(&unserved.user),
            columns: unserved.columns.clone(),
            reason: unserved_key(unserved.reason),
            message: unserved.reason.words(),
        }
    }

    fn unread(&self, unread: &UnreadAccess) -> UnreadPart {
        let place = unread.place.filter(|_| unread.reason != UnreadReason::File);
        UnreadPart { location: place.map(|place| self.location(place)), message: unread.reason.words() }
    }

    fn updates(&self) -> Vec<String> {
        let mut ids: Vec<ProcedureId> =
            self.plan.cost.updates.iter().map(|update| update.procedure).collect();
        ids.dedup();
        self.procedures(&ids)
    }

    fn procedures(&self, ids: &[ProcedureId]) -> Vec<String> {
        ids.iter().map(|id| self.linked.project.procedure(*id).name.to_string()).collect()
    }

    fn location(&self, place: Place) -> Location {
        let (file, place) = self.linked.location(place);
        Location { file: file.to_owned(), place }
    }
}

impl TablePart {
    /// Whether there is nothing to say of it.
    pub(super) fn is_empty(&self) -> bool {
        self.indexes.is_empty() && self.unserved.is_empty()
    }
}

fn declaration(index: &PlannedIndex) -> String {
    let columns: Vec<String> = index.columns.iter().map(|column| format!("{column:?}")).collect();
    format!(".index({:?}, [{}])", index.name.as_deref().unwrap_or_default(), columns.join(", "))
}

fn keep_key(reason: KeepReason) -> Option<&'static str> {
    Some(match reason {
        KeepReason::Serves => return None,
        KeepReason::Unique => "unique",
        KeepReason::ForeignKey => "foreignKey",
        KeepReason::Platform => "platform",
        KeepReason::Indeterminate => "indeterminate",
        KeepReason::Untouched => "untouched",
    })
}

fn unserved_key(reason: UnservedReason) -> &'static str {
    match reason {
        UnservedReason::Test => "test",
        UnservedReason::SecondRange => "secondRange",
        UnservedReason::RangeBesideOrder => "rangeBesideOrder",
        UnservedReason::SortBesideRange => "sortBesideRange",
        UnservedReason::SortAcrossValues => "sortAcrossValues",
        UnservedReason::MissingIndex => "missingIndex",
        UnservedReason::UnreadIndexes => "unreadIndexes",
    }
}
