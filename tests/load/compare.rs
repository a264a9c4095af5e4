//! A run beside an earlier one.

use std::{fs, thread, time::Duration};

use crate::{
    command::{load, report, start},
    server::{Manner, Server},
};

#[test]
fn a_slower_run_is_told_from_the_same_one() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str| directory.path().join(name).into_os_string().into_string().unwrap();
    let runs = [("quick.json", 5), ("slow.json", 80)].map(|(name, millis)| {
        let server = Server::start(Manner::Takes(Duration::from_millis(millis)));
        let to = format!("json={}", file(name));
        let run = start([&server.url("/"), "--rate", "40", "--duration", "6s", "--max-lag", "10s", "--format", &to]);
        thread::spawn(move || run.end())
    });
    for run in runs {
        let ended = run.join().unwrap();
        assert!(ended.code == 0 || ended.code == 3, "{ended:?}");
    }
    let compared = |before: &str, after: &str| load(["merge", &file(after), "--compare", &file(before)]);
    let (worse, better) = (compared("quick.json", "slow.json"), compared("slow.json", "quick.json"));
    let same = compared("quick.json", "quick.json");
    for percentile in ["p50", "p90"] {
        let line = worse.stdout.lines().find(|line| line.trim_start().starts_with(&format!("WORSE   {percentile}")));
        assert!(line.is_some_and(|line| line.contains("worse by more than chance")), "{}", worse.stdout);
    }
    assert!(worse.code == 1 || worse.code == 3, "{worse:?}");
    for ended in [better, same] {
        assert!(!ended.stdout.contains("WORSE"), "{}", ended.stdout);
        assert!(ended.code == 0 || ended.code == 3, "{ended:?}");
    }
}

#[test]
fn a_few_seconds_tell_nothing() {
    let server = Server::start(Manner::Answers(200));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("run.json").into_os_string().into_string().unwrap();
    fs::write(&file, report([&server.url("/"), "-n", "50"]).stdout).unwrap();
    let text = load([&server.url("/"), "-n", "50", "--compare", &file]).stdout;
    assert!(text.contains("too few seconds to tell"), "{text}");
}

#[test]
fn what_is_no_report_is_refused_before_anything_is_sent() {
    let server = Server::start(Manner::Answers(200));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("run.json").into_os_string().into_string().unwrap();
    let good = report([&server.url("/"), "-n", "5"]).stdout;
    let before = server.requests().len();
    for (text, why) in [
        ("{}".to_owned(), "it is no report of a load test"),
        ("nonsense".to_owned(), "it is no report of a load test"),
        (good.replace("\"version\": 1", "\"version\": 99"), "it is a report of version 99; this program reads 1"),
        (good.replace("\"response\": \"", "\"response\": \"!"), "it holds a histogram that cannot be read"),
        (good.replace("\"errorRate\"", "\"errors\""), "it holds an objective `errors`, which is none"),
        (good.replace("\"tickSeconds\": 1.0", "\"tickSeconds\": 0.0"), "it holds ticks of 0ns, which no run has"),
        (good.replace("\"warmUpSeconds\": 0.0", "\"warmUpSeconds\": 1.8e19"), "which no run takes"),
        (good.replace("\"unexpected\": 0", "\"unexpected\": 6"), "it holds books that do not balance"),
    ] {
        fs::write(&file, text).unwrap();
        load([&server.url("/"), "--compare", &file]).is_refused(why);
        load(["merge", &file]).is_refused(why);
    }
    assert_eq!(server.requests().len(), before);
}
