# METADATA
# title: The pod of an object, whatever its kind
package lib.pods

# Where each kind has the spec of its pods.
places := {
	"CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
	"DaemonSet": ["spec", "template", "spec"],
	"Deployment": ["spec", "template", "spec"],
	"Job": ["spec", "template", "spec"],
	"Pod": ["spec"],
	"StatefulSet": ["spec", "template", "spec"],
}

spec := object.get(input, places[input.kind], {})

# Every container with its place in the object, init containers and sidecars included.
containers contains {"container": container, "path": path} if {
	some list in ["containers", "initContainers"]
	some i, container in spec[list]
	path := array.concat(places[input.kind], [list, i])
}
