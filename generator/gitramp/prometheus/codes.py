"""Why a Prometheus gives no answer.

Owns codes GR850 to GR855.
"""

from gitramp.problem import Code

UNREACHABLE = Code(
    "GR850",
    "Prometheus cannot be reached",
    "Without an answer nothing is known of the canary, so it does not go on.",
    "look at the address, the proxy that your environment names, and the certificate of the server (`SSL_CERT_FILE`)",
)
TIMEOUT = Code(
    "GR851",
    "Prometheus does not answer in time",
    "A run that waits for ever holds up all others.",
    "run the command again; if it stays, ask for less: a shorter `interval`, fewer points, a recording rule",
)
FORBIDDEN = Code(
    "GR852",
    "Prometheus refuses who asks",
    "The server wants to know who asks, and does not let this one.",
    "set GITRAMP_PROMETHEUS_TOKEN, or `user:password@` in the address, to what the server takes; a tenant goes into "
    "GITRAMP_PROMETHEUS_HEADERS",
)
REFUSED = Code(
    "GR853",
    "Prometheus refuses a query",
    "What it says is below; a query that cannot be asked says nothing of the canary.",
    "mend the query in `canary.analysis`; `promtool promql format` and Prometheus' own page show what is wrong in it",
    source="https://prometheus.io/docs/prometheus/latest/querying/basics/",
)
FAILING = Code(
    "GR854",
    "Prometheus fails",
    "The server, or a proxy before it, answers with an error of its own.",
    "run the command again later; the address is what stands before /api/v1",
)
STRANGE = Code(
    "GR855",
    "the answer is not Prometheus'",
    "Only what is understood entirely may decide about a canary.",
    "give the address of the API: what stands before /api/v1 is it, without the path of a dashboard",
)
