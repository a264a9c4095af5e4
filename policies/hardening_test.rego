package hardening_test

import data.hardening

tame := {
	"allowPrivilegeEscalation": false,
	"readOnlyRootFilesystem": true,
	"capabilities": {"drop": ["ALL"]},
}

pod(context) := {"kind": "Pod", "spec": {"containers": [{"name": "web", "securityContext": context}]}}

test_tame if count(hardening.deny) == 0 with input as pod(tame)

test_nothing_set if count(hardening.deny) == 3 with input as {"kind": "Pod", "spec": {"containers": [{"name": "web"}]}}

test_each_counts if {
	every setting, value in {"allowPrivilegeEscalation": true, "readOnlyRootFilesystem": false, "capabilities": {}} {
		count(hardening.deny) == 1 with input as pod(object.union(object.remove(tame, [setting]), {setting: value}))
	}
}
