//! The constant pool, and the names that are written as literals.

use std::borrow::Cow;

use lunora_facts::{Name, Span};
use oxc_ast::ast::{Expression, PropertyKey, StaticMemberExpression};
use oxc_span::GetSpan;

use crate::lowering::{Lowering, span_of};

impl<'a> Lowering<'a> {
    /// The id of a text in the constant pool.
    pub(crate) fn name(&mut self, text: &'a str) -> Name {
        let strings = &mut self.program.strings;
        *self.names.entry(text).or_insert_with(|| strings.push(text))
    }

    /// The id of a text that may not stand in the source as it is.
    pub(crate) fn name_of_cow(&mut self, text: Cow<'a, str>) -> Name {
        match text {
            Cow::Borrowed(text) => self.name(text),
            Cow::Owned(text) => self.name(self.arena.alloc_str(&text)),
        }
    }

    /// The name of a private member, with its `#`.
    pub(crate) fn private_name(&mut self, name: &str) -> Name {
        self.name(self.arena.alloc_concat_strs_array(["#", name]))
    }

    /// The name of a property, unless it is computed.
    pub(crate) fn property_name(&mut self, key: &PropertyKey<'a>) -> Option<Name> {
        match key {
            PropertyKey::StaticIdentifier(identifier) => Some(self.name(identifier.name.as_str())),
            PropertyKey::PrivateIdentifier(identifier) => Some(self.private_name(identifier.name.as_str())),
            PropertyKey::StaticMemberExpression(member) => self.iterator_symbol(member),
            key => {
                let text = key.static_name()?;
                Some(self.name_of_cow(text))
            }
        }
    }

    /// `[Symbol.iterator]` and `[Symbol.asyncIterator]`, which the language looks for under these names.
    fn iterator_symbol(&mut self, member: &StaticMemberExpression<'a>) -> Option<Name> {
        let is_symbol = matches!(&member.object, Expression::Identifier(identifier)
            if identifier.name == "Symbol" && self.resolve(identifier).is_none());
        let text = match member.property.name.as_str() {
            "iterator" => "[Symbol.iterator]",
            "asyncIterator" => "[Symbol.asyncIterator]",
            _ => return None,
        };
        is_symbol.then(|| self.name(text))
    }
}

/// The text of a string literal or of a template without substitutions, and where it stands without its quotes.
pub(crate) fn static_string<'a>(expr: &Expression<'a>) -> Option<(&'a str, Span)> {
    let text = match expr.get_inner_expression() {
        Expression::StringLiteral(literal) => literal.value.as_str(),
        Expression::TemplateLiteral(template) => template.single_quasi()?.as_str(),
        _ => return None,
    };
    let span = span_of(expr.get_inner_expression().span());
    Some((text, Span::new(span.start + 1, span.end.saturating_sub(1).max(span.start + 1))))
}
