//! Fixes of files, as fixtures and at random.

mod hand;
mod rules;

use std::{fs, path::Path};

use proptest::prelude::*;

use self::hand::Hand;
use super::{Fixed, apply, place};
use crate::{
    diagnostic::{Code, Diagnostic, Edit, Safety, Severity},
    node::{Node, Pointer, edit, escape, yaml},
    source::{FileId, SourceMap},
};

static CODE: Code = Code { name: "TST001", summary: "", severity: Severity::Error, since: "0.1.0", docs: "", file: "" };

/// An order such as `1 rename /spec/Replicas replicas`: a document, what to do, where, and with what.
#[derive(Clone, Debug)]
struct Order {
    document: usize,
    verb: String,
    pointer: String,
    argument: String,
}

impl Order {
    fn parse(line: &str) -> Self {
        let mut parts = line.splitn(4, ' ').map(str::to_owned);
        let mut part = || parts.next().unwrap_or_default();
        Self { document: part().parse().unwrap(), verb: part(), pointer: part(), argument: part() }
    }

    fn edit(&self, documents: &[yaml::Document]) -> Option<Edit> {
        let root = &documents.get(self.document)?.root;
        let node = root.at(&self.pointer);
        let (parent, _) = self.pointer.rsplit_once('/')?;
        let last = Pointer::parse(&self.pointer)?.0.pop()?;
        let value = || Node::from(&serde_json::from_str::<serde_json::Value>(&self.argument).unwrap());
        match self.verb.as_str() {
            "quote" => edit::quote(node?),
            "replace" => edit::replace(node?, &value()),
            "rename" => edit::rename(root.at(parent)?, &last, &self.argument),
            "insert" => edit::insert(root.at(parent)?, &last, &value()),
            "append" => edit::append(node?, &value()),
            "remove" if root.at(parent)?.as_list().is_some() => edit::remove_item(root.at(parent)?, last.parse().ok()?),
            "remove" => edit::remove(root.at(parent)?, &last),
            other => panic!("no such order: {other}"),
        }
    }
}

/// One round of fixes.
fn round(text: &str, orders: &[Order]) -> Fixed {
    let mut sources = SourceMap::default();
    let file = sources.add("in.yaml", text);
    let documents = yaml::read(file, text).documents;
    let finding = |order: &Order| Diagnostic::new(&CODE, "").fix(Safety::Safe, "do it", [order.edit(&documents)]);
    let mut findings: Vec<Diagnostic> = orders.iter().map(finding).collect();
    place(&mut findings, &sources, &|_| true);
    apply(&findings, Safety::Safe, &sources)
}

/// The text after all rounds of one order after the other, and how many orders could be carried out.
fn carry_out(text: &str, orders: &[Order]) -> (String, usize) {
    let mut text = text.to_owned();
    let mut done = 0;
    for order in orders {
        let mut fixed = round(&text, std::slice::from_ref(order));
        done += fixed.fixed;
        text = fixed.texts.remove("in.yaml").unwrap_or(text);
    }
    (text, done)
}

fn roots(text: &str) -> Vec<Node> {
    yaml::read(FileId::from_index(0), text).documents.into_iter().map(|document| document.root).collect()
}

#[test]
fn fixtures() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/fix");
    for directory in fs::read_dir(fixtures).unwrap().map(|entry| entry.unwrap().path()) {
        let name = directory.display();
        let read = |file: &str| fs::read_to_string(directory.join(file)).unwrap();
        let (orders, refused): (Vec<_>, Vec<_>) =
            read("orders").lines().map(str::to_owned).partition(|line| !line.starts_with("refused "));
        let orders: Vec<Order> = orders.iter().map(|line| Order::parse(line)).collect();
        let before = read("in.yaml");
        for line in &refused {
            let order = Order::parse(line.trim_start_matches("refused "));
            assert_eq!(carry_out(&before, &[order]), (before.clone(), 0), "{name}: {line}");
        }
        let (after, done) = carry_out(&before, &orders);
        if std::env::var_os("KARAT_UPDATE").is_some() {
            fs::write(directory.join("out.yaml"), &after).unwrap();
        }
        assert_eq!(after, read("out.yaml"), "{name}");
        assert_eq!(done, orders.len(), "{name}");
        let at_once = round(&before, &orders);
        assert_eq!(at_once.refused, 0, "{name}");
        // The others edit some places more than once.
        if directory.ends_with("ends") {
            assert_eq!(at_once.fixed, orders.len(), "{name}");
            assert_eq!(at_once.texts["in.yaml"], after, "{name}");
        }
    }
}

/// Every place of a tree, as pointers.
fn pointers(node: &Node, at: &Pointer, all: &mut Vec<String>) {
    for (step, child) in node.entries().iter().map(|(key, child)| (key.text.to_string(), child)) {
        let place = at.then(step);
        all.push(place.to_string());
        pointers(child, &place, all);
    }
    for (step, child) in node.items().iter().enumerate() {
        let place = at.then(step.to_string());
        all.push(place.to_string());
        pointers(child, &place, all);
    }
}

/// What an order means, by another way than the engine's.
fn ordered(json: &mut serde_json::Value, order: &Order, quoted: &str) {
    use serde_json::Value as Json;
    let (parent, _) = order.pointer.rsplit_once('/').unwrap();
    let last = Pointer::parse(&order.pointer).unwrap().0.pop().unwrap();
    let argument = || serde_json::from_str::<Json>(&order.argument).unwrap();
    match (order.verb.as_str(), json.pointer_mut(parent).unwrap()) {
        ("quote", parent) => *parent.pointer_mut(&format!("/{}", escape(&last))).unwrap() = quoted.into(),
        ("replace", parent) => *parent.pointer_mut(&format!("/{}", escape(&last))).unwrap() = argument(),
        ("rename", Json::Object(map)) => {
            let value = map.remove(&last).unwrap();
            map.insert(order.argument.clone(), value);
        }
        ("insert", Json::Object(map)) => drop(map.insert(last, argument())),
        ("append", Json::Object(map)) => map.get_mut(&last).unwrap().as_array_mut().unwrap().push(argument()),
        ("append", Json::Array(items)) => {
            items[last.parse::<usize>().unwrap()].as_array_mut().unwrap().push(argument());
        }
        ("remove", Json::Object(map)) => drop(map.shift_remove(&last)),
        ("remove", Json::Array(items)) => drop(items.remove(last.parse().unwrap())),
        _ => unreachable!("{order:?}"),
    }
}

/// An order about one of the places of a text.
fn order(documents: &[Node], choice: (usize, usize, usize)) -> Option<Order> {
    let (document, place, verb) = choice;
    let document = document % documents.len();
    let mut all = Vec::new();
    pointers(&documents[document], &Pointer::default(), &mut all);
    let pointer = all.get(place % all.len().max(1))?.clone();
    let (verb, argument) = [
        ("quote", ""),
        ("replace", "\"a, b: c\""),
        ("replace", "80"),
        ("rename", "new name"),
        ("insert", "{\"x\":{\"y\":[\"on\",{\"z\":1}]}}"),
        ("append", "{\"k\":\"v\",\"l\":[]}"),
        ("remove", ""),
    ][verb % 7];
    let pointer = if verb == "insert" { format!("{}/added", pointer.rsplit_once('/')?.0) } else { pointer };
    Some(Order { document, verb: verb.into(), pointer, argument: argument.into() })
}

/// How many lines an edit may take away.
fn lines_of(text: &str, order: &Order) -> usize {
    let document = &yaml::read(FileId::from_index(0), text).documents[order.document].root;
    match (order.verb.as_str(), document.at(&order.pointer).and_then(|node| node.span)) {
        // The lines of a value, of its key, of a dash; and those of blanks up to the next key.
        ("remove", Some(span)) => text[span.start as usize..span.end as usize].lines().count() + 6,
        _ => 1,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn an_edit_changes_what_it_says_and_nothing_else(
        bytes in prop::collection::vec(any::<u8>(), 24..120),
        choice in any::<(usize, usize, usize)>(),
    ) {
        let before = Hand::write(&bytes);
        let documents = roots(&before);
        let Some(order) = order(&documents, choice) else { return Ok(()) };
        let span = documents[order.document].at(&order.pointer).and_then(|node| node.span);
        let written = span.map_or("", |span| &before[span.start as usize..span.end as usize]);
        let (after, done) = carry_out(&before, std::slice::from_ref(&order));
        let simple = matches!(order.verb.as_str(), "quote" | "replace" | "rename") && !written.starts_with(['|', '>']);
        let parsed = yaml::read(FileId::from_index(0), &before).documents;
        if done == 0 {
            prop_assert!(!simple || order.edit(&parsed).is_none(), "{:?} was refused:\n{}", order, before);
            prop_assert_eq!(&after, &before);
            return Ok(());
        }
        let mut expected: Vec<_> = documents.iter().map(Node::to_json).collect();
        ordered(&mut expected[order.document], &order, written);
        let found: Vec<_> = roots(&after).iter().map(Node::to_json).collect();
        prop_assert_eq!(found, expected, "{:?} on:\n{}\nbecame:\n{}", order, before, after);
        let [old, new]: [Vec<&str>; 2] = [&before, &after].map(|text| text.lines().collect());
        let same = |a: &[&str], b: &[&str]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
        let head = same(&old, &new);
        let reversed = |lines: &[&str]| -> Vec<String> { lines[head..].iter().rev().map(|line| (*line).to_owned()).collect() };
        let (old_tail, new_tail) = (reversed(&old), reversed(&new));
        let tail = old_tail.iter().zip(&new_tail).take_while(|(a, b)| a == b).count();
        prop_assert!(old.len() - head - tail <= lines_of(&before, &order), "{:?} on:\n{}\nbecame:\n{}", order, before, after);
        if before.ends_with('\n') || order.verb != "remove" {
            let ends = [&before, &after].map(|text| text.ends_with('\n'));
            prop_assert_eq!(ends[0], ends[1], "{:?} on:\n{:?}\nbecame:\n{:?}", order, before, after);
        }
        let breaks = |text: &str| (text.contains("\r\n"), text.replace("\r\n", "").contains('\n'));
        if before.contains('\n') && after.contains('\n') {
            prop_assert_eq!(breaks(&before), breaks(&after), "{:?} on:\n{:?}\nbecame:\n{:?}", order, before, after);
        }
        if order.verb != "remove" && order.verb != "append" && order.verb != "replace" {
            prop_assert_eq!(round(&after, std::slice::from_ref(&order)).fixed, 0);
        }
    }

    #[test]
    fn many_edits_at_once_change_what_each_of_them_says(
        bytes in prop::collection::vec(any::<u8>(), 24..120),
        choices in prop::collection::vec(any::<(usize, usize, usize)>(), 2..8),
    ) {
        let before = Hand::write(&bytes);
        let documents = roots(&before);
        let orders: Vec<Order> = choices.into_iter().filter_map(|choice| order(&documents, choice)).collect();
        let together = round(&before, &orders);
        let alone = orders.iter().filter(|order| carry_out(&before, std::slice::from_ref(*order)).1 == 1).count();
        prop_assert!(together.fixed <= alone, "{:?} on:\n{}", orders, before);
        prop_assert!(together.fixed > 0 || alone == 0, "{:?} on:\n{}", orders, before);
        // What stands in the way is seen before it is tried, but for a list that loses all its items at once.
        if orders.iter().filter(|order| order.verb == "remove").count() < 2 {
            let refused: usize = orders.iter().map(|order| round(&before, std::slice::from_ref(order)).refused).sum();
            prop_assert!(together.refused <= refused, "{:?} on:\n{}", orders, before);
        }
    }
}
