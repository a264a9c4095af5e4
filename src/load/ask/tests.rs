//! What becomes of what is asked for, and what is refused.

use smol_str::format_smolstr;

use super::*;
use crate::load::{Spacing, Stage};

fn ask(urls: &[&str]) -> Ask {
    let stages = vec![Stage::steady(100.0, Duration::from_secs(1))];
    let traffic = Traffic::Open { stages, spacing: Spacing::Uniform };
    let targets = urls.iter().enumerate().map(|(at, url)| Asked::get(format_smolstr!("{at}"), *url));
    Ask { traffic, ..Ask::of(targets.collect()) }
}

fn refused(ask: &Ask) -> String {
    ask.plan().unwrap_err().to_string()
}

#[test]
fn hosts_behind_one_address_share_connections() {
    let mut ask = ask(&["http://foo.localhost:8080/a?b=1", "http://bar.localhost:8080"]);
    let address = "127.0.0.1:9000".parse().unwrap();
    ask.resolve =
        ["foo.localhost", "bar.localhost"].map(|host| Resolve { host: host.into(), port: 8080, address }).into();
    let (plan, _) = ask.plan().unwrap();
    assert_eq!(plan.origins.len(), 1);
    let requests: Vec<String> = plan
        .targets
        .iter()
        .map(|target| format!("{:?} {}", target.request.headers()[HOST], target.request.uri()))
        .collect();
    assert_eq!(requests, ["\"foo.localhost:8080\" /a?b=1", "\"bar.localhost:8080\" /"]);
}

#[test]
fn a_port_that_goes_without_saying_is_not_said() {
    let (plan, _) = ask(&["http://a:80/", "http://a:443/", "https://a:443/", "http://[::1]:80/"]).plan().unwrap();
    let hosts: Vec<_> = plan.targets.iter().map(|target| target.request.headers()[HOST].to_str().unwrap()).collect();
    assert_eq!(hosts, ["a", "a:443", "a", "[::1]"]);
}

#[test]
fn what_goes_without_saying_can_be_said() {
    let mut ask = ask(&["http://a"]);
    ask.objectives = vec![Objective::ErrorRate { most: 0.5 }];
    let names: Vec<_> = ask.plan().unwrap().1.whole.iter().map(Objective::name).collect();
    assert_eq!(names, ["errorRate", "unsent"]);
}

#[test]
fn what_makes_no_sense_is_refused_with_a_sentence() {
    assert_eq!(refused(&ask(&[])), "there is nothing to ask for");
    assert!(refused(&ask(&["foo.localhost"])).contains("does not begin with http://"));
    assert!(refused(&ask(&["ftp://foo"])).contains("does not begin with http://"));
    assert!(refused(&ask(&["http://user:secret@foo"])).contains("holds a user"));
    assert!(refused(&ask(&["http://foo:99999/"])).contains("names no port"));
    let with = |change: fn(&mut Ask)| {
        let mut ask = ask(&["http://a"]);
        ask.targets[0].name = "home".into();
        change(&mut ask);
        refused(&ask)
    };
    assert_eq!(with(|ask| ask.targets.push(Asked::get("home", "http://b"))), "the name `home` is given twice");
    assert_eq!(with(|ask| ask.targets[0].name = "".into()), "there is an empty name");
    assert!(with(|ask| ask.connections = 0).contains("no connection"));
    assert!(with(|ask| ask.traffic = Traffic::Closed { lasts: Duration::ZERO }).contains("takes no time"));
    assert!(with(|ask| ask.targets[0].weight = -1.0).contains("the weight of `home`"));
    assert!(with(|ask| ask.targets[0].weight = 0.0).contains("none is ever chosen"));
    let sentence = with(|ask| ask.objectives = vec![Objective::Rate { least: 190.0 }]);
    assert_eq!(sentence, "minRps is 190, but no more than 100.0 requests per second are planned");
}
