//! Expressions as trees.

use smol_str::SmolStr;

use super::library::Overload;

/// An expression and the byte that it starts at, or that its operator stands at.
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) kind: Kind,
    pub(super) at: usize,
    /// How many levels the tree has.
    pub(super) height: usize,
}

#[derive(Debug)]
pub(super) enum Kind {
    Literal(Literal),
    /// A variable, or the name of a type.
    Name(SmolStr),
    Select {
        of: Box<Expr>,
        field: SmolStr,
        mode: Select,
    },
    List(Vec<Item>),
    Map(Vec<Entry>),
    /// `&&` over at least two operands; a false one decides, whatever becomes of the others.
    And(Vec<Expr>),
    /// `||`, likewise.
    Or(Vec<Expr>),
    /// `condition ? yes : no`.
    Choice(Box<[Expr; 3]>),
    Call(Call),
    Fold(Box<Fold>),
}

/// What is asked of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Select {
    /// `a.b`.
    Value,
    /// `has(a.b)`.
    Presence,
    /// `a.?b`.
    Optional,
}

/// A function or an operator.
#[derive(Debug)]
pub(super) struct Call {
    /// Operators are named like `_+_`.
    pub(super) name: SmolStr,
    /// Whether the first argument stands before a dot.
    pub(super) member: bool,
    pub(super) arguments: Vec<Expr>,
    /// Those that the types of the arguments leave; empty until the types are checked.
    pub(super) overloads: Vec<&'static Overload>,
}

/// An element of a list literal.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) value: Expr,
    /// Written `[?value]`.
    pub(super) optional: bool,
}

/// An entry of a map literal.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: Expr,
    pub(super) value: Expr,
    /// Written `{?key: value}`.
    pub(super) optional: bool,
}

/// A macro that evaluates a body for the elements of a list, a map or an optional value.
#[derive(Debug)]
pub(super) struct Fold {
    pub(super) form: Form,
    pub(super) range: Expr,
    /// One name, or those of index and value.
    pub(super) names: Vec<SmolStr>,
    pub(super) filter: Option<Expr>,
    pub(super) body: Expr,
}

/// What becomes of the body's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    All,
    Exists,
    ExistsOne,
    /// `map` and `transformList`.
    List,
    /// `filter`.
    Filter,
    /// `transformMap`.
    Map,
    /// `transformMapEntry`.
    Entries,
    /// `sortBy`.
    SortBy,
    /// `optMap`.
    OptMap,
    /// `optFlatMap`.
    OptFlatMap,
}

#[derive(Debug)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Text(SmolStr),
    Bytes(Vec<u8>),
}

impl Expr {
    pub(super) fn new(kind: Kind, at: usize) -> Self {
        let mut expr = Self { kind, at, height: 0 };
        expr.height = 1 + expr.children().into_iter().map(|child| child.height).max().unwrap_or_default();
        expr
    }

    /// The parts of the expression.
    pub(super) fn children(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Literal(_) | Kind::Name(_) => Vec::new(),
            Kind::Select { of, .. } => vec![of],
            Kind::List(items) => items.iter().map(|item| &item.value).collect(),
            Kind::Map(entries) => entries.iter().flat_map(|entry| [&entry.key, &entry.value]).collect(),
            Kind::And(all) | Kind::Or(all) => all.iter().collect(),
            Kind::Choice(parts) => parts.iter().collect(),
            Kind::Call(call) => call.arguments.iter().collect(),
            Kind::Fold(fold) => [&fold.range, &fold.body].into_iter().chain(&fold.filter).collect(),
        }
    }
}
