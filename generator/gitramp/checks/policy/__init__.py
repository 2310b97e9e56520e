"""Rules about the bounds that an environment sets itself in `policy`.

Owns the rules, one a file named after its code. Must not know rules of another family.
"""
