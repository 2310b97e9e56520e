"""Rules about one Istio object as istiod's webhook and the CEL rules of its CRD see it.

Owns the rules, one a file named after its code. Must not know rules of another family.
"""
