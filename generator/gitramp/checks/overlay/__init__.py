"""Rules about what an overlay says of its own objects and pieces: references, names, files beside it.

Owns the rules, one a file named after its code. Must not know rules of another family.
"""
