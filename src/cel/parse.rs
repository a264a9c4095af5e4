//! From tokens to an expression.

use smol_str::SmolStr;

use super::{
    Fault,
    ast::{Call, Entry, Expr, Item, Kind, Literal, Select},
    library, macros,
    token::{Token, tokens},
};

/// Deeper expressions are refused, so that no expression can exhaust the stack.
const DEEPEST: usize = 60;
/// A chain such as `a + b + …` or `a.b.…` nests as well, without brackets.
const TALLEST: usize = 200;

/// Words that are no names, for they may be of use one day.
pub(super) const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "namespace",
    "package",
    "return",
    "var",
    "void",
    "while",
];

/// Operators of two operands, from those that bind least; `&&`, `||` and `?:` stand above them.
const LEVELS: [&[(&str, &str)]; 3] = [
    &[("<", "_<_"), ("<=", "_<=_"), (">", "_>_"), (">=", "_>=_"), ("==", "_==_"), ("!=", "_!=_"), ("in", "_in_")],
    &[("+", "_+_"), ("-", "_-_")],
    &[("*", "_*_"), ("/", "_/_"), ("%", "_%_")],
];

/// The expression that a text is.
pub(super) fn parse(source: &str) -> Result<Expr, Fault> {
    let mut parser = Parser { tokens: tokens(source)?, at: 0, depth: 0 };
    let expr = parser.expr()?;
    match parser.peek() {
        Token::End => Ok(expr),
        _ => parser.unexpected("the end of the expression"),
    }
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    at: usize,
    depth: usize,
}

type Parsed<T = Expr> = Result<T, Fault>;

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    /// The byte that the next token starts at.
    fn place(&self) -> usize {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(0, |(_, at)| *at)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn takes(&mut self, mark: &str) -> bool {
        let found = matches!(self.peek(), Token::Mark(found) if *found == mark);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, mark: &'static str) -> Parsed<()> {
        if self.takes(mark) { Ok(()) } else { self.unexpected(&format!("`{mark}`")) }
    }

    fn unexpected<T>(&self, wanted: &str) -> Parsed<T> {
        let found = match self.peek() {
            Token::End => "the expression ends".to_owned(),
            Token::Name(name) => format!("`{name}` stands"),
            Token::Mark(mark) => format!("`{mark}` stands"),
            _ => "a literal stands".to_owned(),
        };
        Err(Fault { at: self.place(), message: format!("{found} where {wanted} should be") })
    }

    fn too_long<T>(&self) -> Parsed<T> {
        Err(Fault { at: self.place(), message: "the expression is nested too deeply".to_owned() })
    }

    fn expr(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.too_long();
        }
        let condition = self.logical("||", Kind::Or, |parser| parser.logical("&&", Kind::And, Self::relation))?;
        let at = self.place();
        let expr = if self.takes("?") {
            let yes = self.logical("||", Kind::Or, |parser| parser.logical("&&", Kind::And, Self::relation))?;
            self.expect(":")?;
            let no = self.expr()?;
            Expr::new(Kind::Choice(Box::new([condition, yes, no])), at)
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expr)
    }

    /// Any number of operands between the same logical operator.
    fn logical(&mut self, mark: &str, kind: fn(Vec<Expr>) -> Kind, operand: impl Fn(&mut Self) -> Parsed) -> Parsed {
        let first = operand(self)?;
        let at = self.place();
        let mut operands = vec![first];
        while self.takes(mark) {
            operands.push(operand(self)?);
        }
        match operands.len() {
            1 => Ok(operands.remove(0)),
            _ => Ok(Expr::new(kind(operands), at)),
        }
    }

    fn relation(&mut self) -> Parsed {
        self.binary(0)
    }

    fn binary(&mut self, level: usize) -> Parsed {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while left.height < TALLEST {
            let written = match self.peek() {
                Token::Mark(mark) => *mark,
                Token::Name(name) if name == "in" => "in",
                _ => return Ok(left),
            };
            let Some((_, name)) = operators.iter().find(|(mark, _)| *mark == written) else { return Ok(left) };
            let at = self.place();
            self.at += 1;
            let right = self.binary(level + 1)?;
            left = call(name, false, vec![left, right], at);
        }
        self.too_long()
    }

    fn unary(&mut self) -> Parsed {
        let at = self.place();
        for (mark, name) in [("!", "!_"), ("-", "-_")] {
            if !self.takes(mark) {
                continue;
            }
            if let ("-", Token::Int(_) | Token::Double(_)) = (mark, self.peek()) {
                self.at -= 1;
                return self.member();
            }
            self.depth += 1;
            if self.depth > DEEPEST {
                return self.too_long();
            }
            let operand = self.unary()?;
            self.depth -= 1;
            return Ok(call(name, false, vec![operand], at));
        }
        self.member()
    }

    fn member(&mut self) -> Parsed {
        let mut expr = self.primary()?;
        while expr.height < TALLEST {
            let at = self.place();
            if self.takes(".") {
                expr = self.after_dot(expr, at)?;
            } else if self.takes("[") {
                let name = if self.takes("?") { "_[?_]" } else { "_[_]" };
                let index = self.expr()?;
                self.expect("]")?;
                expr = call(name, false, vec![expr, index], at);
            } else {
                return Ok(expr);
            }
        }
        self.too_long()
    }

    fn after_dot(&mut self, of: Expr, at: usize) -> Parsed {
        let optional = self.takes("?");
        let at_name = self.place();
        let field = match self.peek() {
            Token::Name(name) if !matches!(name.as_str(), "true" | "false" | "null" | "in") => name.clone(),
            _ => return self.unexpected("a field's name"),
        };
        self.at += 1;
        if !optional && self.takes("(") {
            let arguments = self.arguments()?;
            return Self::member_call(of, &field, arguments, at_name);
        }
        let mode = if optional { Select::Optional } else { Select::Value };
        Ok(Expr::new(Kind::Select { of: Box::new(of), field, mode }, if optional { at } else { at_name }))
    }

    fn member_call(of: Expr, name: &SmolStr, arguments: Vec<Expr>, at: usize) -> Parsed {
        if let Kind::Name(space) = &of.kind {
            let qualified = format!("{space}.{name}");
            if library::functions().contains_key(qualified.as_str()) {
                return Ok(call(&qualified, false, arguments, of.at));
            }
        }
        match macros::member(of, name, arguments, at)? {
            macros::Expanded::Macro(expr) => Ok(expr),
            macros::Expanded::Call(arguments) => Ok(call(name, true, arguments, at)),
        }
    }

    fn arguments(&mut self) -> Parsed<Vec<Expr>> {
        let mut arguments = Vec::new();
        while !self.takes(")") {
            arguments.push(self.expr()?);
            if !self.takes(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(arguments)
    }

    fn primary(&mut self) -> Parsed {
        let at = self.place();
        if self.takes("(") {
            let expr = self.expr()?;
            self.expect(")")?;
            return Ok(expr);
        }
        if self.takes("[") {
            return Ok(Expr::new(Kind::List(self.items()?), at));
        }
        if self.takes("{") {
            return Ok(Expr::new(Kind::Map(self.entries()?), at));
        }
        let negative = self.takes("-");
        self.takes(".");
        match self.peek().clone() {
            Token::Name(name) => self.name(&name, at),
            Token::Mark(_) | Token::End => self.unexpected("a value"),
            _ => Ok(Expr::new(Kind::Literal(self.literal(negative)?), at)),
        }
    }

    fn name(&mut self, name: &SmolStr, at: usize) -> Parsed {
        let literal = match name.as_str() {
            "true" => Some(Literal::Bool(true)),
            "false" => Some(Literal::Bool(false)),
            "null" => Some(Literal::Null),
            _ => None,
        };
        if RESERVED.contains(&name.as_str()) || name == "in" {
            return Err(Fault { at, message: format!("`{name}` is a reserved word") });
        }
        self.at += 1;
        if let Some(literal) = literal {
            return Ok(Expr::new(Kind::Literal(literal), at));
        }
        if self.takes("(") {
            let arguments = self.arguments()?;
            return macros::global(name, arguments, at);
        }
        Ok(Expr::new(Kind::Name(self.qualified(name)), at))
    }

    /// The name of a type may have dots in it.
    fn qualified(&mut self, first: &SmolStr) -> SmolStr {
        let mut name = first.to_string();
        let mut taken = 0;
        for step in 1.. {
            let at = self.at + 2 * (step - 1);
            let [(Token::Mark("."), _), (Token::Name(next), _)] = self.tokens.get(at..at + 2).unwrap_or_default()
            else {
                break;
            };
            name.extend([".", next]);
            if library::type_named(&name).is_some() {
                taken = step;
                break;
            }
            if step == 3 {
                break;
            }
        }
        if taken == 0 {
            return first.clone();
        }
        self.at += 2 * taken;
        name.into()
    }

    fn literal(&mut self, negative: bool) -> Parsed<Literal> {
        let at = self.place();
        let literal = match self.next() {
            Token::Int(number) => {
                let number = if negative { -i128::from(number) } else { i128::from(number) };
                let Ok(number) = i64::try_from(number) else {
                    return Err(Fault { at, message: "this is no integer of 64 bits".to_owned() });
                };
                Literal::Int(number)
            }
            Token::Double(number) => Literal::Double(if negative { -number } else { number }),
            Token::Uint(number) => Literal::Uint(number),
            Token::Text(text) => Literal::Text(text),
            Token::Bytes(bytes) => Literal::Bytes(bytes),
            Token::Name(_) | Token::Mark(_) | Token::End => Literal::Null,
        };
        Ok(literal)
    }

    fn items(&mut self) -> Parsed<Vec<Item>> {
        let mut items = Vec::new();
        while !self.takes("]") {
            let optional = self.takes("?");
            items.push(Item { value: self.expr()?, optional });
            if !self.takes(",") {
                self.expect("]")?;
                break;
            }
        }
        Ok(items)
    }

    fn entries(&mut self) -> Parsed<Vec<Entry>> {
        let mut entries = Vec::new();
        while !self.takes("}") {
            let optional = self.takes("?");
            let key = self.expr()?;
            self.expect(":")?;
            entries.push(Entry { key, value: self.expr()?, optional });
            if !self.takes(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(entries)
    }
}

/// A call before its types are known.
pub(super) fn call(name: &str, member: bool, arguments: Vec<Expr>, at: usize) -> Expr {
    let call = Call { name: name.into(), member, arguments, overloads: Vec::new() };
    Expr::new(Kind::Call(call), at)
}
