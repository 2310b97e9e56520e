"""Rules about what scanners of security posture call dangerous: rights of pods, secrets in plain sight.

Owns the rules, one a file named after its code. Must not know rules of another family.
"""
