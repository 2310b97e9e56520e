"""The findings of request tests.

Owns codes GR200 and GR269.
"""

from gitramp.problem import Code

SENSELESS = Code(
    "GR200",
    "a request test that nothing could pass or fail",
    "A test of what is not there, or of two things that exclude each other, says nothing about any route.",
    "say `track`, `service` or `status`, and names that the environment has",
)
FAILED = Code(
    "GR269",
    "a request test that fails",
    "The routes as they are rendered send the request to somebody else than the test says.",
    "mend the route, or the test when this is what is meant",
)
