//! The tokens of the language: <https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax>.

use smol_str::SmolStr;

use super::Fault;

/// The smallest unit of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name or a keyword.
    Name(SmolStr),
    /// An integer, whose sign is a token of its own.
    Int(u64),
    /// An unsigned integer.
    Uint(u64),
    /// Any other number.
    Double(f64),
    /// A string.
    Text(SmolStr),
    /// A string of bytes.
    Bytes(Vec<u8>),
    /// An operator or a bracket.
    Mark(&'static str),
    /// Nothing follows.
    End,
}

/// The longer of two marks that start alike comes first.
const MARKS: [&str; 25] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "?", ":", ".", ",", "+", "-", "*", "/", "%", "(", ")", "[", "]",
    "{", "}", "=",
];

/// All tokens of an expression with the byte each starts at; the last one is [`Token::End`].
pub(super) fn tokens(source: &str) -> Result<Vec<(Token, usize)>, Fault> {
    let mut scanner = Scanner { source, at: 0 };
    let mut tokens = Vec::new();
    loop {
        scanner.skip_space();
        let start = scanner.at;
        let token = scanner.token()?;
        let end = token == Token::End;
        tokens.push((token, start));
        if end {
            return Ok(tokens);
        }
    }
}

struct Scanner<'s> {
    source: &'s str,
    at: usize,
}

/// How a string is written.
#[derive(Clone, Copy, Default)]
struct Prefix {
    raw: bool,
    bytes: bool,
}

impl<'s> Scanner<'s> {
    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn fault<T>(&self, message: impl Into<String>) -> Result<T, Fault> {
        Err(Fault { at: self.at, message: message.into() })
    }

    fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let code = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b');
            self.at += rest.len() - code.len();
            if !code.starts_with("//") {
                return;
            }
            self.at += code.find('\n').unwrap_or(code.len());
        }
    }

    fn token(&mut self) -> Result<Token, Fault> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(Token::End) };
        let second = rest[first.len_utf8()..].chars().next();
        if let Some(prefix) = string_prefix(rest) {
            return self.string(prefix);
        }
        if first.is_ascii_digit() || (first == '.' && second.is_some_and(|c| c.is_ascii_digit())) {
            return self.number();
        }
        if first.is_ascii_alphabetic() || first == '_' {
            let length = run(rest, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
            self.at += length;
            return Ok(Token::Name(rest[..length].into()));
        }
        match MARKS.into_iter().find(|mark| rest.starts_with(mark)) {
            Some("=") => self.fault("`=` is no operator: two values are compared by `==`"),
            Some(mark) => {
                self.at += mark.len();
                Ok(Token::Mark(mark))
            }
            None => self.fault(format!("`{first}` has no meaning here")),
        }
    }

    fn number(&mut self) -> Result<Token, Fault> {
        let rest = self.rest();
        if let Some(hex) = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")) {
            let length = run(hex, |byte| byte.is_ascii_hexdigit());
            return self.integer(u64::from_str_radix(&hex[..length], 16).ok(), length + 2);
        }
        let whole = run(rest, |byte| byte.is_ascii_digit());
        let mut length = whole;
        if rest[length..].starts_with('.') {
            let fraction = run(&rest[length + 1..], |byte| byte.is_ascii_digit());
            length += if fraction == 0 { 0 } else { fraction + 1 };
        }
        if let Some(exponent) = rest[length..].strip_prefix(['e', 'E']) {
            let sign = usize::from(exponent.starts_with(['+', '-']));
            let digits = run(&exponent[sign..], |byte| byte.is_ascii_digit());
            length += if digits == 0 { 0 } else { 1 + sign + digits };
        }
        if length == whole {
            return self.integer(rest[..whole].parse().ok(), whole);
        }
        match rest[..length].parse() {
            Ok(number) => {
                self.at += length;
                Ok(Token::Double(number))
            }
            Err(_) => self.fault("this is no number"),
        }
    }

    fn integer(&mut self, number: Option<u64>, length: usize) -> Result<Token, Fault> {
        let Some(number) = number else { return self.fault("this is no integer of 64 bits") };
        self.at += length;
        if self.rest().starts_with(['u', 'U']) {
            self.at += 1;
            return Ok(Token::Uint(number));
        }
        Ok(Token::Int(number))
    }

    fn string(&mut self, prefix: Prefix) -> Result<Token, Fault> {
        self.at += usize::from(prefix.raw) + usize::from(prefix.bytes);
        let rest = self.rest();
        let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote)).unwrap_or("\"");
        self.at += quote.len();
        let mut bytes = Vec::new();
        loop {
            let rest = self.rest();
            if rest.starts_with(quote) {
                self.at += quote.len();
                break;
            }
            let Some(next) = rest.chars().next().filter(|c| quote.len() == 3 || !matches!(c, '\n' | '\r')) else {
                return self.fault("the string does not end");
            };
            if next == '\\' && !prefix.raw {
                self.escape(prefix.bytes, &mut bytes)?;
            } else {
                bytes.extend_from_slice(next.encode_utf8(&mut [0; 4]).as_bytes());
                self.at += next.len_utf8();
            }
        }
        if prefix.bytes {
            return Ok(Token::Bytes(bytes));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Token::Text(text.into())),
            Err(_) => self.fault("the string is not valid UTF-8"),
        }
    }

    /// Reads one escape, such as `\n` or `\u00e4`.
    fn escape(&mut self, is_bytes: bool, out: &mut Vec<u8>) -> Result<(), Fault> {
        let Some(kind) = self.rest()[1..].chars().next() else { return self.fault("the string does not end") };
        let (digits, start, radix) = match kind {
            'x' | 'X' => (2, 2, 16),
            'u' if !is_bytes => (4, 2, 16),
            'U' if !is_bytes => (8, 2, 16),
            '0'..='3' => (3, 1, 8),
            _ => return self.simple_escape(kind, out),
        };
        let text = self.rest().get(start..start + digits).filter(|text| !text.starts_with('+'));
        let Some(code) = text.and_then(|text| u32::from_str_radix(text, radix).ok()) else {
            return self.fault("the escape needs more digits");
        };
        match (is_bytes, u8::try_from(code), char::from_u32(code)) {
            (true, Ok(byte), _) => out.push(byte),
            (false, _, Some(c)) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            _ => return self.fault("the escape is no character"),
        }
        self.at += start + digits;
        Ok(())
    }

    fn simple_escape(&mut self, kind: char, out: &mut Vec<u8>) -> Result<(), Fault> {
        let byte = match kind {
            'a' => 0x07,
            'b' => 0x08,
            'f' => 0x0c,
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'v' => 0x0b,
            '\\' => b'\\',
            '?' => b'?',
            '"' => b'"',
            '\'' => b'\'',
            '`' => b'`',
            _ => return self.fault(format!("`\\{kind}` is no escape; write `\\\\` for a backslash, or a raw string")),
        };
        out.push(byte);
        self.at += 2;
        Ok(())
    }
}

/// What stands before the quote, if a string starts here.
fn string_prefix(text: &str) -> Option<Prefix> {
    let mut prefix = Prefix::default();
    for byte in text.bytes() {
        match byte {
            b'"' | b'\'' => return Some(prefix),
            b'r' | b'R' if !prefix.raw => prefix.raw = true,
            b'b' | b'B' if !prefix.bytes => prefix.bytes = true,
            _ => return None,
        }
    }
    None
}

/// How many bytes at the start are of a kind.
fn run(text: &str, of_kind: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|byte| of_kind(*byte)).count()
}
