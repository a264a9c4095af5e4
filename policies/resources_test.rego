package resources_test

import data.resources

job(wanted) := {
	"kind": "CronJob",
	"spec": {"jobTemplate": {"spec": {"template": {"spec": {"containers": [{"name": "a", "resources": wanted}]}}}}},
}

test_all_there if {
	count(resources.deny) == 0 with input as job({"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}})
}

test_each_is_missed if {
	count(resources.deny) == 3 with input as job({})
	some denial in resources.deny with input as job({"requests": {"cpu": "1", "memory": "1Gi"}})
	denial.msg == "container `a` has no `resources.limits.memory`"
}
