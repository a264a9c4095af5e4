//! What Prometheus would never read as PromQL.
//!
//! This is no parser: it finds the mistakes that people make, and takes anything else.

/// A bracket that is open.
struct Open {
    bracket: char,
    /// The name before it.
    function: String,
    /// Whether there is a range such as `[5m]` inside.
    has_range: bool,
}

/// What is wrong with an expression, in the words of a message; nothing where nothing obvious is.
pub(super) fn mistake(expression: &str) -> Option<String> {
    if expression.trim().is_empty() {
        return Some("is empty".to_owned());
    }
    let mut scan = Scan { open: Vec::new(), word: String::new(), rest: expression };
    while let Some(next) = scan.rest.chars().next() {
        if let Err(mistake) = scan.step(next) {
            return Some(mistake);
        }
    }
    scan.open.last().map(|open| format!("does not close `{}`", open.bracket))
}

struct Scan<'a> {
    open: Vec<Open>,
    /// The word that was read last, with nothing but spaces behind it.
    word: String,
    rest: &'a str,
}

impl Scan<'_> {
    fn step(&mut self, next: char) -> Result<(), String> {
        match next {
            '"' | '\'' | '`' => return self.string(next),
            '#' => {
                self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
                return Ok(());
            }
            '=' | '!' | '<' | '>' => return self.operator(),
            '(' | '[' | '{' => {
                let function = std::mem::take(&mut self.word);
                self.open.push(Open { bracket: next, function, has_range: false });
            }
            ')' | ']' | '}' => self.close(next)?,
            '$' => return Err("holds a `$`, which only Grafana fills in".to_owned()),
            c if c.is_ascii_alphanumeric() || matches!(c, '_' | ':') => {
                self.read_word();
                return Ok(());
            }
            c if c.is_whitespace() => {}
            _ => self.word.clear(),
        }
        self.rest = &self.rest[next.len_utf8()..];
        Ok(())
    }

    fn read_word(&mut self) {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | ':'));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        word.clone_into(&mut self.word);
        self.rest = rest;
    }

    fn string(&mut self, quote: char) -> Result<(), String> {
        let mut is_escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            if c == quote && !is_escaped {
                self.rest = &self.rest[at + c.len_utf8()..];
                self.word.clear();
                return Ok(());
            }
            is_escaped = c == '\\' && !is_escaped && quote != '`';
        }
        Err(format!("does not close {quote}"))
    }

    fn operator(&mut self) -> Result<(), String> {
        let end = self.rest.find(|c: char| !matches!(c, '=' | '!' | '<' | '>' | '~')).unwrap_or(self.rest.len());
        let (operator, rest) = self.rest.split_at(end);
        let is_matcher = self.open.last().is_some_and(|open| open.bracket == '{');
        if is_matcher && !rest.trim_start().starts_with(['"', '\'', '`']) {
            return Err(format!("compares label `{}` with something that is not in quotes", self.word));
        }
        match operator {
            "=" if !is_matcher => return Err("compares by `=`, which is `==`".to_owned()),
            "=~" | "!~" if !is_matcher => return Err(format!("uses `{operator}` outside of `{{…}}`")),
            _ => {}
        }
        self.rest = rest;
        self.word.clear();
        Ok(())
    }

    fn close(&mut self, bracket: char) -> Result<(), String> {
        let wanted = match bracket {
            ')' => '(',
            ']' => '[',
            _ => '{',
        };
        self.word.clear();
        let Some(open) = self.open.pop().filter(|open| open.bracket == wanted) else {
            return Err(format!("closes `{bracket}`, which is not open"));
        };
        if bracket == ')' && wants_range(&open.function) && !open.has_range {
            return Err(format!("asks `{}` without a range such as `[5m]`", open.function));
        }
        if let Some(outer) = self.open.last_mut() {
            outer.has_range |= open.has_range || bracket == ']';
        }
        Ok(())
    }
}

/// Whether a function looks at a stretch of time.
fn wants_range(function: &str) -> bool {
    const FUNCTIONS: &[&str] =
        &["changes", "delta", "deriv", "idelta", "increase", "irate", "predict_linear", "rate", "resets"];
    FUNCTIONS.contains(&function) || function.ends_with("_over_time")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_prometheus_reads_is_fine() {
        for expression in [
            "up == 0",
            "sum by (job) (rate(http_requests_total{status=~\"5..\", path!='/a)'}[5m])) > 0.5",
            "max_over_time(rate(x[5m])[1h:1m])",
            "rate(x[5m] offset 1d) # the ) is missing nowhere",
            "a and on (b) group_left c unless {__name__=~`x\\`}",
            "quantile_over_time(0.5, x[5m]) >= bool 1",
            "histogram_quantile(0.9, sum(rate(a:b[5m])) by (le)) != 1 or vector(0)",
            "{\"http.requests\", a=\"ü\"}",
        ] {
            assert_eq!(mistake(expression), None, "{expression}");
        }
    }

    #[test]
    fn what_it_does_not_read_is_named() {
        for (expression, expected) in [
            (" ", "is empty"),
            ("sum(rate(x[5m])", "does not close `(`"),
            ("sum(x))", "closes `)`, which is not open"),
            ("sum(x]", "closes `]`, which is not open"),
            ("x{a=\"b}", "does not close \""),
            ("up = 0", "compares by `=`, which is `==`"),
            ("up =~ \"a\"", "uses `=~` outside of `{…}`"),
            ("x{status=500}", "compares label `status` with something that is not in quotes"),
            ("rate(x)", "asks `rate` without a range such as `[5m]`"),
            ("rate(x[$__rate_interval])", "holds a `$`, which only Grafana fills in"),
        ] {
            assert_eq!(mistake(expression).as_deref(), Some(expected), "{expression}");
        }
    }
}
