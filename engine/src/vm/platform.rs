//! Parts of the web platform that compute: text, addresses, digests, the order of words. The same on every machine.

use hmac::{Hmac, Mac};
use icu_collator::options::{CaseLevel, CollatorOptions, Strength};
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{Collator, CollatorPreferences};
use icu_locale_core::Locale;
use rquickjs::{Ctx, Function, Object};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use url::{Url, quirks};

/// Puts the functions on the object of the host.
pub(crate) fn bind<'js>(context: &Ctx<'js>, object: &Object<'js>) -> rquickjs::Result<()> {
    object.set("decodeText", Function::new(context.clone(), decode)?)?;
    object.set("collate", Function::new(context.clone(), collate)?)?;
    object.set("digest", Function::new(context.clone(), digest)?)?;
    object.set("hmac", Function::new(context.clone(), hmac)?)?;
    object.set("parseUrl", Function::new(context.clone(), parse_url)?)?;
    object.set("changeUrl", Function::new(context.clone(), change_url)?)
}

/// The text of bytes in UTF-8; `None` if they are none and that matters.
fn decode(bytes: Vec<u8>, is_fatal: bool) -> Option<String> {
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if !is_fatal => Some(String::from_utf8_lossy(error.as_bytes()).into_owned()),
        Err(_) => None,
    }
}

/// The order of two texts in a language: negative, zero or positive; `None` if the language is not known.
fn collate(
    left: String,
    right: String,
    locale: String,
    sensitivity: String,
    is_numeric: bool,
) -> Option<i32> {
    let locale: Locale = locale.parse().ok()?;
    let mut preferences = CollatorPreferences::from(locale);
    if is_numeric {
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
    }
    let mut options = CollatorOptions::default();
    let (strength, case_level) = match sensitivity.as_str() {
        "base" => (Strength::Primary, CaseLevel::Off),
        "accent" => (Strength::Secondary, CaseLevel::Off),
        "case" => (Strength::Primary, CaseLevel::On),
        _ => (Strength::Tertiary, CaseLevel::Off),
    };
    options.strength = Some(strength);
    options.case_level = Some(case_level);
    let collator = Collator::try_new(preferences, options).ok()?;
    Some(collator.compare(&left, &right) as i32)
}

/// The digest of bytes; `None` for an algorithm that isn't here.
fn digest(algorithm: String, bytes: Vec<u8>) -> Option<Vec<u8>> {
    match algorithm.as_str() {
        "SHA-1" => Some(Sha1::digest(bytes).to_vec()),
        "SHA-256" => Some(Sha256::digest(bytes).to_vec()),
        "SHA-384" => Some(Sha384::digest(bytes).to_vec()),
        "SHA-512" => Some(Sha512::digest(bytes).to_vec()),
        _ => None,
    }
}

/// The authentication code of bytes; `None` for an algorithm that isn't here.
fn hmac(algorithm: String, key: Vec<u8>, bytes: Vec<u8>) -> Option<Vec<u8>> {
    match algorithm.as_str() {
        "SHA-1" => code::<Hmac<Sha1>>(&key, &bytes),
        "SHA-256" => code::<Hmac<Sha256>>(&key, &bytes),
        "SHA-384" => code::<Hmac<Sha384>>(&key, &bytes),
        "SHA-512" => code::<Hmac<Sha512>>(&key, &bytes),
        _ => None,
    }
}

fn code<M: Mac + hmac::digest::KeyInit>(key: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let mut code = <M as Mac>::new_from_slice(key).ok()?;
    code.update(bytes);
    Some(code.finalize().into_bytes().to_vec())
}

/// The parts of an address as JSON; `None` if it is none.
fn parse_url(text: String, base: Option<String>) -> Option<String> {
    let base = base.map(|base| Url::parse(&base)).transpose().ok()?;
    let url = Url::options().base_url(base.as_ref()).parse(&text).ok()?;
    Some(parts(&url).to_string())
}

/// The parts of an address after one of them was set; what can't be set stays.
fn change_url(href: String, part: String, value: String) -> Option<String> {
    let mut url = Url::parse(&href).ok()?;
    let url_to_change = &mut url;
    // What a setter refuses changes nothing, as the standard has it.
    match part.as_str() {
        "protocol" => drop(quirks::set_protocol(url_to_change, &value)),
        "username" => drop(quirks::set_username(url_to_change, &value)),
        "password" => drop(quirks::set_password(url_to_change, &value)),
        "host" => drop(quirks::set_host(url_to_change, &value)),
        "hostname" => drop(quirks::set_hostname(url_to_change, &value)),
        "port" => drop(quirks::set_port(url_to_change, &value)),
        "pathname" => quirks::set_pathname(url_to_change, &value),
        "search" => quirks::set_search(url_to_change, &value),
        "hash" => quirks::set_hash(url_to_change, &value),
        _ => return None,
    }
    Some(parts(&url).to_string())
}

fn parts(url: &Url) -> Value {
    json!({
        "href": quirks::href(url),
        "origin": quirks::origin(url),
        "protocol": quirks::protocol(url),
        "username": quirks::username(url),
        "password": quirks::password(url),
        "host": quirks::host(url),
        "hostname": quirks::hostname(url),
        "port": quirks::port(url),
        "pathname": quirks::pathname(url),
        "search": quirks::search(url),
        "hash": quirks::hash(url),
    })
}
