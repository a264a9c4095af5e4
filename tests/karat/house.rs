//! The repository as its own first user.

use std::path::Path;

use crate::command::karat_in;

#[test]
fn the_seed_systems_equal_their_golden_files() {
    let checked = karat_in(Path::new(env!("CARGO_MANIFEST_DIR")), &["check"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{}", checked.stdout);
    assert!(checked.stdout.starts_with("no findings in 3 environments"), "{}", checked.stdout);
}
