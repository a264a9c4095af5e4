# METADATA
# title: Containers say what they need
# description: >-
#   Without requests the scheduler guesses, and without a memory limit one leak takes the whole node. A limit on CPU is
#   not asked for: it throttles, and protects nobody who has requests.
# custom:
#   kinds: [CronJob, DaemonSet, Deployment, Job, Pod, StatefulSet]
package resources

import data.lib.pods

needs := [["requests", "cpu"], ["requests", "memory"], ["limits", "memory"]]

deny contains {"msg": msg, "path": path, "help": help} if {
	some place in pods.containers
	some need in needs
	not object.get(place.container, array.concat(["resources"], need), false)
	msg := sprintf("container `%s` has no `resources.%s`", [place.container.name, concat(".", need)])
	path := array.concat(place.path, ["resources"])
	help := "set it for the container, or for all of them in `envs/defaults.yaml`"
}
