"""Rules about what the API server refuses beyond the schema, or would never let run.

Owns the rules, one a file named after its code. Must not know rules of another family.
"""
