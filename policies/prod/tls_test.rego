package prod.tls_test

import data.prod.tls

ingress(hosts) := {"spec": {"tls": [{"hosts": hosts}], "rules": [{"host": "a.example"}, {"host": "b.example"}]}}

test_covered if count(tls.deny) == 0 with input as ingress(["a.example", "b.example"])

test_uncovered if {
	some denial in tls.deny with input as ingress(["a.example"])
	denial.msg == "host `b.example` has no certificate"
	denial.path == ["spec", "rules", 1, "host"]
}

test_no_tls_at_all if count(tls.deny) == 1 with input as {"spec": {"rules": [{"host": "a.example"}]}}

test_no_host if count(tls.deny) == 1 with input as {"spec": {"rules": [{}]}}
