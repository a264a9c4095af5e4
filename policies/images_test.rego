package images_test

import data.images

pod(image) := {"kind": "Pod", "spec": {"containers": [{"name": "web", "image": image}]}}

test_known_registries if {
	count(images.deny) == 0 with input as pod("nginx:1.29")
	count(images.deny) == 0 with input as pod("prom/prometheus:v3.7.3")
	count(images.deny) == 0 with input as pod("registry.acme.example/shop/web:1.0.0")
	count(images.deny) == 0 with input as pod("docker.io/nginx@sha256:0000")
}

test_foreign_registry if {
	some denial in images.deny with input as pod("evil.example:5000/web:1.0.0")
	denial.msg == "container `web` has an image from `evil.example:5000`"
	denial.path == ["spec", "containers", 0, "image"]
}

test_floating_tags if {
	count(images.deny) == 1 with input as pod("nginx")
	count(images.deny) == 1 with input as pod("nginx:latest")
	count(images.deny) == 2 with input as pod("localhost/nginx")
}

test_init_containers_too if {
	count(images.deny) == 1 with input as {
		"kind": "Deployment",
		"spec": {"template": {"spec": {"initContainers": [{"name": "wait", "image": "curl"}]}}},
	}
}
