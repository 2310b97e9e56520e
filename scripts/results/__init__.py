"""The parts of what `--output json` prints, described: one module a group of commands.

Owns nothing itself. Must not know how the parts are made.
"""
