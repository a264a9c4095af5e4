//! The config management plugin: what Argo CD asks for, and what it is told.
//!
//! Argo CD's plugin server runs one command in the directory of a source, and passes what an Application says of the
//! plugin in environment variables. Everything that such a run is asked for is in [`PARAMETERS`]: the names that are
//! accepted, the announcements that Argo CD shows, and the page of the documentation are made from that table.
//!
//! | file | its one job |
//! |---|---|
//! | `parameter` | the table of what can be asked for |
//! | `variables` | the environment variables that Argo CD passes |
//! | `given` | what was asked for, and by which way it came |
//! | `json` | the one variable that holds all parameters |
//! | `request` | the same with types |
//! | `announcement` | what Argo CD's page shows of the table |
//! | `floor` | what must not be lost by mistake |
//! | `place` | the repository and the environment of a source's directory |
//! | `sidecar` | how the plugin is put beside the repo-server |

mod announcement;
mod floor;
mod given;
mod json;
mod parameter;
mod place;
mod request;
mod sidecar;
#[cfg(test)]
mod testing;
mod variables;

pub use announcement::announcements;
pub use floor::refusal;
pub use given::{Given, Text, Value, text};
pub use parameter::{PARAMETERS, Parameter, Takes};
pub use place::Place;
pub use request::{Request, Target};
pub use sidecar::{Sidecar, plugin_yaml};
pub use variables::Variables;

/// The plugin's name: `metadata.name` of plugin.yaml, and `plugin.name` of an Application's source.
pub const NAME: &str = "karat";
