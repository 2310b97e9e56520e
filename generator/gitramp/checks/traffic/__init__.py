"""Rules about who gets which requests: canaries, routes, hosts, gateways, across all objects.

Owns the rules, one a file named after its code. Must not know rules of another family.
"""
