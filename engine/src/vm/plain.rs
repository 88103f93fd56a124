//! Values that JSON can hold as they are, written without a detour through JavaScript.

use rquickjs::{Array, Ctx, Filter, Function, Object, String as Text, Type, Value};
use serde_json::Number;

/// What begins an array that stands for a value JSON does not know; see `wire.js`.
const TAG: &str = "$lunora.wire$";
/// As deep as values may be nested.
const MAX_DEPTH: usize = 64;
/// Whole numbers up to here are written with all of their digits.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Puts the function on the object of the host.
pub(crate) fn bind<'js>(context: &Ctx<'js>, object: &Object<'js>) -> rquickjs::Result<()> {
    object.set("plainText", Function::new(context.clone(), plain_text)?)
}

/// A value as `JSON.stringify(encode(value))` writes it, if all in it is plain; else nothing, and `encode` says what is to be done.
fn plain_text(value: Value<'_>) -> rquickjs::Result<Option<String>> {
    let mut text = String::new();
    Ok(write(&value, 0, &mut text)?.then_some(text))
}

/// Writes a value; `false` if it is not plain.
fn write(value: &Value<'_>, depth: usize, out: &mut String) -> rquickjs::Result<bool> {
    match value.type_of() {
        Type::Null => out.push_str("null"),
        Type::Bool => out.push_str(if value.as_bool() == Some(true) { "true" } else { "false" }),
        Type::Int => out.push_str(&value.as_int().unwrap_or_default().to_string()),
        Type::Float => return Ok(write_number(value.as_float().unwrap_or(f64::NAN), out)),
        Type::String => {
            return Ok(value.as_string().and_then(text_of).is_some_and(|text| write_text(&text, out)));
        }
        Type::Array if depth < MAX_DEPTH => {
            return value.as_array().map_or(Ok(false), |array| write_array(array, depth + 1, out));
        }
        Type::Object if depth < MAX_DEPTH => {
            return value.as_object().map_or(Ok(false), |object| write_object(object, depth + 1, out));
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn write_number(number: f64, out: &mut String) -> bool {
    if number.fract() == 0.0 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a whole number within the exact range of an f64"
        )]
        let whole = number as i64;
        out.push_str(&whole.to_string());
        return number.abs() <= EXACT;
    }
    let Some(number) = Number::from_f64(number) else { return false };
    out.push_str(&number.to_string());
    true
}

fn write_text(text: &str, out: &mut String) -> bool {
    serde_json::to_string(text).map(|quoted| out.push_str(&quoted)).is_ok()
}

fn write_array(array: &Array<'_>, depth: usize, out: &mut String) -> rquickjs::Result<bool> {
    out.push('[');
    for position in 0..array.len() {
        let item: Value<'_> = array.get(position)?;
        if position == 0 && item.as_string().and_then(text_of).is_some_and(|text| text == TAG) {
            return Ok(false);
        }
        if position > 0 {
            out.push(',');
        }
        if !write(&item, depth, out)? {
            return Ok(false);
        }
    }
    out.push(']');
    Ok(true)
}

fn write_object(object: &Object<'_>, depth: usize, out: &mut String) -> rquickjs::Result<bool> {
    // An instance of a class is for `encode` to judge.
    if object.get_prototype().is_some_and(|prototype| prototype.get_prototype().is_some()) {
        return Ok(false);
    }
    out.push('{');
    let mut is_first = true;
    for key in object.own_keys::<Text<'_>>(Filter::new().string().enum_only()) {
        let key = key?;
        let value: Value<'_> = object.get(key.clone())?;
        if value.is_undefined() {
            continue;
        }
        let Some(key) = text_of(&key) else { return Ok(false) };
        if !is_first {
            out.push(',');
        }
        is_first = false;
        if !write_text(&key, out) {
            return Ok(false);
        }
        out.push(':');
        if !write(&value, depth, out)? {
            return Ok(false);
        }
    }
    out.push('}');
    Ok(true)
}

/// A text, unless it holds half of a character.
fn text_of(text: &Text<'_>) -> Option<String> {
    text.to_string().ok()
}
