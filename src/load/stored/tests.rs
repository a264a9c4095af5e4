//! What is taken for a report, and what is not.

use std::time::Duration;

use super::{histogram::decode, *};
use crate::load::{
    ledger::Ending,
    record::{Times, histogram},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use hdrhistogram::{
    Histogram,
    serialization::{Serializer, V2DeflateSerializer},
};

/// A run of ten requests, one of which took a day.
fn stored() -> Stored {
    let mut outcome = Outcome { measured_for: Duration::from_secs(10), ..Outcome::empty() };
    let mut record = Record::new();
    for second in 0..10 {
        let time = Duration::from_secs(if second == 9 { 86_400 } else { 1 });
        let times = Times { response: time, service: time, lag: Duration::ZERO };
        record.book(Ending::Answered { status: 200, expected: true }, times, 7);
        outcome.timeline.plan(Duration::from_secs(second));
        outcome.timeline.end(Duration::from_secs(second), true, Some(time));
    }
    outcome.targets = vec![("all".into(), record)];
    outcome.judge(Vec::new());
    Stored::of(&outcome)
}

fn refused(change: impl FnOnce(&mut Stored)) -> String {
    let mut stored = stored();
    change(&mut stored);
    stored.outcome().unwrap_err().to_string()
}

#[test]
fn what_is_kept_is_what_there_was() {
    let (before, after) = (stored(), Stored::of(&stored().outcome().unwrap()));
    assert_eq!(serde_json::to_string(&before).unwrap(), serde_json::to_string(&after).unwrap());
}

/// A reader that is content with the nearest number but one makes another plan of it, which cannot be merged.
#[test]
fn numbers_come_back_bit_by_bit() {
    for limit in ["1.1%", "0.7%", "2.3%", "5.7%", "99.9%"] {
        let mut outcome = stored().outcome().unwrap();
        outcome.judge(vec![(None, Objective::parse("errorRate", limit).unwrap())]);
        let text = serde_json::to_string(&Stored::of(&outcome)).unwrap();
        let read = Stored::read(&text).unwrap().outcome().unwrap();
        assert_eq!(read.promises(), outcome.promises(), "{limit}");
    }
}

#[test]
fn what_no_run_has_measured_is_refused() {
    for width in [0.5, 3.0, 0.0] {
        assert!(refused(|own| own.timeline.tick_seconds = width).contains("which no run has"), "{width}");
    }
    for time in [-1.0, 1.8e19, f64::NAN] {
        assert!(refused(|own| own.timeline.tick_seconds = time).contains("which no run takes"), "{time}");
        assert!(refused(|own| own.measured_seconds = time).contains("which no run takes"), "{time}");
        assert!(refused(|own| own.warm_up_seconds = time).contains("which no run takes"), "{time}");
    }
    assert!(
        refused(|own| own.timeline.ticks = vec![own.timeline.ticks[0].clone(); 601]).contains("more ticks than 600")
    );
    assert!(refused(|own| own.timeline.ticks[0].good = u64::MAX).contains("more requests than there can be"));
    assert!(refused(|own| own.began_ms = u64::MAX).contains("a year that never comes"));
    let books: [fn(&mut Ledger); 4] = [
        |own| own.unexpected = 11,
        |own| own.planned = 11,
        |own| own.bytes = u64::MAX,
        // The sum wraps to what it should be.
        |own| own.answered = [u64::MAX, 1, 0, 0, 10],
    ];
    for change in books {
        assert_eq!(refused(|own| change(&mut own.targets[0].record.ledger)), "it holds books that do not balance");
    }
}

#[test]
fn a_histogram_that_takes_more_room_than_any_of_a_run_is_refused() {
    let bytes = |histogram: &Histogram<u64>| {
        let mut bytes = Vec::new();
        V2DeflateSerializer::new().serialize(histogram, &mut bytes).unwrap();
        BASE64_STANDARD.encode(bytes)
    };
    assert!(decode(&bytes(&histogram(3)), 3).is_ok());
    assert!(decode(&bytes(&histogram(3)), 2).is_err());
    let fine = Histogram::new_with_bounds(1, 1 << 40, 5).unwrap();
    let wide = Histogram::new_with_bounds(1, 1 << 62, 3).unwrap();
    assert!(decode(&bytes(&fine), 3).is_err() && decode(&bytes(&wide), 3).is_err());
    for text in ["", "AAAA", "AAAAAAAAAAAAAAAA"] {
        assert!(decode(text, 3).is_err(), "{text}");
    }
}
