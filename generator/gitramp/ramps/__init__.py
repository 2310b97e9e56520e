"""How ramps stand and how they came there, read out of Git.

`positions` reads where canaries stood at many revisions, `standing` who moved them and whether by hand, `ahead` what
comes next of a plan; `status` and `history` answer the commands of these names. Must not know who asks; moves nothing.
"""
