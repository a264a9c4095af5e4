# METADATA
# title: The way in is the ingress
# description: A Service that opens a port of every node, or its own load balancer, passes by TLS, the host names and the bill.
# custom:
#   kinds: [Service]
package exposure

deny contains {"msg": msg, "path": "/spec/type", "help": "leave the type out, and declare an `ingress`"} if {
	input.spec.type in {"LoadBalancer", "NodePort"}
	msg := sprintf("a Service of type %s is reached from outside", [input.spec.type])
}
