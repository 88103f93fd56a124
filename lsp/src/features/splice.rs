//! Half-written code made whole: a marker in the place of the name that is being typed, and brackets that close.

use lunora_facts::Span;

/// Stands for the name that is being typed. No project has such a name.
pub(super) const MARKER: &str = "lunoraAdvisorCompletes";

/// A place where a name is being typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Hole {
    /// What a chosen name takes the place of.
    pub(super) span: Span,
    /// The quote of the string that it is in; `None` outside of strings.
    quote: Option<char>,
    /// Whether that quote is missing behind it.
    is_unclosed: bool,
}

/// The hole at an offset of a text: the string around it, or the word before it.
pub(super) fn hole(text: &str, offset: u32) -> Option<Hole> {
    let at = offset as usize;
    let before = text.get(..at)?;
    let after = text.get(at..)?;
    match Scan::of(before).string {
        Some((_, start, _)) if before.get(start..).is_some_and(|inner| inner.contains("${")) => None,
        Some((quote, start, is_closed_by_line)) => {
            let line = after.split(['\n', '\r']).next().unwrap_or_default();
            let end = line.find(quote).filter(|end| is_name_like(line.get(..*end).unwrap_or_default()));
            let length = end.unwrap_or(0);
            (is_closed_by_line || end.is_some()).then_some(Hole {
                span: span(start, at + length),
                quote: Some(quote),
                is_unclosed: end.is_none(),
            })
        }
        None => {
            let start = before.trim_end_matches(is_word).len();
            let length = after.find(|character| !is_word(character)).unwrap_or(after.len());
            Some(Hole { span: span(start, at + length), quote: None, is_unclosed: false })
        }
    }
}

impl Hole {
    /// Whether it is a string.
    pub(super) fn is_string(self) -> bool {
        self.quote.is_some()
    }
}

/// Texts with the marker in the hole, the likeliest first: as it is; with what is open closed at the end of the line, and right behind
/// the marker, before the next statement; and without all that follows.
pub(super) fn spliced(text: &str, hole: Hole) -> Vec<String> {
    let start = text.get(..hole.span.start as usize).unwrap_or_default();
    let rest = text.get(hole.span.end as usize..).unwrap_or_default();
    let quote = hole.quote.map(String::from).unwrap_or_default();
    let missing = if hole.is_unclosed { quote.as_str() } else { "" };
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let next = next_statement(rest).and_then(|position| rest.get(position..)).unwrap_or_default();
    let with_line = closed(format!("{start}{MARKER}{missing}{line}"));
    let alone = closed(format!("{start}{MARKER}{quote}"));
    let mut texts = vec![format!("{start}{MARKER}{missing}{rest}"), format!("{with_line}{next}")];
    if !next.is_empty() {
        texts.push(format!("{alone}{next}"));
    }
    texts.push(alone);
    texts
}

/// A text with all that is open closed.
fn closed(mut text: String) -> String {
    let open = Scan::of(&text).open;
    // What is typed in an object is the key of a property, or a property alone: both parse.
    text.extend(open.iter().rev());
    text.push_str(";\n");
    text
}

/// Where the next statement at the top level begins, by its indentation.
fn next_statement(rest: &str) -> Option<usize> {
    let lines = rest.match_indices('\n').map(|(position, _)| position + 1);
    let is_start = |position: &usize| {
        rest.get(*position..).is_some_and(|line| {
            ["export ", "const ", "let ", "function ", "async ", "class ", "import ", "type ", "interface "]
                .iter()
                .any(|word| line.starts_with(word))
        })
    };
    lines.into_iter().find(is_start)
}

/// Whether what stands before a quote can be the rest of a name, rather than code after a string that was never closed.
fn is_name_like(text: &str) -> bool {
    !text.contains(['(', ')', '{', '}', ';', ',', '=', '[', ']', ' '])
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

fn span(start: usize, end: usize) -> Span {
    let offset = |position: usize| u32::try_from(position).unwrap_or(u32::MAX);
    Span::new(offset(start), offset(end))
}

/// Where the end of a text stands: within which brackets, and in which string.
#[derive(Default)]
struct Scan {
    /// What closes each open bracket, outermost first.
    open: Vec<char>,
    /// The quote of the string that is open, where its content begins, and whether a line end closes it.
    string: Option<(char, usize, bool)>,
}

impl Scan {
    fn of(text: &str) -> Self {
        let mut scan = Self::default();
        let mut characters = text.char_indices().peekable();
        let mut previous = ' ';
        while let Some((position, character)) = characters.next() {
            if let Some((quote, _, ends_with_line)) = scan.string {
                match character {
                    '\\' => {
                        characters.next();
                    }
                    '\n' if ends_with_line => scan.string = None,
                    character if character == quote => scan.string = None,
                    _ => {}
                }
                continue;
            }
            match (character, characters.peek()) {
                ('/', Some((_, '/'))) if previous != ':' => {
                    while characters.next_if(|(_, next)| *next != '\n').is_some() {}
                }
                ('/', Some((_, '*'))) => {
                    let mut last = ' ';
                    for (_, next) in characters.by_ref() {
                        if (last, next) == ('*', '/') {
                            break;
                        }
                        last = next;
                    }
                }
                ('"' | '\'', _) => scan.string = Some((character, position + 1, true)),
                ('`', _) => scan.string = Some((character, position + 1, false)),
                ('(', _) => scan.open.push(')'),
                ('[', _) => scan.open.push(']'),
                ('{', _) => scan.open.push('}'),
                (')' | ']' | '}', _) => {
                    // A bracket closes its own kind; what is still open within it never was closed.
                    if let Some(own) = scan.open.iter().rposition(|open| *open == character) {
                        scan.open.truncate(own);
                    }
                }
                _ => {}
            }
            previous = character;
        }
        scan
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The texts for a hole at `|`.
    fn texts(marked: &str) -> Vec<String> {
        let offset = marked.find('|').expect("a cursor") as u32;
        let text = marked.replacen('|', "", 1);
        hole(&text, offset).map(|hole| spliced(&text, hole)).unwrap_or_default()
    }

    #[test]
    fn a_string_is_replaced_whole_and_closed_where_it_is_not() {
        assert_eq!(texts("f(\"me|ss\", 1)")[0], format!("f(\"{MARKER}\", 1)"));
        assert_eq!(texts("f('me|).g('x')")[0], format!("f('{MARKER}').g('x')"));
        assert_eq!(texts("f(`a${b}|`)"), Vec::<String>::new());
        assert_eq!(texts("f(`|`)")[0], format!("f(`{MARKER}`)"));
    }

    #[test]
    fn brackets_are_closed_before_the_next_statement() {
        let text = "const a = f(async () => {\n    // it's (\n    g({ where: { au|\nexport const b = 1;\n";
        let found = texts(text);
        let closed =
            format!("const a = f(async () => {{\n    // it's (\n    g({{ where: {{ {MARKER}}}}})}});\n");
        assert_eq!(found[1], format!("{closed}export const b = 1;\n"));
        assert_eq!(found[2..], [found[1].clone(), closed]);
        // What an editor has closed by itself stays, and so does what is behind it.
        let found = texts("f((q) => q.eq(\"a\", 1).gt(\"|\")\nexport const b = 1;\n");
        assert_eq!(found[1], format!("f((q) => q.eq(\"a\", 1).gt(\"{MARKER}\"));\nexport const b = 1;\n"));
        assert_eq!(texts("f(id, { |, \"t\"")[1], format!("f(id, {{ {MARKER}, \"t\"}});\n"));
    }

    proptest! {
        #![proptest_config(lunora_properties::config(256))]

        #[test]
        fn any_text_gives_texts_that_hold_the_marker(text in "[a-z\"'`(){}\\[\\]/*\\\\\\n ü🦀$]{0,60}", at in 0usize..60) {
            let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            if let Some(hole) = hole(&text, at as u32) {
                prop_assert!(text.get(hole.span.range()).is_some());
                for text in spliced(&text, hole) {
                    prop_assert_eq!(text.matches(MARKER).count(), 1);
                }
            }
        }
    }
}
