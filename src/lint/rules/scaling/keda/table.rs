//! Which triggers KEDA has, and which keys their metadata. `schemas/generate.py` makes the table from KEDA's own.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// One key of a trigger's metadata, and the letters that `schemas/generate/scalers.py` explains.
#[derive(Clone, Copy)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    letters: &'static str,
}

/// The keys of each trigger.
static SCALERS: LazyLock<FxHashMap<&'static str, Vec<Parameter>>> = LazyLock::new(|| {
    let mut scalers = FxHashMap::default();
    let text = include_str!("../../../../../schemas/scalers.txt");
    let mut current = "";
    for line in text.lines() {
        if let Some(parameter) = line.strip_prefix(' ') {
            let (name, letters) = parameter.split_once(' ').unwrap_or((parameter, ""));
            scalers.entry(current).or_insert_with(Vec::new).push(Parameter { name, letters });
        } else {
            current = line;
        }
    }
    scalers
});

/// Triggers that hand their whole metadata to a server of the user's.
const OPEN: [&str; 2] = ["external", "external-push"];

/// The keys of a trigger; nothing for one that KEDA does not have.
pub(super) fn parameters(kind: &str) -> Option<&'static [Parameter]> {
    SCALERS.get(kind).map(Vec::as_slice)
}

/// The trigger's key of this name.
pub(super) fn parameter(kind: &str, name: &str) -> Option<Parameter> {
    parameters(kind)?.iter().copied().find(|parameter| parameter.name == name)
}

/// Whether a trigger takes any key.
pub(super) fn is_open(kind: &str) -> bool {
    OPEN.contains(&kind)
}

/// The types of all triggers.
pub(super) fn kinds() -> impl Iterator<Item = &'static str> {
    SCALERS.keys().copied()
}

impl Parameter {
    /// Whether it may stand in the metadata.
    pub(super) fn in_metadata(self) -> bool {
        self.letters.contains('m')
    }

    /// Whether the metadata may name an environment variable instead.
    pub(super) fn in_environment(self) -> bool {
        self.letters.contains('e')
    }

    /// Whether a TriggerAuthentication may give it.
    pub(super) fn in_authentication(self) -> bool {
        self.letters.contains('a')
    }

    /// Whether something must give it.
    pub(super) fn is_required(self) -> bool {
        self.letters.contains('r')
    }

    /// Whether it has had its day.
    pub(super) fn is_retired(self) -> bool {
        self.letters.contains('d')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        assert_eq!(kinds().count(), 79);
        let names: Vec<_> = parameters("cron").unwrap().iter().map(|parameter| parameter.name).collect();
        assert_eq!(names, ["desiredReplicas", "end", "start", "timezone"]);
        let connection = parameter("azure-queue", "connection").unwrap();
        assert!(connection.in_metadata() && connection.in_environment() && connection.in_authentication());
        assert!(!connection.is_required() && parameter("cpu", "type").unwrap().is_retired());
    }
}
