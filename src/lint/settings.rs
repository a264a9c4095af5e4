//! What a user asks of the checks, in one environment.

use smol_str::SmolStr;

use super::{
    codes,
    rule::{On, Rule},
    rules,
};
use crate::{
    diagnostic::{Code, Diagnostic, Severity},
    grammar::{BAD_VALUE, known_or_similar_code},
    model::Lint,
    node::{Key, Node},
    source::Span,
};

/// A level of the Pod Security Standards, as
/// <https://kubernetes.io/docs/concepts/security/pod-security-standards/> has them; each asks for all that the ones
/// before it do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum PodSecurity {
    /// Everything is allowed.
    Privileged,
    /// Known ways out of a container are closed.
    #[default]
    Baseline,
    /// What is good practice is required.
    Restricted,
}

impl PodSecurity {
    /// The level of this name, which is that of the label `pod-security.kubernetes.io/enforce`, too.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "privileged" => Some(Self::Privileged),
            "baseline" => Some(Self::Baseline),
            "restricted" => Some(Self::Restricted),
            _ => None,
        }
    }
}

/// What a user asks of one run, over what the files say.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The level that pods are held to.
    pub pss: Option<PodSecurity>,
    /// Rules that are on though they are off by themselves: what their codes start with.
    pub enabled: Vec<SmolStr>,
    /// Which findings count.
    pub selection: Selection,
}

/// Which findings count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// What their codes start with; all of them when empty.
    pub only: Vec<SmolStr>,
    /// What the codes of those start with that do not count.
    pub skip: Vec<SmolStr>,
}

impl Selection {
    /// Whether findings of a code count.
    pub fn selects(&self, code: &Code) -> bool {
        !self.skips(code) && (self.only.is_empty() || self.only.iter().any(|start| code.starts_with(start)))
    }

    /// Whether somebody asked not to see a code.
    pub fn skips(&self, code: &Code) -> bool {
        self.skip.iter().any(|start| code.starts_with(start))
    }
}

/// What a user makes of the findings of a code.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Verdict {
    Judged(Severity),
    Ignored,
}

/// What a user asks of the checks. Where nobody asks for anything, every rule that is on by itself counts, each with its
/// own severity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// The level that pods are held to.
    pub pss: PodSecurity,
    /// Rules that are on though they are off by themselves: what their codes start with.
    pub enabled: Vec<SmolStr>,
    /// Which findings count: a rule that can only make others need not run.
    pub selection: Selection,
    /// Labels that every object must have.
    pub required_labels: Vec<SmolStr>,
    /// Annotations that every object must have.
    pub required_annotations: Vec<SmolStr>,
    /// What references of images may start with; anything when empty.
    pub registries: Vec<SmolStr>,
    /// By what codes start with. A later entry counts before an earlier one.
    verdicts: Vec<(SmolStr, Verdict)>,
}

impl Settings {
    /// From `lint` sections, those that count more behind those that count less. Lists add up.
    pub fn of<'a>(sections: impl IntoIterator<Item = &'a Lint>) -> Self {
        let mut settings = Self::default();
        sections.into_iter().for_each(|section| settings.extend(section));
        settings
    }

    /// The same, with what is asked of this run.
    #[must_use]
    pub fn asked(mut self, asked: &Asked) -> Self {
        self.pss = asked.pss.unwrap_or(self.pss);
        self.enabled.extend(asked.enabled.iter().cloned());
        self.selection = asked.selection.clone();
        self
    }

    fn extend(&mut self, section: &Lint) {
        let level = section.pss.as_ref().and_then(Node::as_str).and_then(PodSecurity::named);
        self.pss = level.unwrap_or(self.pss);
        let lists = [
            (&mut self.enabled, &section.enable),
            (&mut self.required_labels, &section.required_labels),
            (&mut self.required_annotations, &section.required_annotations),
            (&mut self.registries, &section.registries),
        ];
        for (own, more) in lists {
            own.extend(more.iter().filter_map(Node::as_str).map(SmolStr::new));
        }
        // The longest start counts the most, and is the last one.
        let mut verdicts: Vec<_> = section.severity.iter().map(verdict).collect();
        verdicts.sort_by_key(|(start, _)| start.len());
        self.verdicts.append(&mut verdicts);
    }

    /// Whether a rule is on. Which pods one of the Pod Security Standards is about is up to their
    /// [`Standard`](super::Standard).
    pub fn enables(&self, rule: &Rule) -> bool {
        let is_heard = || self.selection.selects(&rule.code) && self.verdict(&rule.code) != Some(Verdict::Ignored);
        let is_on = match rule.on {
            On::Always | On::Baseline | On::Restricted => true,
            On::Request => self.enabled.iter().any(|start| rule.code.starts_with(start)),
        };
        is_on && is_heard()
    }

    /// Whether there can be findings of a code at all.
    pub fn wants(&self, code: &Code) -> bool {
        let rule = rules::all().find(|rule| rule.code == *code);
        let is_on = rule.is_none_or(|rule| match rule.on {
            On::Always => true,
            On::Request => self.enables(rule),
            On::Baseline => self.pss >= PodSecurity::Baseline,
            On::Restricted => self.pss >= PodSecurity::Restricted,
        });
        is_on && self.verdict(code) != Some(Verdict::Ignored)
    }

    /// Gives findings the severities that the user wants, and drops those that nobody wants.
    pub fn judge(&self, findings: &mut Vec<Diagnostic>) {
        if !self.verdicts.is_empty() {
            findings.retain_mut(|finding| match self.verdict(finding.code) {
                Some(Verdict::Judged(severity)) => {
                    finding.severity = severity;
                    true
                }
                Some(Verdict::Ignored) => false,
                None => true,
            });
        }
    }

    fn verdict(&self, code: &Code) -> Option<Verdict> {
        let mut latest = self.verdicts.iter().rev();
        latest.find(|(start, _)| code.starts_with(start)).map(|(_, verdict)| *verdict)
    }
}

/// Says which of the codes that a section speaks of do not exist.
pub(super) fn unknown_codes(section: &Lint) -> Vec<Diagnostic> {
    let codes: Vec<&Code> = codes().collect();
    let enabled = section.enable.iter().filter_map(|node| Some((node.as_str()?, node.span)));
    let judged = section.severity.iter().map(|(key, _)| (key.text.as_str(), key.span));
    let unknown = enabled.chain(judged).filter(|(start, _)| !codes.iter().any(|code| code.starts_with(start)));
    let finding = |(start, span): (&str, Option<Span>)| {
        let message = format!("no code of a check is or starts with `{start}`");
        Diagnostic::new(&BAD_VALUE, message).at(span).help(known_or_similar_code(start, &codes))
    };
    unknown.map(finding).collect()
}

fn verdict((start, severity): &(Key, Node)) -> (SmolStr, Verdict) {
    let severity = severity.as_str().and_then(Severity::named);
    (start.text.clone(), severity.map_or(Verdict::Ignored, Verdict::Judged))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lint::rules, model::Decode, node::yaml, source::FileId};

    fn section(text: &str) -> Lint {
        let root = yaml::read(FileId::from_index(0), text).documents.remove(0).root;
        Lint::decode(&root, &mut Vec::new()).unwrap()
    }

    fn finding() -> Diagnostic {
        Diagnostic::new(&rules::all().next().unwrap().code, "a")
    }

    #[test]
    fn environments_count_more_than_the_project() {
        let (project, own) = (section("pss: restricted\nenable: [WRK]\n"), section("enable: [IMG009]\n"));
        let settings = Settings::of([&project, &own]);
        assert_eq!(
            (settings.pss, &settings.enabled[..]),
            (PodSecurity::Restricted, &["WRK".into(), "IMG009".into()][..])
        );
        let lower = Settings::of([&project, &section("pss: privileged\n")]);
        assert_eq!(lower.pss, PodSecurity::Privileged);
    }

    #[test]
    fn the_longest_start_counts_and_then_the_environment() {
        let code = finding().code;
        let (family, all) = (code.family(), format!("{}: info\n{}: error\n", code.name, code.family()));
        let judged = |sections: &[&Lint]| {
            let mut findings = vec![finding()];
            Settings::of(sections.iter().copied()).judge(&mut findings);
            findings.first().map(|finding| finding.severity)
        };
        let project = section(&format!("severity:\n  {}\n", all.trim_end().replace('\n', "\n  ")));
        assert_eq!(judged(&[&project]), Some(Severity::Info));
        assert_eq!(
            judged(&[&project, &section(&format!("severity: {{{family}: warning}}\n"))]),
            Some(Severity::Warning)
        );
        assert_eq!(judged(&[&project, &section(&format!("severity: {{{family}: ignore}}\n"))]), None);
        assert_eq!(judged(&[]), Some(code.severity));
    }

    #[test]
    fn a_code_that_does_not_exist_is_no_slip_that_passes() {
        let section = section("enable: [NET, net0, sch099]\nseverity: {NTE: error, WRK999: ignore, GLD001: info}\n");
        let found: Vec<String> = unknown_codes(&section)
            .into_iter()
            .map(|finding| format!("{}: {}", finding.message, finding.help.unwrap_or_default()))
            .collect();
        let said =
            |word: &str, help: &str| format!("no code of a check is or starts with `{word}`: did you mean `{help}`?");
        assert_eq!(found[..2], [said("sch099", "SCH009"), said("NTE", "NET")]);
        assert!(found[2].contains("`WRK999`: did you mean `WRK"), "{found:?}");
        assert!(found[3].contains("`GLD001`"), "{found:?}");
        assert_eq!(found.len(), 4);
    }
}
