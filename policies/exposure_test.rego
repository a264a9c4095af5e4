package exposure_test

import data.exposure

test_inside if {
	count(exposure.deny) == 0 with input as {"kind": "Service", "spec": {"ports": [{"port": 80}]}}
	count(exposure.deny) == 0 with input as {"kind": "Service", "spec": {"type": "ClusterIP"}}
}

test_outside if {
	count(exposure.deny) == 1 with input as {"kind": "Service", "spec": {"type": "NodePort"}}
	count(exposure.deny) == 1 with input as {"kind": "Service", "spec": {"type": "LoadBalancer"}}
}
