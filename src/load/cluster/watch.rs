//! Asks at an interval, and keeps the answers.

use std::{
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    runtime::Builder,
    task::{LocalSet, spawn_local},
};

use super::{NAMES, Query, Series, Workload, prometheus, replicas::Replicas};
use crate::{
    diagnostic::Result,
    load::{
        kubernetes::{Access, Client},
        plan::Plan,
    },
};

/// How often it is looked whether the run is over.
const GLANCE: Duration = Duration::from_millis(50);

/// How long the run waits, at most, for answers that are still to come when it is over.
const LAST: Duration = Duration::from_secs(1);

/// What is asked, and how often.
#[derive(Debug)]
pub struct Watch {
    interval: Duration,
    prometheus: Option<Plan>,
    replicas: Option<(Workload, Result<Access, String>)>,
}

impl Watch {
    /// A watch that asks for nothing yet.
    pub fn every(interval: Duration) -> Self {
        Self { interval, prometheus: None, replicas: None }
    }

    /// Asks a Prometheus, whose address may have a path.
    ///
    /// # Errors
    /// When the address is none.
    pub fn prometheus(self, url: &str, queries: &[Query]) -> Result<Self> {
        let plan = prometheus::plan(url, queries, self.patience())?;
        Ok(Self { prometheus: Some(plan), ..self })
    }

    /// Asks an API server for the replicas of a workload; or says in the report why it could not be asked.
    #[must_use]
    pub fn replicas(self, workload: Workload, access: Result<Access, String>) -> Self {
        Self { replicas: Some((workload, access)), ..self }
    }

    /// Whether there is nothing to ask for.
    pub fn is_idle(&self) -> bool {
        self.prometheus.is_none() && self.replicas.is_none()
    }

    /// How long an answer may take.
    fn patience(&self) -> Duration {
        self.interval.clamp(Duration::from_secs(1), Duration::from_secs(10))
    }

    /// Asks from the start until the run is over, and then a last time.
    pub fn run(self, start: Instant, is_over: &Arc<AtomicBool>) -> Vec<Series> {
        let clock = Clock { start, interval: self.interval, patience: self.patience(), is_over: is_over.clone() };
        let questions = self.questions();
        let runtime = match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                let series = questions.iter().flat_map(Question::series);
                return series.map(|own| Series { note: Some(error.to_string()), ..own }).collect();
            }
        };
        LocalSet::new().block_on(&runtime, async {
            let ask = |question| spawn_local(watch(question, clock.clone()));
            let tasks: Vec<_> = questions.into_iter().map(ask).collect();
            let mut found = Vec::new();
            for task in tasks {
                found.extend(task.await.unwrap_or_default());
            }
            found
        })
    }

    fn questions(self) -> Vec<Question> {
        let mut questions = Vec::new();
        if let Some(plan) = self.prometheus.map(Rc::new) {
            questions.extend((0..plan.targets.len()).map(|target| Question::Prometheus(plan.clone(), target)));
        }
        match self.replicas {
            Some((workload, Ok(access))) => {
                let replicas = Rc::new(Replicas::new(Client::new(access), workload));
                questions.extend([Question::Workload(replicas.clone()), Question::Autoscaler(replicas)]);
            }
            Some((_, Err(why))) => questions.push(Question::Unasked(why)),
            None => {}
        }
        questions
    }
}

/// What is asked in one round, and gives one or a few numbers.
enum Question {
    Prometheus(Rc<Plan>, usize),
    Workload(Rc<Replicas>),
    Autoscaler(Rc<Replicas>),
    /// There is nobody to ask, and why.
    Unasked(String),
}

impl Question {
    fn series(&self) -> Vec<Series> {
        let pods = |name: &&str| Series { unit: "pods".to_owned(), ..Series::of(name) };
        match self {
            Self::Prometheus(plan, target) => vec![Series::of(&plan.targets[*target].name)],
            Self::Workload(_) => NAMES[..3].iter().map(pods).collect(),
            Self::Autoscaler(_) => NAMES[3..].iter().map(pods).collect(),
            Self::Unasked(why) => vec![Series { note: Some(why.clone()), ..pods(&"replicas") }],
        }
    }

    /// A number for each series; nothing where there is nothing to be counted.
    async fn ask(&self, patience: Duration) -> Result<Option<Vec<f64>>, String> {
        match self {
            Self::Prometheus(plan, target) => {
                prometheus::ask(plan, &plan.targets[*target]).await.map(|value| Some(vec![value]))
            }
            Self::Workload(replicas) => replicas.workload(patience).await.map(|values| Some(values.to_vec())),
            Self::Autoscaler(replicas) => Ok(replicas.autoscaler(patience).await?.map(|value| vec![value])),
            Self::Unasked(_) => Ok(None),
        }
    }
}

/// When it is time to ask.
#[derive(Clone)]
struct Clock {
    start: Instant,
    interval: Duration,
    patience: Duration,
    is_over: Arc<AtomicBool>,
}

impl Clock {
    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Waits for the first round that is later than now; not longer than the run.
    async fn next(&self) {
        let gone = self.start.elapsed();
        let rounds = gone.as_secs_f64() / self.interval.as_secs_f64();
        let next = self.start + self.interval.mul_f64(rounds.floor() + 1.0);
        self.until(next).await;
    }

    async fn until(&self, moment: Instant) {
        while Instant::now() < moment && !self.is_over() {
            tokio::time::sleep(GLANCE.min(moment.saturating_duration_since(Instant::now()))).await;
        }
    }

    /// Waits until nobody needs an answer any more.
    async fn too_late(&self) {
        while !self.is_over() {
            tokio::time::sleep(GLANCE).await;
        }
        tokio::time::sleep(LAST).await;
    }
}

/// Asks a question round by round. A round that the last answer took is left out.
async fn watch(question: Question, clock: Clock) -> Vec<Series> {
    let mut series = question.series();
    clock.until(clock.start).await;
    loop {
        let is_last = clock.is_over();
        let at = clock.start.elapsed().as_secs_f64();
        let answer = tokio::select! {
            answer = question.ask(clock.patience) => answer,
            () = clock.too_late() => Err("no whole answer came in time".to_owned()),
        };
        note(&mut series, at, answer);
        if is_last || clock.is_over() {
            // An autoscaler that is not there has no line.
            return series.into_iter().filter(|own| own.note.is_some() || !own.points.is_empty()).collect();
        }
        clock.next().await;
    }
}

fn note(series: &mut [Series], at: f64, answer: Result<Option<Vec<f64>>, String>) {
    match answer {
        Ok(None) => {}
        Ok(Some(values)) => {
            let known = |value: f64| Some(value).filter(|value| value.is_finite());
            series.iter_mut().zip(values).for_each(|(own, value)| own.points.push((at, known(value))));
        }
        Err(why) => {
            for own in series {
                own.points.push((at, None));
                own.note = Some(why.clone());
            }
        }
    }
}
