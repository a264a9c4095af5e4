# METADATA
# title: Containers have no rights to spare
# description: >-
#   Who breaks into a container should find no capability to use, no way to become somebody else, and no file system to
#   leave tools on.
# custom:
#   kinds: [CronJob, DaemonSet, Deployment, Job, Pod, StatefulSet]
package hardening

import data.lib.pods

deny contains {"msg": msg, "path": path, "help": help} if {
	some place in pods.containers
	context := object.get(place.container, "securityContext", {})
	some setting in missing(context)
	msg := sprintf("container `%s` lacks `%s`", [place.container.name, setting])
	path := array.concat(place.path, ["securityContext"])
	help := "set it in the container's `securityContext`; give it an `emptyDir` for what it has to write"
}

missing(context) := {setting |
	some setting, met in {
		"allowPrivilegeEscalation: false": object.get(context, "allowPrivilegeEscalation", true) == false,
		"readOnlyRootFilesystem: true": object.get(context, "readOnlyRootFilesystem", false) == true,
		"capabilities: {drop: [ALL]}": "ALL" in object.get(context, ["capabilities", "drop"], []),
	}
	not met
}
