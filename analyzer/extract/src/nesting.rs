//! How much stack a text needs.
//!
//! The parser and the name resolver recurse, and they do not count. So the text is scanned first for a bound of its nesting, and
//! files that nest deeply get a stack of their own, or are refused.

use crate::lowering::MAX_DEPTH;

/// Bytes of stack that the parser takes for a bracket. It was measured with the shapes of `tests/robustness.rs`, at most 1.8 kB.
const BRACKET: usize = 2_560;

/// Bytes of stack for a token that may nest without a bracket, at most 0.8 kB.
const TOKEN: usize = 1_024;

/// Bytes of stack for one level of lowering, which counts its depth itself.
const LEVEL: usize = if cfg!(debug_assertions) { 2_560 } else { 768 };

/// Bytes of stack that any file may need.
const BASE: usize = (64 << 10) + MAX_DEPTH as usize * LEVEL;

/// The largest stack that is asked for, in bytes.
const LARGEST: usize = 256 << 20;

/// How often the parser may come to a `<`. It tries each as the beginning of type arguments, and if it was none, comes again to all
/// those inside: a thousand in a row are as many as half a million.
const MOST_TRIALS: usize = 500_000;

/// How deeply scopes may nest, together with brackets. A name is looked for in each scope around it: so many names as deeply nested as
/// this are looked for in a hundred million.
const MOST_SCOPES: usize = 16_000;

/// Runs `work` with enough stack to read `text`. `None` if that would be too much, or take too long.
pub(crate) fn with_stack_for<T>(text: &str, work: impl FnOnce() -> T) -> Option<T> {
    let remaining = stacker::remaining_stack().unwrap_or(0);
    let most = as_if_all_were_nested(text.as_bytes());
    let is_bearable = most.trials <= MOST_TRIALS && most.scopes <= MOST_SCOPES;
    if BASE.saturating_add(most.stack) <= remaining && is_bearable {
        return Some(work());
    }
    let Effort { stack, trials, scopes } = effort(text);
    let needed = BASE.saturating_add(stack);
    let is_bearable = needed <= LARGEST && trials <= MOST_TRIALS && scopes <= MOST_SCOPES;
    is_bearable.then(|| stacker::maybe_grow(needed, needed, work))
}

/// What it takes to parse a text and to resolve its names, at most.
struct Effort {
    /// Bytes of stack.
    stack: usize,
    /// How often the parser comes to a `<`.
    trials: usize,
    /// How deeply scopes and brackets nest.
    scopes: usize,
}

/// A bound that counts the tokens only, which takes next to no time and will do for most files.
fn as_if_all_were_nested(bytes: &[u8]) -> Effort {
    let (mut brackets, mut tokens, mut angles) = (0_usize, 0_usize, 0_usize);
    for chunk in bytes.chunks(128) {
        // Sums of one byte let the loop run on many bytes at once.
        let (mut opening, mut others, mut less) = (0_u8, 0_u8, 0_u8);
        for &byte in chunk {
            let is_opening = matches!(byte, b'(' | b'[' | b'{' | b'<' | b'`');
            let is_word = byte.is_ascii_alphanumeric() | (byte >= 128);
            opening += u8::from(is_opening);
            others += u8::from(!is_opening & !is_word);
            less += u8::from(byte == b'<');
        }
        brackets += usize::from(opening);
        tokens += usize::from(others);
        angles += usize::from(less);
    }
    Effort {
        stack: brackets.saturating_mul(BRACKET).saturating_add(tokens.saturating_mul(TOKEN)),
        trials: angles.saturating_mul(angles) / 2,
        // A scope has a bracket or an arrow.
        scopes: brackets.saturating_add(tokens),
    }
}

/// A bound for what parsing takes. The stack: for every open bracket, and in each of them for the tokens since the last one that
/// ends an expression or statement (`!!!a`, `a => b => c`, `else if` and chains of operators nest without brackets).
///
/// It errs to the high side: what it takes for nesting may be a flat run of words.
fn effort(text: &str) -> Effort {
    let mut scan = Scan {
        bytes: text.as_bytes(),
        at: 0,
        open: Vec::new(),
        level: Level::default(),
        outer: 0,
        outer_angles: 0,
        outer_scopes: 0,
        highest: 0,
        trials: 0,
        most_scopes: 0,
    };
    scan.run();
    Effort { stack: scan.highest, trials: scan.trials, scopes: scan.most_scopes }
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    open: Vec<Level>,
    level: Level,
    /// What all open levels take.
    outer: usize,
    /// What the `<` without a `>` of all open levels take.
    outer_angles: usize,
    /// How many scopes all open levels make, besides their brackets.
    outer_scopes: usize,
    highest: usize,
    trials: usize,
    most_scopes: usize,
}

/// What is known of one pair of brackets.
#[derive(Clone, Copy, Default)]
struct Level {
    /// What the tokens since the last that ended something take.
    chain: usize,
    /// What the `<` without a `>` take.
    angles: usize,
    /// What the branches of `if` take; a `;` does not end them.
    branches: usize,
    /// How many of the tokens make a scope: `for` and `=>`.
    scopes: usize,
    /// Whether it is the text of a template.
    is_template: bool,
}

/// What a byte is to the scan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Space,
    Open,
    Close,
    Comma,
    Semicolon,
    Less,
    Greater,
    Quote,
    Backtick,
    Slash,
    /// An operator of which every byte may be one.
    Sign,
    Operator,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Word; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => Class::Space,
            b'(' | b'[' | b'{' => Class::Open,
            b')' | b']' | b'}' => Class::Close,
            b',' => Class::Comma,
            b';' => Class::Semicolon,
            b'<' => Class::Less,
            b'>' => Class::Greater,
            b'"' | b'\'' => Class::Quote,
            b'`' => Class::Backtick,
            b'/' => Class::Slash,
            b'!' | b'~' | b'+' | b'-' | b'@' => Class::Sign,
            b'=' | b'&' | b'|' | b'?' | b'*' | b'.' | b':' | b'%' | b'^' => Class::Operator,
            _ => Class::Word,
        };
        byte += 1;
    }
    classes
};

fn class(byte: u8) -> Class {
    CLASSES[byte as usize]
}

/// Words that begin a statement wherever a line begins with them.
const STATEMENTS: [&[u8]; 6] = [b"const ", b"export ", b"import ", b"let ", b"return ", b"var "];

impl Level {
    fn total(&self) -> usize {
        self.chain + self.branches
    }

    fn end_statement(&mut self) {
        self.chain = 0;
        self.angles = 0;
        self.scopes = 0;
    }

    /// A comma ends an expression, but no parameter of `<A, B>(a: A) => …`.
    fn end_expression(&mut self) {
        if self.angles == 0 {
            self.chain = 0;
            self.scopes = 0;
        }
    }
}

impl Scan<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match class(byte) {
                Class::Word => {}
                Class::Space => self.space(),
                Class::Sign => self.level.chain += TOKEN,
                Class::Operator => self.operator(),
                Class::Open => {
                    let before = self.bytes.get(..self.at - 1).unwrap_or_default().trim_ascii_end();
                    let is_loop =
                        byte == b'(' && (before.ends_with(b"for") || before.ends_with(b"for await"));
                    self.level.scopes += usize::from(is_loop);
                    self.open(false);
                }
                Class::Close => self.close(),
                Class::Comma => {
                    self.note();
                    self.level.end_expression();
                }
                Class::Semicolon => {
                    self.note();
                    self.level.end_statement();
                    self.branch();
                }
                Class::Less => {
                    self.level.chain += BRACKET;
                    self.level.angles += BRACKET;
                    self.trials += (self.outer_angles + self.level.angles) / BRACKET;
                }
                Class::Greater => {
                    self.level.angles = self.level.angles.saturating_sub(BRACKET);
                }
                Class::Quote => self.quoted(byte),
                Class::Backtick => {
                    self.open(true);
                    self.template();
                }
                Class::Slash => self.slash(),
            }
        }
        self.note();
    }

    fn note(&mut self) {
        self.highest = self.highest.max(self.outer + self.level.total());
        self.most_scopes = self.most_scopes.max(self.open.len() + self.outer_scopes + self.level.scopes);
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The byte before the one that was read last.
    fn before(&self) -> Option<u8> {
        self.bytes.get(self.at.checked_sub(2)?).copied()
    }

    /// Words are told apart by spaces: `a in b`, `await await a`, `(a) as b`.
    fn space(&mut self) {
        let start = self.at - 1;
        let before = self.before().map_or(Class::Operator, class);
        let mut is_new_line = self.bytes.get(self.at - 1) == Some(&b'\n');
        while let Some(&byte) = self.bytes.get(self.at)
            && class(byte) == Class::Space
        {
            is_new_line |= byte == b'\n';
            self.at += 1;
        }
        let after = self.bytes.get(self.at).map_or(Class::Operator, |&byte| class(byte));
        if after != Class::Word {
            return;
        }
        // The body of a loop or arrow has ended, and no scope goes on behind it.
        if self.bytes.get(..start).is_some_and(|before| before.ends_with(b"}")) {
            self.level.scopes = 0;
        }
        if is_new_line && STATEMENTS.iter().any(|word| self.rest().starts_with(word)) {
            self.note();
            self.level.end_statement();
        } else if matches!(before, Class::Word | Class::Close | Class::Quote | Class::Greater) {
            self.level.chain += TOKEN;
        }
        self.branch();
    }

    /// An operator of several bytes counts once.
    fn operator(&mut self) {
        let continues = self
            .before()
            .is_some_and(|byte| matches!(class(byte), Class::Operator | Class::Less | Class::Greater));
        if !continues {
            self.level.chain += TOKEN;
        }
        let is_arrow = self.bytes.get(self.at - 1) == Some(&b'=') && self.rest().first() == Some(&b'>');
        self.level.scopes += usize::from(is_arrow);
    }

    fn branch(&mut self) {
        if self.rest().starts_with(b"else") {
            self.level.branches += TOKEN;
        }
    }

    fn open(&mut self, is_template: bool) {
        self.level.chain += BRACKET;
        self.note();
        self.outer += self.level.total();
        self.outer_angles += self.level.angles;
        self.outer_scopes += self.level.scopes;
        self.open.push(self.level);
        self.level = Level { is_template, ..Level::default() };
    }

    fn close(&mut self) {
        self.note();
        if let Some(level) = self.open.pop() {
            self.level = level;
            self.outer -= level.total();
            self.outer_angles -= level.angles;
            self.outer_scopes -= level.scopes;
            self.level.chain -= BRACKET - TOKEN;
            if level.is_template {
                self.template();
            } else {
                self.branch();
            }
        }
    }

    /// Skips a string; one that is not closed ends with its line.
    fn quoted(&mut self, quote: u8) {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'\n' => return,
                byte if byte == quote => return,
                _ => {}
            }
        }
    }

    /// Skips the text of a template up to its end or to the next `${`.
    fn template(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'`' => return self.close(),
                b'$' if self.bytes.get(self.at) == Some(&b'{') => {
                    self.at += 1;
                    return self.open(false);
                }
                _ => {}
            }
        }
    }

    fn slash(&mut self) {
        match self.bytes.get(self.at) {
            Some(b'/') => self.line_comment(),
            Some(b'*') => self.block_comment(),
            _ if self.may_begin_regex() => self.regex(),
            _ => self.level.chain += TOKEN,
        }
    }

    fn line_comment(&mut self) {
        self.at += memchr::memchr(b'\n', self.rest()).unwrap_or(self.rest().len());
    }

    fn block_comment(&mut self) {
        self.at += 1;
        let end = memchr::memmem::find(self.rest(), b"*/");
        self.at += end.map_or(self.rest().len(), |end| end + 2);
        self.level.chain += TOKEN;
    }

    /// Whether the slash before the current byte stands where a value is expected.
    fn may_begin_regex(&self) -> bool {
        let before = self.bytes.get(..self.at - 1).unwrap_or_default().trim_ascii_end();
        before.last().is_none_or(|&byte| {
            !matches!(
                CLASSES[byte as usize],
                Class::Word | Class::Close | Class::Quote | Class::Backtick | Class::Less
            )
        })
    }

    fn regex(&mut self) {
        let mut in_class = false;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'\n' => return,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => return,
                _ => {}
            }
        }
    }
}
