"""Rules about who may speak to whom: mutual TLS, policies, tokens, network.

Owns the rules, one a file named after its code. Must not know rules of another family.
"""
