//! The examples of `docs/spec.md`: each is a repository of its own, without findings, that merges as the page says.
//!
//! A block is marked `yaml app`, `yaml overlay`, `yaml environment` or `yaml defaults`. Blocks belong together until one
//! marked `yaml merged`, which holds sections of the app `web` as they come out, or until the next heading.

use karat::{
    grammar::MergeLog,
    model::{LoadOptions, load},
    node::{Node, yaml},
    source::{FileId, MemoryTree},
    spec::{Repository, Selection},
};

/// One example: its files, and the sections that are expected.
#[derive(Default)]
struct Case {
    files: Vec<(String, String)>,
    merged: Option<String>,
}

#[test]
fn examples_hold() {
    let cases = cases(include_str!("../../docs/spec.md"));
    assert_eq!(cases.iter().filter(|case| case.merged.is_some()).count(), 6);
    for case in &cases {
        let tree = case.tree();
        let findings = load(&tree, &LoadOptions::default()).unwrap().diagnostics;
        let findings: Vec<_> = findings.iter().map(|finding| (finding.code.name, &finding.message)).collect();
        assert_eq!(findings, [], "{:#?}", case.files);
        if let Some(expected) = &case.merged {
            let (expected, web) = (parse(expected), web(&tree));
            for (section, expected) in expected.entries() {
                let found = web.get(section.as_str()).map(yaml::write);
                assert_eq!(found, Some(yaml::write(expected)), "{} of {:#?}", section.text, case.files);
            }
        }
    }
}

fn parse(text: &str) -> Node {
    yaml::read(FileId::from_index(0), text).documents.remove(0).root
}

/// The app `web`, merged and with its references filled in.
fn web(tree: &MemoryTree) -> Node {
    let repository = Repository::load(tree, &Selection::default()).unwrap();
    let merged = repository.merge(&repository.environments["dev"], &[], &mut MergeLog::default());
    let apps = merged.resolve(&repository, &mut Vec::new()).apps;
    apps.into_iter().find(|app| app.name.text == "web").unwrap().node
}

impl Case {
    /// The repository: what the example leaves out is as short as it can be.
    fn tree(&self) -> MemoryTree {
        let environment = document("Environment", "dev", "");
        let project = document("Project", "", "argocd: { repoURL: https://git.example/shop.git }\n");
        let tree = MemoryTree::default().with("karat.yaml", project).with("envs/dev/env.yaml", environment);
        self.files.iter().fold(tree, |tree, (path, text)| tree.with(path, text.as_str()))
    }

    fn add(&mut self, mark: &str, text: String) {
        let words: Vec<&str> = mark.split(' ').collect();
        let (path, text) = match words.as_slice() {
            ["app"] => ("envs/base/web/app.yaml".into(), document("App", "web", &text)),
            ["app", name] => (format!("envs/base/{name}/app.yaml"), document("App", name, &text)),
            ["overlay"] => ("envs/dev/web.yaml".into(), document("AppOverlay", "web", &text)),
            ["environment"] => ("envs/dev/env.yaml".into(), document("Environment", "dev", &text)),
            ["defaults"] => ("envs/defaults.yaml".into(), document("EnvironmentDefaults", "", &text)),
            ["merged"] => return self.merged = Some(text),
            _ => panic!("no file for `yaml {mark}`"),
        };
        self.files.push((path, text));
    }
}

/// A spec file around what an example shows of it.
fn document(kind: &str, name: &str, text: &str) -> String {
    let named = !name.is_empty() && !text.starts_with("metadata:");
    let metadata = if named { format!("metadata: {{ name: {name} }}\n") } else { String::new() };
    format!("apiVersion: karat/v1\nkind: {kind}\n{metadata}{text}")
}

/// The examples of a page.
fn cases(page: &str) -> Vec<Case> {
    let (mut cases, mut open) = (Vec::new(), Case::default());
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(mark) = line.strip_prefix("```yaml ") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            open.add(mark, block.join("\n") + "\n");
        }
        if open.merged.is_some() || (line.starts_with('#') && !open.files.is_empty()) {
            cases.push(std::mem::take(&mut open));
        }
    }
    cases
}
