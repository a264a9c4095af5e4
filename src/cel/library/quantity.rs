//! Amounts such as `500m` or `1Gi`, exact: <https://pkg.go.dev/k8s.io/apiserver/pkg/cel/library#Quantity>.

use std::{cmp::Ordering, fmt};

use super::{Table, no_overload};
use crate::cel::value::{Error, Outcome, Value, fail};

pub(super) const TABLE: Table = &[
    ("quantity(string): quantity", |args| match args {
        [Value::String(text)] => Quantity::parse(text).map(Value::Quantity).ok_or_else(|| {
            Error::new("a quantity must be a number with a unit such as `m`, `Mi` or `G`, or with none")
        }),
        _ => no_overload(),
    }),
    ("isQuantity(string): bool", |args| match args {
        [Value::String(text)] => Ok(Value::Bool(Quantity::parse(text).is_some())),
        _ => no_overload(),
    }),
    ("sign(quantity): int", |args| one(args, |quantity| Ok(Value::Int(quantity.mantissa.cmp(&0) as i64)))),
    ("(quantity).isInteger(): bool", |args| one(args, |quantity| Ok(Value::Bool(quantity.whole().is_some())))),
    ("(quantity).asInteger(): int", |args| {
        one(args, |quantity| match quantity.whole() {
            Some(number) => Ok(Value::Int(number)),
            None => fail("cannot convert value to integer"),
        })
    }),
    ("(quantity).asApproximateFloat(): double", |args| one(args, |quantity| Ok(Value::Double(quantity.approximate())))),
    ("(quantity).isGreaterThan(quantity): bool", |args| compare(args, |order| Value::Bool(order.is_gt()))),
    ("(quantity).isLessThan(quantity): bool", |args| compare(args, |order| Value::Bool(order.is_lt()))),
    ("(quantity).compareTo(quantity): int", |args| compare(args, |order| Value::Int(order as i64))),
    ("(quantity).add(quantity): quantity", |args| sum(args, 1)),
    ("(quantity).add(int): quantity", |args| sum(args, 1)),
    ("(quantity).sub(quantity): quantity", |args| sum(args, -1)),
    ("(quantity).sub(int): quantity", |args| sum(args, -1)),
];

/// `mantissa × 10^exponent`; the mantissa ends in no zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    mantissa: i128,
    exponent: i32,
}

/// Kubernetes rounds what is smaller away from zero.
const SMALLEST: i32 = -9;

impl Quantity {
    fn new(mut mantissa: i128, mut exponent: i32) -> Self {
        while mantissa != 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            exponent += 1;
        }
        while exponent < SMALLEST {
            let away = mantissa.signum() * i128::from(mantissa % 10 != 0);
            mantissa = mantissa / 10 + away;
            exponent += 1;
        }
        if mantissa == 0 {
            exponent = 0;
        }
        Self { mantissa, exponent }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
        let (number, unit) = unsigned.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
            return None;
        }
        let (factor, shift) = scale(unit)?;
        // Digits beyond these are lost, as they are in no amount of anything.
        let fraction = fraction.get(..18).unwrap_or(fraction);
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let signed = if text.starts_with('-') { -digits } else { digits };
        Some(Self::new(signed.checked_mul(factor)?, shift - i32::try_from(fraction.len()).ok()?))
    }

    /// The same number without exponent, if that is possible.
    fn flat(self, exponent: i32) -> Option<i128> {
        let shift = u32::try_from(self.exponent - exponent).ok()?;
        self.mantissa.checked_mul(10_i128.checked_pow(shift)?)
    }

    fn whole(self) -> Option<i64> {
        i64::try_from(self.flat(0)?).ok()
    }

    #[expect(clippy::cast_precision_loss, reason = "an approximation is asked for")]
    fn approximate(self) -> f64 {
        format!("{}e{}", self.mantissa, self.exponent).parse().unwrap_or(self.mantissa as f64)
    }

    pub(super) fn cmp(&self, other: &Self) -> Ordering {
        let exponent = self.exponent.min(other.exponent);
        match (self.flat(exponent), other.flat(exponent)) {
            (Some(a), Some(b)) => a.cmp(&b),
            // What does not fit is larger than what does, on its side of zero.
            (None, _) => 0.cmp(&-self.mantissa.signum()),
            (_, None) => 0.cmp(&other.mantissa.signum()),
        }
    }

    fn plus(self, other: Self) -> Option<Self> {
        let exponent = self.exponent.min(other.exponent);
        Some(Self::new(self.flat(exponent)?.checked_add(other.flat(exponent)?)?, exponent))
    }
}

/// What a unit stands for: a factor and a power of ten.
fn scale(unit: &str) -> Option<(i128, i32)> {
    let decimal = |exponent| Some((1, exponent));
    let binary = |power: u32| Some((1024_i128.pow(power), 0));
    match unit {
        "" => decimal(0),
        "n" => decimal(-9),
        "u" => decimal(-6),
        "m" => decimal(-3),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(1),
        "Mi" => binary(2),
        "Gi" => binary(3),
        "Ti" => binary(4),
        "Pi" => binary(5),
        "Ei" => binary(6),
        unit => {
            let digits = unit.strip_prefix(['e', 'E'])?;
            let digits =
                if digits.starts_with("+-") { return None } else { digits.strip_prefix('+').unwrap_or(digits) };
            decimal(digits.parse().ok().filter(|exponent: &i32| exponent.abs() <= 100)?)
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units =
            [(18, "E"), (15, "P"), (12, "T"), (9, "G"), (6, "M"), (3, "k"), (0, ""), (-3, "m"), (-6, "u"), (-9, "n")];
        for (exponent, unit) in units {
            if self.exponent >= exponent
                && let Some(number) = self.flat(exponent)
            {
                return write!(f, "{number}{unit}");
            }
        }
        write!(f, "{}e{}", self.mantissa, self.exponent)
    }
}

fn one<'a>(args: &[Value<'a>], of: impl Fn(Quantity) -> Outcome<Value<'a>>) -> Outcome<Value<'a>> {
    match args {
        [Value::Quantity(quantity)] => of(*quantity),
        _ => no_overload(),
    }
}

fn compare<'a>(args: &[Value<'a>], of: impl Fn(Ordering) -> Value<'a>) -> Outcome<Value<'a>> {
    match args {
        [Value::Quantity(a), Value::Quantity(b)] => Ok(of(a.cmp(b))),
        _ => no_overload(),
    }
}

fn sum<'a>(args: &[Value<'a>], sign: i128) -> Outcome<Value<'a>> {
    let (a, b) = match args {
        [Value::Quantity(a), Value::Quantity(b)] => (*a, *b),
        [Value::Quantity(a), Value::Int(b)] => (*a, Quantity::new(i128::from(*b), 0)),
        _ => return no_overload(),
    };
    let b = Quantity { mantissa: b.mantissa * sign, ..b };
    a.plus(b).map(Value::Quantity).ok_or_else(|| Error::new("quantity overflow"))
}
