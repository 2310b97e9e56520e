"""Faults to be planted in sound trees, as people make them: a list a family, drawn from what clusters refuse.

Owns the faults and how one is put into an object. Must not know any rule of gitramp.
"""
