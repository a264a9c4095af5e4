# METADATA
# title: Images come from known registries, and by version
# description: >-
#   An image from elsewhere is nobody's to scan or to patch. A tag such as `latest` means another image tomorrow, without
#   a commit that says so.
# custom:
#   kinds: [CronJob, DaemonSet, Deployment, Job, Pod, StatefulSet]
package images

import data.lib.pods

registries := {"docker.io", "registry.acme.example"}

deny contains {"msg": msg, "path": path, "help": help} if {
	some place in pods.containers
	host := registry(place.container.image)
	not host in registries
	msg := sprintf("container `%s` has an image from `%s`", [place.container.name, host])
	path := array.concat(place.path, ["image"])
	help := sprintf("use one of %s", [concat(", ", registries)])
}

deny contains {"msg": msg, "path": path, "help": "name a version, or a digest"} if {
	some place in pods.containers
	floats(place.container.image)
	msg := sprintf("the image of container `%s` has no fixed version", [place.container.name])
	path := array.concat(place.path, ["image"])
}

# The part before the first `/`, when it is a host.
registry(image) := host if {
	contains(image, "/")
	host := split(image, "/")[0]
	is_host(host)
} else := "docker.io"

is_host(host) if contains(host, ".")

is_host(host) if contains(host, ":")

is_host(host) if host == "localhost"

floats(image) if endswith(image, ":latest")

floats(image) if {
	parts := split(image, "/")
	last := parts[count(parts) - 1]
	not contains(last, ":")
	not contains(last, "@")
}
