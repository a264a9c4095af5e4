# METADATA
# title: Every host of an Ingress has a certificate
# description: Applies in production alone, because the folder has its name.
# custom:
#   kinds: [Ingress]
package prod.tls

deny contains {"msg": msg, "path": ["spec", "rules", i, "host"], "help": "set `tls` of the ingress to the name of a Secret"} if {
	some i, rule in input.spec.rules
	not rule.host in covered
	msg := sprintf("host `%s` has no certificate", [rule.host])
}

deny contains {"msg": "a rule without a host takes every name, and has a certificate for none", "path": ["spec", "rules", i]} if {
	some i, rule in input.spec.rules
	not rule.host
}

covered := {host | some host in input.spec.tls[_].hosts}
