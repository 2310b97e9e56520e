"""Rules about what Argo CD and Flux are told.

Owns the rules, one a file named after its code. Must not know rules of another family.
"""
