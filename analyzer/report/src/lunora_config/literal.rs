//! Reading literals out of a program without running it.

use lunora_facts::{BindingKind, Export, Expr, ExprId, ListRange, Program, PropKey, Stmt};

/// How many names and spreads are followed, so that a name defined by itself ends.
const MAX_STEPS: u8 = 16;

/// What an object says of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lookup {
    Absent,
    Found(ExprId),
    /// The key may be there: a spread, a getter or a computed key hides it.
    Unreadable,
}

/// Reads literals of one file. Names that the file declares once stand for their values.
#[derive(Clone, Copy)]
pub(super) struct Literals<'a>(pub(super) &'a Program);

impl<'a> Literals<'a> {
    /// The object that the module exports by default, also as the one argument of a call (`defineConfig({ … })`).
    pub(super) fn default_export(self) -> Option<ListRange> {
        let exported = self.0.exports.iter().find_map(|export| match export {
            Export::Default(value) => Some(self.value(*value)),
            Export::Binding { exported, binding, is_type: false } if self.0.text(*exported) == "default" => {
                self.initializer(*binding)
            }
            _ => None,
        })?;
        match self.0.expr(exported) {
            Expr::Call { arguments, .. } => match self.0.expr_list(*arguments) {
                [only] => self.object(*only),
                _ => None,
            },
            _ => self.object(exported),
        }
    }

    /// The value of a key, the last one that counts.
    pub(super) fn lookup(self, object: ListRange, key: &str) -> Lookup {
        self.lookup_within(object, key, MAX_STEPS)
    }

    /// An object literal.
    pub(super) fn object(self, value: ExprId) -> Option<ListRange> {
        match self.0.expr(self.value(value)) {
            Expr::Object(properties) => Some(*properties),
            _ => None,
        }
    }

    /// A string.
    pub(super) fn string(self, value: ExprId) -> Option<&'a str> {
        match self.0.expr(self.value(value)) {
            Expr::String(text) => Some(self.0.text(*text)),
            _ => None,
        }
    }

    /// The elements of an array, those of spread arrays included.
    pub(super) fn array(self, value: ExprId) -> Option<Vec<ExprId>> {
        self.array_within(value, MAX_STEPS)
    }

    /// The names of the keys of an object; `None` if it can't be told.
    pub(super) fn keys(self, object: ListRange) -> Option<Vec<&'a str>> {
        let keys = self.0.object(object).map(|(_, property)| match property.key {
            PropKey::Name(name) => Some(self.0.text(name)),
            _ => None,
        });
        keys.collect()
    }

    fn lookup_within(self, object: ListRange, key: &str, steps: u8) -> Lookup {
        let properties: Vec<_> = self.0.object(object).map(|(_, property)| property).collect();
        for property in properties.into_iter().rev() {
            match property.key {
                PropKey::Name(name) if self.0.text(name) == key => return Lookup::Found(property.value),
                PropKey::Getter(name) if self.0.text(name) == key => return Lookup::Unreadable,
                PropKey::Name(_) | PropKey::Getter(_) => {}
                PropKey::Computed(_) => return Lookup::Unreadable,
                PropKey::Spread => {
                    let Some(spread) = self.object(property.value).filter(|_| steps > 0) else {
                        return Lookup::Unreadable;
                    };
                    match self.lookup_within(spread, key, steps - 1) {
                        Lookup::Absent => {}
                        found => return found,
                    }
                }
            }
        }
        Lookup::Absent
    }

    fn array_within(self, value: ExprId, steps: u8) -> Option<Vec<ExprId>> {
        let Expr::Array(elements) = self.0.expr(self.value(value)) else {
            return None;
        };
        let mut all = Vec::new();
        for element in self.0.expr_list(*elements) {
            match self.0.expr(*element) {
                Expr::Spread(spread) => all.extend(self.array_within(*spread, steps.checked_sub(1)?)?),
                _ => all.push(*element),
            }
        }
        Some(all)
    }

    /// What stands behind casts and names.
    fn value(self, mut value: ExprId) -> ExprId {
        for _ in 0..MAX_STEPS {
            let next = match self.0.expr(value) {
                Expr::Cast { value, .. } => Some(*value),
                Expr::Binding(binding) => self.initializer(*binding),
                _ => None,
            };
            let Some(next) = next else { break };
            value = next;
        }
        value
    }

    fn initializer(self, binding: lunora_facts::BindingId) -> Option<ExprId> {
        let declared = self.0.binding(binding);
        let BindingKind::Variable(Some(stmt)) = declared.kind else { return None };
        match self.0.stmt(stmt) {
            // A pattern takes the value apart: what it binds is not the value.
            Stmt::Let { pattern, value, .. } if !declared.is_reassigned => match self.0.pattern(*pattern) {
                lunora_facts::Pattern::Binding(_) => *value,
                _ => None,
            },
            _ => None,
        }
    }
}
