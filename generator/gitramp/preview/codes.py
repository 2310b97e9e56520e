"""What can go wrong with a preview that no overlay is to blame for.

Owns the codes. Must not know when they are told.
"""

from gitramp.problem import Code

MISSING = Code(
    "GR870",
    "there is no Envoy for the preview",
    "A preview shows what a real proxy does with the routes, and the proxy is not part of gitramp.",
    "install it with `pip install 'gitramp[preview]'`, or put an envoy on PATH",
)
FAILED = Code(
    "GR871",
    "Envoy could not do its work",
    "What it did not take, or did not start, shows nothing about the routes.",
    "read what Envoy says; if the routes are right, report it as a bug",
)
