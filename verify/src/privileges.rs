//! Claims that open doors: what code compares properties with, so that generated users can be let in.

use std::collections::{BTreeMap, BTreeSet};

use lunora_facts::{BinaryOperator, Expr, ExprId, Program};
use lunora_source::SourceTree;
use serde_json::{Map, Value};

/// More texts than this for one property, and it is no role.
const MOST: usize = 8;

/// For each property that code compares with texts, those texts, in the order of their names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Privileges(BTreeMap<String, BTreeSet<String>>);

impl Privileges {
    /// What the code of a project compares.
    pub(crate) fn of(tree: &SourceTree) -> Self {
        let mut found = Self::default();
        for file in &tree.files {
            let program = &file.facts.program;
            for expr in &program.exprs {
                if let Expr::Binary {
                    operator: BinaryOperator::Equal | BinaryOperator::NotEqual,
                    left,
                    right,
                } = expr
                {
                    found.add(program, *left, *right);
                    found.add(program, *right, *left);
                }
            }
        }
        found.0.retain(|_, texts| texts.len() <= MOST);
        found
    }

    fn add(&mut self, program: &Program, member: ExprId, text: ExprId) {
        if let (Expr::Member { property, .. }, Expr::String(text)) =
            (program.expr(member), program.expr(text))
        {
            let property = program.text(*property).to_owned();
            self.0.entry(property).or_default().insert(program.text(*text).to_owned());
        }
    }

    /// Claims with one text for each property; another number may take other ones.
    pub(crate) fn claims(&self, number: u64) -> Map<String, Value> {
        let position = usize::try_from(number).unwrap_or_default();
        let chosen = |(property, texts): (&String, &BTreeSet<String>)| {
            let text = texts.iter().nth(position % texts.len().max(1))?;
            Some((property.clone(), Value::String(text.clone())))
        };
        self.0.iter().filter_map(chosen).collect()
    }
}
