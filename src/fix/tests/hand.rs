//! Files in every style that people write.

/// A file that people wrote, each in a style of their own: the bytes decide on everything.
pub(super) struct Hand<'b> {
    bytes: &'b [u8],
    at: usize,
    out: String,
}

impl Hand<'_> {
    pub(super) fn write(bytes: &[u8]) -> String {
        let mut hand = Hand { bytes, at: 0, out: String::new() };
        for _ in 0..=hand.choose(2) {
            if hand.choose(3) == 0 || !hand.out.is_empty() {
                hand.out.push_str("---\n");
            }
            hand.map(0, 0);
        }
        if hand.choose(4) == 0 {
            hand.out.truncate(hand.out.trim_end().len());
        }
        let windows = hand.choose(4) == 0;
        if windows { hand.out.replace('\n', "\r\n") } else { hand.out }
    }

    fn choose(&mut self, among: usize) -> usize {
        self.at += 1;
        usize::from(self.bytes[self.at % self.bytes.len()]) / (self.at / self.bytes.len() + 1) % among
    }

    fn pick(&mut self, among: &[&'static str]) -> &'static str {
        among[self.choose(among.len())]
    }

    fn pad(&mut self, indent: usize) {
        self.out.push_str(&" ".repeat(indent));
    }

    /// Comments and blank lines before what comes next.
    fn rest(&mut self, indent: usize) {
        match self.choose(6) {
            0 => self.out.push('\n'),
            1 => {
                self.pad(indent);
                self.out.push_str("# about: what [follows]\n");
            }
            _ => {}
        }
    }

    fn end_line(&mut self) {
        let end = self.pick(&["\n", "\n", "\n", " # note: {x}\n", "   \n"]);
        self.out.push_str(end);
    }

    fn key(&mut self, number: usize) {
        let key = self.pick(&["name", "on", "\"quoted\"", "'single'", "a/b", "x y"]);
        let (head, tail) = if key.ends_with(['"', '\'']) { key.split_at(key.len() - 1) } else { (key, "") };
        self.out.extend([head, &number.to_string(), tail, ":"]);
    }

    fn scalar(&mut self) {
        let scalar = self.pick(&[
            "plain text",
            "1.10",
            "0755",
            "yes",
            "\"a \\\"b\\\"\"",
            "'it''s'",
            "12",
            "~",
            "''",
            "-1e3",
            "a:b",
            "&x z",
            "über",
        ]);
        self.out.push_str(scalar);
    }

    fn map(&mut self, indent: usize, depth: usize) {
        for number in 0..=self.choose(4) {
            if number > 0 {
                self.rest(indent);
                self.pad(indent);
            }
            self.key(number);
            self.value(indent, depth);
        }
    }

    fn value(&mut self, indent: usize, depth: usize) {
        match self.choose(if depth > 3 { 4 } else { 9 }) {
            0 => self.end_line(),
            1 => {
                self.out.push(' ');
                self.flow(depth);
                self.end_line();
            }
            4 | 5 => {
                self.end_line();
                let deeper = indent + 1 + self.choose(4);
                self.rest(deeper);
                self.pad(deeper);
                self.map(deeper, depth + 1);
            }
            6 | 7 => {
                self.end_line();
                let deeper = indent + 2 * self.choose(2);
                self.list(deeper, depth + 1);
            }
            8 => {
                let header = self.pick(&[" |\n", " >-\n", " |+ # c\n"]);
                self.out.push_str(header);
                self.pad(indent + 2);
                self.out.push_str("text: # no comment\n");
                self.rest(indent + 2);
            }
            _ => {
                self.out.push(' ');
                self.scalar();
                self.end_line();
            }
        }
    }

    fn list(&mut self, indent: usize, depth: usize) {
        for _ in 0..=self.choose(3) {
            self.rest(indent);
            self.pad(indent);
            self.out.push('-');
            let blanks = 1 + self.choose(2);
            self.pad(blanks);
            match self.choose(4) {
                0 => self.map(indent + 1 + blanks, depth + 1),
                1 => {
                    self.flow(depth);
                    self.end_line();
                }
                _ => {
                    self.scalar();
                    self.end_line();
                }
            }
        }
    }

    fn flow(&mut self, depth: usize) {
        let [open, close] = if self.choose(2) == 0 { ["{", "}"] } else { ["[", "]"] };
        let blank = self.pick(&["", " "]);
        self.out.push_str(open);
        self.out.push_str(blank);
        for number in 0..self.choose(4) {
            self.out.push_str(if number > 0 { ", " } else { "" });
            if open == "{" {
                self.key(number);
                self.out.push(' ');
            }
            if depth < 4 && self.choose(4) == 0 { self.flow(depth + 2) } else { self.scalar() }
        }
        self.out.push_str(blank);
        self.out.push_str(close);
    }
}
