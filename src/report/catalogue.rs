//! Every code that a finding can have: for `karat explain CODE`, and for the page about all of them.

use std::fmt::Write;

use crate::{
    diagnostic::Code,
    golden, grammar,
    lint::{self, On, rules},
    node::yaml,
    render, spec, suppress,
};

/// Every code, sorted by name.
pub fn all() -> Vec<&'static Code> {
    let stages = [yaml::CODES, grammar::CODES, spec::CODES, render::codes::CODES, suppress::CODES, golden::CODES];
    let mut codes: Vec<_> = stages.into_iter().flatten().copied().chain(lint::codes()).collect();
    codes.sort_by_key(|code| code.name);
    codes
}

/// What codes start with: `NET`, `SCH` and so on, sorted.
pub fn families() -> Vec<&'static str> {
    let mut families: Vec<&str> = all().into_iter().map(Code::family).collect();
    families.dedup();
    families
}

/// The code of this name, in either case.
pub fn find(name: &str) -> Option<&'static Code> {
    all().into_iter().find(|code| code.name.eq_ignore_ascii_case(name))
}

/// The page that lists all codes, as Markdown.
pub fn index() -> String {
    let mut page = String::from(
        "# Codes\n\nEvery finding has a code. `karat explain CODE` prints its part of these pages, which are made from \
         the code. A rule that is not for everybody is on where its place says so: `enable` and `pss` in the `lint` \
         section of karat.yaml or of an environment, or the options of the same names.\n\n\
         | code | finding | severity | on | since |\n|---|---|---|---|---|\n",
    );
    for code in all() {
        let Code { name, summary, severity, since, .. } = code;
        let (family, anchor) = (code.family(), name.to_lowercase());
        let (severity, on) = (severity.name(), on(code));
        let _ = writeln!(page, "| [{name}](rules/{family}.md#{anchor}) | {summary} | {severity} | {on} | {since} |");
    }
    page
}

/// Where a code's rule is on, in one word.
fn on(code: &Code) -> &'static str {
    let rule = rules::all().find(|rule| rule.code == *code);
    match rule.map_or(On::Always, |rule| rule.on) {
        On::Always => "",
        On::Request => "`enable`",
        On::Baseline => "baseline",
        On::Restricted => "restricted",
    }
}

/// The page about the codes of a family, as Markdown.
pub fn page(family: &str) -> String {
    let codes = all().into_iter().filter(|code| code.family() == family);
    let sections: Vec<String> = codes.map(section).collect();
    format!("# {family}\n\n{}", sections.join("\n"))
}

/// The part of the page about one code.
pub fn section(code: &Code) -> String {
    format!("## {}\n\n*{}*\n\n{}\n", code.name, code.summary, text(code).replace("## ", "### "))
}

/// The documentation with words in place of the marks that tell tests what an example is for.
pub fn text(code: &Code) -> String {
    let docs = code.markdown();
    docs.replace("```yaml,fires", "Reported:\n\n```yaml").replace("```yaml,silent", "Not reported:\n\n```yaml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_well_formed() {
        let codes = all();
        for pair in codes.windows(2) {
            assert_ne!(pair[0].name, pair[1].name);
        }
        for code in codes {
            let (family, number) = code.name.split_at(code.family().len());
            assert!(
                (2..=3).contains(&family.len()) && family.bytes().all(|byte| byte.is_ascii_uppercase()),
                "{}",
                code.name
            );
            assert!(number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit()), "{}", code.name);
            assert!(!code.summary.is_empty() && !code.summary.ends_with('.'), "{}", code.name);
            assert!(!code.markdown().is_empty(), "{}", code.name);
        }
    }

    /// A code that is declared and not listed here could not be explained.
    #[test]
    fn no_module_is_forgotten() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = walkdir::WalkDir::new(root.join("src")).into_iter().map(Result::unwrap);
        for file in files.filter(|file| file.path().extension().is_some_and(|extension| extension == "rs")) {
            let text = std::fs::read_to_string(file.path()).unwrap();
            let declares =
                ["declare_codes! {", "declare_rule! {"].iter().any(|call| text.lines().any(|line| line == *call));
            let path = file.path().strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            assert!(!declares || all().iter().any(|code| code.file == path), "the codes of {path} are not listed");
        }
    }

    #[test]
    fn sections_say_which_example_is_wrong() {
        let section = section(find("NET001").unwrap());
        assert!(section.starts_with("## NET001\n\n*Service selects no pods*\n\n### What it does\n"));
        assert_eq!(section.matches("Reported:\n\n```yaml\n").count(), 1);
        assert_eq!(section.matches("Not reported:\n\n```yaml\n").count(), 1);
    }

    #[test]
    fn names_are_found_in_either_case() {
        assert_eq!(find("net001").map(|code| code.name), Some("NET001"));
        assert_eq!(find("NET999"), None);
    }
}
