//! The codes of golden files.

use crate::diagnostic::declare_codes;

declare_codes! {
    /// An object is rendered otherwise than its golden file has it.
    ///
    /// Argo CD syncs the golden file; what the specs say now is not yet what the cluster gets. The finding lists the
    /// fields that differ, the golden file's value first, and points at the line of the spec that caused the new value.
    /// A field that no line of a spec caused is shown in the golden file.
    ///
    /// If the change is what you want, `karat golden` writes it; review the files' difference like any other code.
    DIFFERS = "GLD001", Error, "object differs from its golden file";
    /// An object is rendered, and no golden file holds it.
    ///
    /// Argo CD would not create the object. `karat golden` writes its file.
    MISSING = "GLD002", Error, "object without a golden file";
    /// A golden file of ours holds an object that is no longer rendered.
    ///
    /// Argo CD keeps syncing it. `karat golden` removes the file, and Argo CD then prunes the object if it may.
    STALE = "GLD003", Error, "golden file of an object that is no longer rendered";
    /// A file stands among the golden files that Karat did not write.
    ///
    /// It is left alone, by `karat golden` too, but Argo CD may sync it. Names that start with a dot are not looked at.
    FOREIGN = "GLD004", Info, "foreign file among the golden files";
    /// The list of our files does not match the files.
    ///
    /// Only listed files are removed once their objects are no longer rendered. The list is wrong after an interrupted
    /// run or a merge by hand; `karat golden` puts it right.
    INVENTORY = "GLD005", Error, "inventory of golden files is out of date";
    /// Two objects would be written to one file.
    ///
    /// A file's name is made of the object's namespace, kind, group and name; in very rare cases, two objects come to
    /// the same one. Rename one of them.
    COLLISION = "GLD006", Error, "two objects with one golden file";
    /// A field changes that stays what it was when its object was made, such as the selector of a Deployment, the claim
    /// templates of a StatefulSet, the template of a Job, or the `roleRef` of a RoleBinding.
    ///
    /// The API server refuses the change, so the sync of Argo CD fails, and goes on failing. `karat check` says so beside
    /// the difference to the golden file, and `karat golden` when it writes the change; once the golden file is written,
    /// nothing shows it any more.
    ///
    /// The change is fine if the cluster does not have the object yet, or where somebody deletes it first. Argo CD does so
    /// for hooks, and for objects with the annotation `argocd.argoproj.io/sync-options: Force=true,Replace=true`; nothing
    /// is reported of those. `Replace=true` alone is not enough: the object is still updated, not made anew.
    REFUSED = "GLD007", Warning, "the cluster refuses this change";
    /// A Secret with values, among manifests that are rendered into a branch.
    ///
    /// `karat render --layout hydrated` refuses to write it: everybody who can read the branch could read the values, and
    /// git keeps them when the file is gone. The prerequisites of Argo CD's source hydrator say the same
    /// (<https://argo-cd.readthedocs.io/en/stable/user-guide/source-hydrator/>). Values that only stand for others, such as
    /// `<path:secret/web#password>` or `${PASSWORD}`, are fine.
    ///
    /// Let the External Secrets Operator make the Secret (`secrets.<name>.externalSecret`), or seal it.
    PLAINTEXT = "GLD008", Error, "Secret in plain text on a hydrated branch";
}
