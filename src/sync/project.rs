//! What AppProjects permit.

use super::{Application, Settings, glob};
use crate::{
    diagnostic::ResourceId,
    manifest::{Manifest, ManifestSet},
    node::Node,
};

/// The address of the cluster that Argo CD itself runs in.
pub const OWN_CLUSTER: &str = "https://kubernetes.default.svc";

/// What Argo CD calls that cluster.
const OWN_CLUSTER_NAME: &str = "in-cluster";

/// A cluster, as far as an Application names it: only Argo CD knows the address that goes with a name.
#[derive(Clone, Copy, Debug)]
pub struct Cluster<'a> {
    server: Option<&'a str>,
    name: Option<&'a str>,
}

impl<'a> Cluster<'a> {
    /// The cluster that an Application deploys to.
    pub fn of(application: Application<'a>) -> Self {
        let server = application.text("/spec/destination/server").map(|server| server.trim_end_matches('/'));
        let name = application.text("/spec/destination/name");
        if server == Some(OWN_CLUSTER) || name == Some(OWN_CLUSTER_NAME) {
            Self { server: Some(OWN_CLUSTER), name: Some(OWN_CLUSTER_NAME) }
        } else {
            Self { server, name }
        }
    }
}

/// An AppProject.
#[derive(Clone, Copy, Debug)]
pub struct Project<'a> {
    /// The object.
    pub manifest: &'a Manifest,
}

impl<'a> Project<'a> {
    /// The project of an Application, if it is rendered here, and no other one of its name; nor one that may inherit from
    /// global projects.
    pub fn of(set: &'a ManifestSet, application: Application<'_>) -> Option<Self> {
        if has_global_projects(set, application) {
            return None;
        }
        let mut named = set.of_kind("AppProject").filter(|project| project.id.name == application.project());
        let manifest = named.next()?;
        named.next().is_none().then_some(Self { manifest })
    }

    /// Whether Applications may be rendered from a repository.
    pub fn permits_source(self, repository: &str) -> bool {
        let repository = normalized(repository);
        let mut permitted = false;
        for pattern in self.list("sourceRepos").unwrap_or_default().iter().filter_map(Node::as_str) {
            let (denied, pattern) = pattern.strip_prefix('!').map_or((false, pattern), |pattern| (true, pattern));
            let pattern = normalized(pattern);
            // A lone star is a special case of Argo CD's: it takes the separator, too.
            let found = (pattern == "*" && !denied) || glob::matches(&pattern, &repository, Some('/'));
            if denied && found {
                return false;
            }
            permitted |= found != denied;
        }
        permitted
    }

    /// Whether Applications may deploy to a namespace of a cluster; nothing where only Argo CD knows.
    pub fn permits_destination(self, cluster: Cluster<'_>, namespace: &str) -> Option<bool> {
        let (mut permitted, mut unknown) = (false, false);
        for item in self.list("destinations").unwrap_or_default() {
            let pattern = |field: &str| item.get(field).and_then(Node::as_str).unwrap_or_default();
            let (server, name) = (pattern("server"), pattern("name"));
            let by_server = cluster.server.map_or(server == "*", |own| permits(server, own));
            let by_name = cluster.name.map_or(name == "*", |own| permits(name, own));
            let in_namespace = permits(pattern("namespace"), namespace);
            let denies = |pattern: &str| pattern.starts_with('!');
            let is_open = |own: Option<&str>, pattern: &str| own.is_none() && !pattern.is_empty();
            if (by_server || by_name) && in_namespace {
                permitted = true;
            } else if !by_server && !by_name && (is_open(cluster.server, server) || is_open(cluster.name, name)) {
                unknown |= in_namespace || denies(pattern("namespace"));
            } else {
                let elsewhere = in_namespace && ((!by_name && denies(name)) || (!by_server && denies(server)));
                let in_another = !in_namespace && denies(pattern("namespace")) && by_server;
                if elsewhere || in_another {
                    return Some(false);
                }
            }
        }
        (permitted || !unknown).then_some(permitted)
    }

    /// Whether Applications may make an object, as far as its kind is concerned.
    ///
    /// An absent list of namespaced kinds permits all of them, and an empty one none; without a list of cluster-scoped
    /// kinds there are none of those.
    pub fn permits_kind(self, id: &ResourceId) -> bool {
        let lists = |field| self.list(field).unwrap_or_default().iter().any(|item| lists_kind(item, id));
        if id.namespace.is_some() {
            let allowed = self.list("namespaceResourceWhitelist").is_none() || lists("namespaceResourceWhitelist");
            allowed && !lists("namespaceResourceBlacklist")
        } else {
            lists("clusterResourceWhitelist") && !lists("clusterResourceBlacklist")
        }
    }

    fn list(self, field: &str) -> Option<&'a [Node]> {
        self.manifest.object.get("spec")?.get(field)?.as_list()
    }
}

/// Whether Argo CD's settings, where they are rendered here, name projects that others inherit from.
fn has_global_projects(set: &ManifestSet, application: Application<'_>) -> bool {
    let namespaces = [application.manifest.id.namespace.as_deref(), None];
    let mut settings = namespaces.into_iter().filter_map(|namespace| set.find("ConfigMap", namespace, Settings::NAME));
    settings.any(|manifest| Settings { manifest }.get("globalProjects").is_some())
}

/// Whether a pattern takes a value: `!cart` takes everything but `cart`.
fn permits(pattern: &str, value: &str) -> bool {
    match pattern.strip_prefix('!') {
        Some(denied) => !glob::matches(denied, value, None),
        None => glob::matches(pattern, value, None),
    }
}

/// Whether an item of a list of kinds is about an object. Those of cluster-scoped kinds may name objects.
fn lists_kind(item: &Node, id: &ResourceId) -> bool {
    let is = |field: &str, own: &str| {
        let pattern = item.get(field).and_then(Node::as_str).unwrap_or_default();
        glob::matches(pattern, own, Some('/'))
    };
    let any_name = item.get("name").and_then(Node::as_str).is_none_or(str::is_empty);
    is("kind", &id.gvk.kind) && is("group", &id.gvk.group) && (any_name || is("name", &id.name))
}

/// The address of a repository as Argo CD compares it: `git@host:shop.git` is `git@host/shop`.
pub fn normalized(repository: &str) -> String {
    let mut address = repository.trim().to_lowercase();
    let is_ssh = address.rsplit_once('@').is_some_and(|(user, host)| {
        let user = user.strip_prefix("ssh://").unwrap_or(user);
        !user.contains(['/', ':', '@']) && !host.is_empty()
    });
    if is_ssh && !address.starts_with("ssh://") {
        address = address.replacen(':', "/", 1);
    }
    let address = address.strip_suffix(".git").unwrap_or(&address);
    address.strip_prefix("ssh://").unwrap_or(address).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{manifest::Owner, node::yaml, source::FileId};

    fn manifest(kind: &str, spec: &str) -> Manifest {
        let text = format!("apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n");
        Manifest::new(Owner::Argocd, None, yaml::read(FileId::from_index(0), text.as_str()).documents.remove(0).root)
    }

    fn permits_destination(destinations: &str, cluster: &str, namespace: &str) -> Option<bool> {
        let application = manifest("Application", &format!("{{destination: {cluster}}}"));
        let project = manifest("AppProject", &format!("{{destinations: {destinations}}}"));
        let cluster = Cluster::of(Application::of(&application).unwrap());
        Project { manifest: &project }.permits_destination(cluster, namespace)
    }

    #[test]
    fn destinations_are_permitted_as_argo_cd_does() {
        let own = "{server: https://kubernetes.default.svc}";
        for (destinations, cluster, namespace, expected) in [
            ("[]", own, "shop", Some(false)),
            ("[{server: '*', namespace: '*'}]", own, "shop", Some(true)),
            ("[{server: '*', namespace: shop}]", own, "blog", Some(false)),
            ("[{server: '*', namespace: 'shop-*'}]", own, "shop-dev", Some(true)),
            ("[{name: in-cluster, namespace: shop}]", own, "shop", Some(true)),
            (
                "[{server: '*', namespace: '*'}, {server: '*', namespace: '!kube-system'}]",
                own,
                "kube-system",
                Some(false),
            ),
            ("[{server: '*', namespace: '*'}, {server: '*', namespace: '!kube-system'}]", own, "shop", Some(true)),
            ("[{server: '*', namespace: '!kube-system'}]", own, "shop", Some(true)),
            ("[{server: '!https://kubernetes.default.svc', namespace: '*'}]", own, "shop", Some(false)),
            ("[{server: https://a.example.com, namespace: shop}]", "{name: a}", "shop", None),
            ("[{server: https://a.example.com, namespace: shop}]", "{name: a}", "blog", Some(false)),
            ("[{name: a, namespace: shop}]", "{server: https://a.example.com}", "shop", None),
            ("[{server: '*', namespace: shop}]", "{name: a}", "shop", Some(true)),
            (
                "[{server: https://a.example.com, namespace: shop}]",
                "{server: https://a.example.com/}",
                "shop",
                Some(true),
            ),
        ] {
            assert_eq!(permits_destination(destinations, cluster, namespace), expected, "{destinations} {cluster}");
        }
    }

    #[test]
    fn sources_are_permitted_as_argo_cd_does() {
        for (repositories, repository, expected) in [
            ("[]", "https://git.example.com/shop", false),
            ("['*']", "https://git.example.com/shop", true),
            ("['https://git.example.com/*']", "https://git.example.com/shop.git", true),
            ("['https://git.example.com/*']", "https://git.example.com/shop/cart", false),
            ("['https://git.example.com/**']", "https://git.example.com/shop/cart", true),
            ("['*', '!https://git.example.com/shop']", "https://git.example.com/shop", false),
            ("['*', '!https://git.example.com/shop']", "https://git.example.com/cart", true),
            ("['git@git.example.com:shop/cart.git']", "ssh://git@git.example.com/shop/cart", true),
        ] {
            let project = manifest("AppProject", &format!("{{sourceRepos: {repositories}}}"));
            assert_eq!(Project { manifest: &project }.permits_source(repository), expected, "{repositories}");
        }
    }

    #[test]
    fn nobody_knows_what_global_projects_add() {
        let application = manifest("Application", "{project: a}");
        let settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm}\ndata: {globalProjects: '[]'}\n";
        let settings = yaml::read(FileId::from_index(0), settings).documents.remove(0).root;
        let settings = Manifest::new(Owner::Argocd, None, settings);
        let of = |manifests| {
            let set = ManifestSet::new("dev".into(), "1.34".into(), manifests);
            Project::of(&set, Application::of(&application).unwrap()).is_some()
        };
        assert!(of(vec![manifest("AppProject", "{}")]));
        assert!(!of(vec![manifest("AppProject", "{}"), settings]));
    }

    #[test]
    fn kinds_are_permitted_by_scope() {
        let permits = |spec: &str, kind: &str, namespace: Option<&str>| {
            let id = ResourceId {
                gvk: crate::diagnostic::Gvk::new("rbac.authorization.k8s.io/v1", kind),
                namespace: namespace.map(Into::into),
                name: "a".into(),
            };
            Project { manifest: &manifest("AppProject", spec) }.permits_kind(&id)
        };
        assert!(permits("{}", "Role", Some("shop")));
        assert!(!permits("{}", "ClusterRole", None));
        assert!(!permits("{namespaceResourceWhitelist: []}", "Role", Some("shop")));
        assert!(!permits("{namespaceResourceBlacklist: [{group: '*', kind: Role}]}", "Role", Some("shop")));
        assert!(permits("{clusterResourceWhitelist: [{group: '*', kind: '*'}]}", "ClusterRole", None));
        assert!(permits("{clusterResourceWhitelist: [{group: '*', kind: '*', name: a}]}", "ClusterRole", None));
        assert!(!permits("{clusterResourceWhitelist: [{group: '*', kind: '*', name: b}]}", "ClusterRole", None));
        assert!(!permits("{clusterResourceWhitelist: [{group: '', kind: ClusterRole}]}", "ClusterRole", None));
    }
}
