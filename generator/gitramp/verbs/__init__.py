"""What people and bots do to ramps: an intent on its way into overlays and commits.

`wishes` reads the words of a command, `amend` puts the intent into overlays, `trial` takes those through all gates,
`ground` holds it against a moment; `act` writes the work tree, `land` the tip of a remote's branch, `request` a branch
for review, `loop` drives ramps to their end; `exam`, `checkup` and `health` ask the metrics. Must not know how the
gates work, nor how results are shown.
"""
