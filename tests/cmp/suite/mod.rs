//! The rows, each run against the emulation and against the real server.

mod announcement;
mod deadline;
mod discovery;
mod environment;
mod failure;
mod karat;
mod output;
mod parallel;
mod plugin;
mod stream;

use crate::{case, emulation::Emulation, real::Real};

/// Runs functions that take a server against both.
macro_rules! against_both {
    ($($name:ident),+) => {
        mod emulation {
            $(#[test]
            fn $name() {
                super::$name::<crate::emulation::Emulation>();
            })+
        }

        mod real {
            $(#[test]
            fn $name() {
                if <crate::real::Real as crate::server::PluginServer>::is_there() {
                    super::$name::<crate::real::Real>();
                }
            })+
        }
    };
}
use against_both;

/// Runs the rows of modules against both.
macro_rules! rows_against_both {
    ($($module:ident),+) => {
        $(#[test]
        fn $module() {
            case::run::<Emulation>(&$module::cases());
        })+

        mod real {
            use super::*;

            $(#[test]
            fn $module() {
                case::run::<Real>(&super::$module::cases());
            })+
        }
    };
}

rows_against_both!(announcement, deadline, discovery, environment, failure, output, plugin, stream);
