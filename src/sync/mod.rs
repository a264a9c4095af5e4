//! What Argo CD does with the objects of an Application when it syncs them: phases, waves, hooks, and the order of it all;
//! and what its Applications and projects say.
//!
//! Read off gitops-engine (`pkg/sync`), as Argo CD 3.6 carries it; 2.14 and later do the same.

mod annotation;
mod application;
mod dependency;
mod difference;
mod gate;
mod glob;
mod hook;
mod plan;
mod project;
mod rolling;
mod settings;
mod synced;
mod wave;

pub use annotation::{
    HELM_HOOK, HELM_HOOK_DELETE_POLICY, HELM_HOOK_WEIGHT, HOOK, HOOK_AT, HOOK_DELETE_POLICY, HOOK_DELETE_POLICY_AT,
    SYNC_OPTIONS, SYNC_OPTIONS_AT, SYNC_WAVE, SYNC_WAVE_AT, annotation, values,
};
pub use application::{Application, BACKGROUND_FINALIZER, CASCADING_FINALIZERS, FOREGROUND_FINALIZER};
pub use dependency::{Dependencies, Dependency, Named, Need};
pub use difference::Difference;
pub use gate::{Cause, Gate, HealthChecks, PAUSE, Wait, application_health_patch};
pub use hook::{DeletePolicy, Fate, HookType, Phase, delete_policies, fate, hook_type, hook_words};
pub use plan::{Plan, Task};
pub use project::{Cluster, OWN_CLUSTER, Project, normalized};
pub use rolling::rolling_steps;
pub use settings::Settings;
pub use synced::Synced;
pub use wave::{parse as parse_wave, wave};
