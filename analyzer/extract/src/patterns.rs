//! Binding patterns.

use lunora_facts::{BindingKind, ListRange, Name, Pattern, PatternId, PatternProp};
use oxc_ast::ast::{ArrayPattern, BindingPattern, ObjectPattern};
use oxc_span::GetSpan;

use crate::lowering::{Lowering, span_of, take};

impl<'a> Lowering<'a> {
    /// Lowers a pattern that declares names of one kind.
    pub(crate) fn pattern(&mut self, pattern: &BindingPattern<'a>, kind: BindingKind) -> PatternId {
        self.deeper(
            pattern.span(),
            |this| this.lower_pattern(pattern, kind),
            |this| {
                let properties = ListRange::default();
                this.add_pattern(Pattern::Object { properties, rest: None })
            },
        )
    }

    /// The name that a pattern binds, if it is a plain name.
    pub(crate) fn pattern_name(&self, pattern: PatternId) -> Option<Name> {
        match self.program.pattern(pattern) {
            Pattern::Binding(binding) => Some(self.name_of(*binding)),
            Pattern::Object { .. } | Pattern::Array { .. } | Pattern::Default { .. } | Pattern::Target(_) => {
                None
            }
        }
    }

    /// Moves the pattern properties gathered since `mark` to a list of their own.
    pub(crate) fn take_pattern_props(&mut self, mark: usize) -> ListRange {
        let start = self.program.pattern_props.len() as u32;
        for (property, key) in self.scratch.pattern_props.drain(mark..) {
            self.program.pattern_props.push(property);
            self.spans.pattern_keys.push(key);
        }
        ListRange { start, end: self.program.pattern_props.len() as u32 }
    }

    /// Moves the patterns gathered since `mark` to a list of their own.
    pub(crate) fn take_patterns(&mut self, mark: usize) -> ListRange {
        take(&mut self.scratch.patterns, mark, &mut self.program.pattern_lists)
    }

    fn lower_pattern(&mut self, pattern: &BindingPattern<'a>, kind: BindingKind) -> PatternId {
        let lowered = match pattern {
            BindingPattern::BindingIdentifier(identifier) => Pattern::Binding(self.declare(identifier, kind)),
            BindingPattern::ObjectPattern(object) => self.object_pattern(object, kind),
            BindingPattern::ArrayPattern(array) => self.array_pattern(array, kind),
            BindingPattern::AssignmentPattern(assignment) => {
                let pattern = self.pattern(&assignment.left, kind);
                let name = self.pattern_name(pattern);
                let value = self.named_expression(&assignment.right, name);
                Pattern::Default { pattern, value }
            }
        };
        self.add_pattern(lowered)
    }

    fn object_pattern(&mut self, object: &ObjectPattern<'a>, kind: BindingKind) -> Pattern {
        let mark = self.scratch.pattern_props.len();
        for property in &object.properties {
            let key = self.property_key(&property.key);
            let pattern = self.pattern(&property.value, kind);
            let property_pattern = PatternProp { key, pattern, shorthand: property.shorthand };
            self.scratch.pattern_props.push((property_pattern, span_of(property.key.span())));
        }
        let rest = object.rest.as_ref().map(|rest| self.pattern(&rest.argument, kind));
        Pattern::Object { properties: self.take_pattern_props(mark), rest }
    }

    fn array_pattern(&mut self, array: &ArrayPattern<'a>, kind: BindingKind) -> Pattern {
        let mark = self.scratch.patterns.len();
        for element in &array.elements {
            let pattern = element.as_ref().map(|element| self.pattern(element, kind));
            self.scratch.patterns.push(pattern);
        }
        let rest = array.rest.as_ref().map(|rest| self.pattern(&rest.argument, kind));
        Pattern::Array { elements: self.take_patterns(mark), rest }
    }
}
