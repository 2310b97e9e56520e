"""What is rendered, and what is refused, put before the real ones: kube-apiserver, istiod, Envoy, Prometheus, nginx.

Owns everything that needs a program of others to run, which `make test` must never wait for. The package may read the
repository and call gitramp; gitramp must not know it. Nothing it makes lies inside the clone but docs/conformance.md.
"""
