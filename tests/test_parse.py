"""Gate 2: every fault of the merged overlay in one run, each at the line that set it, with words that help."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gitramp.merge import inherit, merge
from gitramp.model import Environment, Track
from gitramp.overlay_schema import all_keys, environment_schema
from gitramp.overlays import read_chains, snapshot
from gitramp.parse import check_schema, parse
from gitramp.problem import Finding, InputRejected, Mark, Report
from gitramp.report import Style, findings_text
from gitramp.source import Node, Snapshot, Values

ROOT = Path(__file__).resolve().parents[1]
HEAD = "apiVersion: gitramp/v1alpha1\nkind: {}\n"


def merged(top: str, *layers: str) -> Values:
    """Merge an environment and the layers beneath it, the nearest one first: top.yaml, 1.yaml, 2.yaml."""
    files = {}
    for position, text in enumerate((top, *layers)):
        name, kind = (str(position), "Layer") if position else ("top", "Environment")
        below = f"extends: '{position + 1}'\n" if position < len(layers) else "\n"
        files[f"environments/{name}.yaml"] = (HEAD.format(kind) + below + text).encode()
    return merge("top", read_chains(Snapshot(files))["top"])


def findings(top: str, *layers: str) -> list[Finding]:
    """Return what gate 2 says about an environment: of its schema or, when that is kept, of what is missing."""
    values = merged(top, *layers)
    found = Report.of(check_schema(values))
    if not found:
        try:
            parse(inherit(values))
        except InputRejected as rejected:
            found = rejected.report
    return list(found)


def told(found: list[Finding]) -> list[tuple[str, str, str]]:
    return [(f.code.number, str(f.mark).removeprefix("environments/"), f.message) for f in found]


def only(top: str, *layers: str) -> Finding:
    (finding,) = findings(top, *layers)
    return finding


def web(keys: str) -> str:
    """Return a service on line 4 whose keys start at column 18."""
    return f"services: {{web: {{{keys}}}}}\n"


# The weight.


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ("110", "canary weight 110 is outside 0..100"),
        ("101", "canary weight 101 is outside 0..100"),
        ("-1", "canary weight -1 is outside 0..100"),
        ("9" * 40, f"canary weight {'9' * 40} is outside 0..100"),
        ("10.5", "canary weight 10.5 is not a whole number"),
        ("10.0", "canary weight 10.0 is not a whole number"),
        ("1e1", "canary weight 10.0 is not a whole number"),
        (".nan", "canary weight nan is not a whole number"),
        ("true", "canary weight true is not a whole number"),
        ("ten", "canary weight ten is not a whole number"),
        ("1_0", "canary weight 1_0 is not a whole number"),
    ],
)
def test_a_weight_is_a_whole_number_of_percent(weight: str, message: str) -> None:
    finding = only(web(f"canary: {{weight: {weight}}}"))
    assert told([finding]) == [("GR204", "top.yaml:4:35", message)]
    assert finding.advice == "choose a whole number from 0 to 100; stable gets the rest"


@pytest.mark.parametrize(("weight", "shown"), [("[10]", "list"), ("{v2: 10}", "mapping")])
def test_a_weight_that_is_a_collection_is_told_at_its_key(weight: str, shown: str) -> None:
    found = findings(web(f"canary: {{weight: {weight}}}"))
    assert told(found) == [("GR204", "top.yaml:4:27", f"canary weight {shown} is not a whole number")]


def test_a_weight_in_quotes_is_told_apart_from_a_number() -> None:
    """The sentence `10 is not a whole number` would be no help."""
    finding = only(web('canary: {weight: "10"}'))
    assert (finding.code.number, finding.mark) == ("GR204", Mark("environments/top.yaml", 4, 35))
    assert "canary weight 10 is" not in finding.message


@pytest.mark.parametrize("weight", ["0", "1", "100"])
def test_the_ends_of_the_range_are_weights(weight: str) -> None:
    assert check_schema(merged(web(f"canary: {{weight: {weight}}}"))) == ()


def test_a_weight_taken_away_is_the_default() -> None:
    base = web("image: a, port: 1, tracks: {v1: {}, v2: {}}, stable: v1, canary: {track: v2, weight: 10}")
    environment = parse(inherit(merged(web("canary: {weight: null}"), base)))
    canary = environment.services["web"].canary
    assert canary is not None
    assert canary.weight == 0


# Unknown keys.

TRACK_KEYS = f"known keys: {', '.join(sorted(info.name for info in all_keys(Track)))}"


@pytest.mark.parametrize(
    ("content", "place", "message", "advice"),
    [
        ("platfrom: {}", "4:1", "unknown key `platfrom` at the top level", "did you mean `platform`?"),
        (web("replica: 2"), "4:18", "unknown key `replica` in services web", "did you mean `replicas`?"),
        (web("canary: {weigth: 1}"), "4:27", "unknown key `weigth` in web canary", "did you mean `weight`?"),
        (
            "platform: {cluster_domain: a}", "4:12", "unknown key `cluster_domain` in platform",
            "did you mean `clusterDomain`?",
        ),
        (web("tracks: {v1: {zzz: [a]}}"), "4:32", "unknown key `zzz` in tracks v1", TRACK_KEYS),
        (
            web("canary: {match: [{header: {}}]}"), "4:36", "unknown key `header` in match 0",
            "did you mean `headers`?",
        ),
        (
            "gateways: {g: {zzz: {}}}", "4:16", "unknown key `zzz` in gateways g",
            "known keys: annotations, className, labels, namespace, port, ref, selector, serviceAccount, tls",
        ),
    ],
)  # fmt: skip
def test_an_unknown_key_is_told_with_the_nearest_one(content: str, place: str, message: str, advice: str) -> None:
    finding = only(content)
    assert told([finding]) == [("GR101", f"top.yaml:{place}", message)]
    assert finding.advice == advice


def test_each_unknown_key_of_a_mapping_is_told() -> None:
    found = findings(web("\n  prot: 1,\n  imag: a,\n  port: 1"))
    assert told(found) == [
        ("GR101", "top.yaml:5:3", "unknown key `prot` in services web"),
        ("GR101", "top.yaml:6:3", "unknown key `imag` in services web"),
    ]


# What is missing once merged.


def test_what_no_layer_says_is_missing() -> None:
    found = findings(web("tracks: {v1: {}, v2: {image: a}}"))
    assert told(found) == [
        ("GR102", "top.yaml:4:27", "tracks v1 of web has no image"),
        ("GR102", "top.yaml:4:27", "tracks v1 of web has no port"),
        ("GR102", "top.yaml:4:35", "tracks v2 of web has no port"),
    ]
    assert all(f.advice == "say it in this overlay or in a layer beneath" for f in found)


def test_what_a_layer_or_the_service_says_is_not_missing() -> None:
    assert findings(web("tracks: {v1: {}}"), web("image: a"), web("port: 1")) == []


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        (web(""), "4:12", "services web has no tracks"),
        (web("image: a, port: 1, tracks: {v1: {}}, canary: {}"), "4:55", "web canary has no track"),
        (web("image: a, port: 1, tracks: {v1: {config: {}}}"), "4:51", "v1 config of web has no mountPath"),
        ("gateways: {public: {tls: {}}}", "4:21", "public tls has no credentialName"),
    ],
)
def test_a_block_without_its_main_key_is_told_at_the_block(content: str, place: str, message: str) -> None:
    assert told(findings(content)) == [("GR102", f"top.yaml:{place}", message)]


def test_a_key_taken_away_by_a_layer_is_missing() -> None:
    found = findings(web("tracks: {v1: {image: null}}"), web("port: 1, tracks: {v1: {image: a}}"))
    assert [(f.code.number, f.message) for f in found] == [("GR102", "tracks v1 of web has no image")]


@pytest.mark.parametrize(
    ("content", "missing"),
    [
        ("services: {}\n", ["apiVersion", "kind"]),
        ("apiVersion: gitramp/v1alpha1\n", ["kind"]),
        ("kind: Layer\n", ["apiVersion"]),
    ],
)
def test_the_head_of_an_overlay_is_missing(content: str, missing: list[str]) -> None:
    files = {
        "environments/top.yaml": HEAD.format("Environment").encode() + b"extends: below\n",
        "environments/below.yaml": content.encode(),
    }
    below, _ = read_chains(Snapshot(files))["top"]
    found = Report.of(check_schema(merge("below", [below])))
    assert told(list(found)) == [("GR102", "below.yaml:1:1", f"the overlay has no {key}") for key in missing]


# Types and quotes.

IMAGE = "write text or a mapping of reference, repository, tag, digest"
HOSTS = 'write a list, such as ["search.example.com"]'


@pytest.mark.parametrize(
    ("content", "place", "message", "advice"),
    [
        (web("port: http"), "4:24", "web port http is not a whole number", "write a whole number, such as 8080"),
        (web("port: 80.5"), "4:24", "web port 80.5 is not a whole number", "write a whole number, such as 8080"),
        (web("replicas: true"), "4:28", "web replicas true is not a whole number", "write a whole number, such as 2"),
        (web("hosts: web.local"), "4:25", "web hosts web.local is not a list", HOSTS),
        (web("hosts: {a: b}"), "4:18", "web hosts mapping is not a list", HOSTS),
        (web("image: [a]"), "4:18", "web image list is not text or a mapping", IMAGE),
        (
            web("tracks: [v1]"), "4:18", "web tracks list is not a mapping",
            'write a mapping, such as {"v1": {"image": "ghcr.io/acme/search:1.4.2"}}',
        ),
        (
            web("canary: v2"), "4:26", "web canary v2 is not a mapping",
            "write a mapping of track, weight, match, sticky, mirror, aborted, ramp, analysis",
        ),
        (web("canary: {match: [x]}"), "4:35", "match 0 x is not a mapping", "write a mapping"),
        (web("canary: {ramp: {steps: [1, x]}}"), "4:45", "steps 1 x is not a whole number", "write a whole number"),
        (
            "services: [web]", "4:1", "services list is not a mapping",
            (
                'write a mapping, such as {"search": {"port": 8080, "tracks": {"v1": {"image": '
                '"ghcr.io/acme/search:1.4.2"}}}}'
            ),
        ),
        (web("hosts: [null]"), "4:26", "hosts 0 null is not text", "write text"),
        (
            web("podDisruptionBudget: {minAvailable: true}"), "4:54",
            "podDisruptionBudget minAvailable true is not a whole number or text",
            'write a whole number or text, such as "50%"',
        ),
    ],
)  # fmt: skip
def test_a_wrong_type_is_told_with_the_right_one(content: str, place: str, message: str, advice: str) -> None:
    finding = only(content)
    assert told([finding]) == [("GR103", f"top.yaml:{place}", message)]
    assert finding.advice == advice


@pytest.mark.parametrize(
    ("content", "place", "label", "raw", "value"),
    [
        (web("tracks: {v1: {image: 1.10}}"), "4:39", "v1 image", "1.10", "1.1"),
        (web("image: 7e2"), "4:25", "web image", "7e2", "700.0"),
        (web("env: {DEBUG: true}"), "4:31", "env DEBUG", "true", "true"),
        (web("env: {RATE: 0.50}"), "4:30", "env RATE", "0.50", "0.5"),
        (web("env: {N: +1}"), "4:27", "env N", "+1", "1"),
        (web("env: {N: .inf}"), "4:27", "env N", ".inf", "inf"),
        (web("hosts: [a, 1.10]"), "4:29", "hosts 1", "1.10", "1.1"),
        ("gateways: {g: {selector: {app: 1}}}", "4:32", "selector app", "1", "1"),
    ],
)
def test_text_that_needs_quotes_is_told_as_it_was_written(
    content: str, place: str, label: str, raw: str, value: str
) -> None:
    finding = only(content)
    message = f"{label}: {raw} without quotes is not text but the value {value}"
    assert told([finding]) == [("GR105", f"top.yaml:{place}", message)]
    assert finding.advice == f'write "{raw}"'


@pytest.mark.parametrize(("key", "raw"), [("kubernetes", "1.37"), ("kubernetes", "1.40"), ("istio", "1.30")])
def test_a_version_without_quotes_is_told_to_need_them(key: str, raw: str) -> None:
    """The sentence `1.37 is not one of 1.35, 1.36, 1.37` would be no help."""
    finding = only(f"platform: {{{key}: {raw}}}")
    assert finding.code.number == "GR105"
    assert f"platform {key}: {raw} without quotes" in finding.message


def test_the_remedy_for_missing_quotes_is_not_the_next_fault() -> None:
    interval = only(web("trafficPolicy: {outlierDetection: {interval: 10}}"))
    assert interval.code.number == "GR105"
    assert interval.advice == "write a whole number with a unit, such as 30s, 500ms or 5m"
    cpu = only(web("resources: {requests: {cpu: 1}}"))
    assert cpu.code.number == "GR105"
    assert cpu.advice in {'write "1"', 'write a Kubernetes quantity in quotes, such as "250m", "1" or "128Mi"'}


@pytest.mark.parametrize("word", ["on", "off", "yes", "no", "y", "1.2.3", "1:30", "2001-01-01", "1_000", "'1.10'"])
def test_what_is_text_needs_no_quotes(word: str) -> None:
    assert check_schema(merged(web(f"env: {{A: {word}}}, image: {word}"))) == ()


@pytest.mark.parametrize(
    "content",
    [
        r'services: {"a\n::error::b": 1}',
        r'"a\n::error::b": 1',
        r'{"a\n::error::b": 1, "a\n::error::b": 2}',
        r'{kind: Environment, extends: "a\n::error::b"}',
    ],
)
def test_what_an_overlay_holds_cannot_start_a_line_of_the_report(content: str) -> None:
    """A line that starts with `::` is a command to the runners of a pull request."""
    try:
        found = Report.of(
            check_schema(merge("top", read_chains(Snapshot({"environments/top.yaml": content.encode()}))["top"]))
        )
    except InputRejected as rejected:
        found = rejected.report
    written = findings_text(found, Style())
    assert "::error::b" in written
    assert not any(line.startswith("::") for line in written.splitlines())


# Values.


@pytest.mark.parametrize(
    ("content", "place", "message", "advice"),
    [
        (
            web("protocol: htp"), "4:28", "web protocol htp is not one of http, http2, grpc, tcp, tls",
            "choose http, http2, grpc, tcp or tls",
        ),
        (web("replicas: -1"), "4:28", "web replicas -1 is below 0", "choose an allowed value"),
        (
            web("runAsUser: 0"), "4:29", "web runAsUser 0 is below 1",
            "name the unprivileged user of the image",
        ),
        (web("image: ''"), "4:25", "web image is empty", "choose an allowed value"),
        (web("tracks: {}"), "4:18", "web tracks is empty", "choose an allowed value"),
        (web("hosts: [a, a]"), "4:18", "web hosts holds the same value twice", "choose an allowed value"),
        (
            web("resources: {limits: {memory: 64mb}}"), "4:47", "limits memory 64mb is not of the form it must have",
            'write a Kubernetes quantity in quotes, such as "250m", "1" or "128Mi"',
        ),
        (
            web("probes: {liveness: {path: healthz}}"), "4:44", "liveness path healthz is not of the form it must have",
            "start the path with /",
        ),
        (
            web("podDisruptionBudget: {maxUnavailable: 101%}"), "4:56",
            "podDisruptionBudget maxUnavailable 101% is not of the form it must have",
            "it must match ^(100|[0-9]{1,2})%$",
        ),
        (
            web("canary: {match: [{cookies: {a: {exact: b}, c: {exact: d}}}]}"), "4:36", "0 cookies holds more than 1",
            "write a match entry for each cookie: entries are alternatives",
        ),
    ],
)  # fmt: skip
def test_a_value_that_is_not_allowed_is_told_with_the_remedy(
    content: str, place: str, message: str, advice: str
) -> None:
    finding = only(content)
    assert told([finding]) == [("GR104", f"top.yaml:{place}", message)]
    assert finding.advice == advice


@pytest.mark.parametrize(
    "keys",
    [
        'resources: {requests: {cpu: "250m\\n"}}',
        'resources: {limits: {memory: "64Mi\\n"}}',
        'trafficPolicy: {outlierDetection: {interval: "10s\\n"}}',
        'podDisruptionBudget: {minAvailable: "50%\\n"}',
    ],
)
def test_a_line_end_after_a_value_is_no_part_of_its_form(keys: str) -> None:
    """Written as a block (`cpu: |`), text ends in a line end, which the cluster refuses."""
    found = check_schema(merged(web(keys)))
    assert [f.code.number for f in found] == ["GR104"]


# Places.


def test_all_faults_of_all_layers_are_told_in_one_run() -> None:
    found = findings(
        "platform: {istio: '1.20'}\n" + web("\n  canary: {weight: 110},\n  hosts: [a, a]"),
        web("\n  replicas: -1,\n  prot: 8080"),
        web("\n  env: {A: 1.10},\n  protocol: http3") + "gateway: {}\n",
    )
    assert told(found) == [
        ("GR104", "1.yaml:5:13", "web replicas -1 is below 0"),
        ("GR101", "1.yaml:6:3", "unknown key `prot` in services web"),
        ("GR105", "2.yaml:5:12", "env A: 1.10 without quotes is not text but the value 1.1"),
        ("GR104", "2.yaml:6:13", "web protocol http3 is not one of http, http2, grpc, tcp, tls"),
        ("GR101", "2.yaml:7:1", "unknown key `gateway` at the top level"),
        ("GR104", "top.yaml:4:19", "platform istio 1.20 is not one of 1.30, 1.31"),
        ("GR204", "top.yaml:6:20", "canary weight 110 is outside 0..100"),
        ("GR104", "top.yaml:7:3", "web hosts holds the same value twice"),
    ]


def test_a_wrong_value_that_a_higher_layer_mends_is_no_fault() -> None:
    assert check_schema(merged(web("replicas: 2"), web("replicas: -1"))) == ()
    assert check_schema(merged(web("replicas: null"), web("replicas: -1"))) == ()


def test_a_fault_in_a_service_s_own_file_is_told_there() -> None:
    files = {
        "environments/top.yaml": HEAD.format("Environment").encode(),
        "environments/top/services/web.yaml": b"canary:\n  weight: 110\n",
    }
    values = merge("top", read_chains(Snapshot(files))["top"])
    (finding,) = check_schema(values)
    assert (finding.code.number, finding.mark) == ("GR204", Mark("environments/top/services/web.yaml", 2, 11))


def test_a_value_that_an_alias_repeats_is_told_once_at_its_place() -> None:
    found = findings("services:\n  a: &a\n    replicas: -1\n  b: *a\n")
    assert [f.mark for f in found] == [Mark("environments/top.yaml", 6, 15)] * 2
    assert [f.message for f in found] == ["a replicas -1 is below 0", "b replicas -1 is below 0"]


# The model.


def test_the_example_becomes_the_model() -> None:
    environment = example("production")
    search = environment.services["search"]
    assert environment.name == "production"
    assert (search.name, search.hosts, search.stable, list(search.tracks)) == (
        "search", ("search.local",), "v1", ["v1", "v2"],
    )  # fmt: skip
    assert search.canary is not None
    assert (search.canary.track, search.canary.weight) == ("v2", 10)
    assert search.canary.pointer == ("services", "search", "canary")
    assert [list(m.headers) + list(m.cookies) for m in search.canary.match] == [["x-track"], ["access"]]
    assert search.canary.match[1].cookies["access"].exact == "v2"
    assert search.canary.ramp is not None
    assert search.canary.ramp.steps == (1, 5, 10, 25, 50, 100)
    track = search.tracks["v2"]
    assert (track.name, track.port, track.replicas, track.pointer) == (
        "v2", 8080, 3, ("services", "search", "tracks", "v2"),
    )  # fmt: skip
    assert track.resources.requests.cpu == "20m"
    empty = track.volumes["tmp"].empty_dir
    assert empty is not None
    assert empty.size_limit == "16Mi"
    assert track.volumes["tmp"].name == "tmp"


def test_the_only_track_is_stable_said_or_not() -> None:
    assert example("production").services["catalog"].stable == "v1"
    values = merged(web("image: a, port: 1, tracks: {v1: {}, v2: {}}"))
    assert parse(inherit(values)).services["web"].stable == ""


def test_mappings_come_in_one_order() -> None:
    values = merged(web("image: a, port: 1, env: {B: b, A: a}, tracks: {v2: {}, v10: {}, v1: {}}, stable: v1"))
    service = parse(inherit(values)).services["web"]
    assert list(service.tracks) == ["v1", "v10", "v2"]
    assert list(service.tracks["v1"].env) == ["A", "B"]


def test_null_in_a_list_stands_for_the_default() -> None:
    keys = "image: a, port: 1, tracks: {v1: {}, v2: {}}, stable: v1"
    values = merged(web(f"{keys}, canary: {{track: v2, match: [{{headers: {{x: {{exact: a}}}}, cookies: null}}]}}"))
    assert check_schema(values) == ()
    canary = parse(inherit(values)).services["web"].canary
    assert canary is not None
    assert canary.match[0].cookies == {}


# Whatever the merged overlay holds.


def example(name: str) -> Environment:
    return parse(inherit(merge(name, read_chains(snapshot(ROOT))[name])))


EXAMPLES = [merge(name, chain).plain() for name, chain in read_chains(snapshot(ROOT)).items()]
FAST = jsonschema_rs.validator_for(environment_schema())
SLOW = Draft202012Validator(environment_schema())

NEAR_MISSES = st.sampled_from(
    ["", "250m\n", "1", "64Mi ", "30s\n", "50%\n", "101%", "/a:b", "/a\n", "1.37", "1.10", "http", "v1", "ä", "٣m"]
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 101)
    | st.integers(-(10**39), 10**39)
    | st.floats()
    | NEAR_MISSES
    | st.text(max_size=5)
)
REPLACEMENTS = st.recursive(
    SCALARS,
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(st.sampled_from(["image", "exact", "v1"]) | st.text(max_size=3), below, max_size=3)
    ),
    max_leaves=5,
)


def slots(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each place of a tree that holds a value, as a collection and a key or position in it."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, child in list(items):
        yield tree, key
        yield from slots(child)


@st.composite
def mutations(draw: st.DrawFn) -> dict[str, Any]:
    """Give the example with some values replaced, removed, or put under another key."""
    tree = copy.deepcopy(draw(st.sampled_from(EXAMPLES)))
    for _ in range(draw(st.integers(1, 3))):
        places = list(slots(tree))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        change = draw(st.sampled_from(["replace", "replace", "replace", "remove", "rename"]))
        if change == "replace":
            holder[key] = draw(REPLACEMENTS)
        elif change == "remove":
            del holder[key]
        elif isinstance(holder, dict):
            name = draw(st.sampled_from(sorted(holder)) | st.text(max_size=3))
            holder[name] = holder.pop(key)
    return {key: without_nulls(child) for key, child in tree.items() if child is not None}


def without_nulls(tree: Any) -> Any:
    """Drop nulls in mappings, as a merge does."""
    if isinstance(tree, dict):
        return {key: without_nulls(child) for key, child in tree.items() if child is not None}
    return tree


def node(value: Any) -> Node:
    here = Mark("environments/x.yaml")
    if isinstance(value, dict):
        return Node({key: node(child) for key, child in value.items()}, here, here)
    if isinstance(value, list):
        return Node([node(item) for item in value], here, here)
    return Node(value, here, here, None if isinstance(value, str) else str(value))


def texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    for holder, key in slots(tree):
        if isinstance(holder[key], str):
            yield holder[key]


def holds_float(tree: Any) -> bool:
    if isinstance(tree, dict):
        return any(map(holds_float, tree.values()))
    return any(map(holds_float, tree)) if isinstance(tree, list) else isinstance(tree, float)


@settings(deadline=None, max_examples=200)
@given(mutations())
def test_no_overlay_is_too_strange_to_be_judged(tree: dict[str, Any]) -> None:
    values = Values("x", node(tree), ())
    found = check_schema(values)
    accepted = FAST.is_valid(tree) and not holds_float(tree)
    # Python's `$` also matches before a last line end.
    one_line = any(text.find("\n") == len(text) - 1 for text in texts(tree) if text)
    assert SLOW.is_valid(tree) == FAST.is_valid(tree) or one_line
    assert bool(found) != accepted
    for finding in found:
        assert finding.message
        assert finding.advice
        assert finding.mark is not None
    if accepted:
        codes, services = parsed(values)
        assert codes == {"GR102"} or services == set(tree.get("services", {}))


def parsed(values: Values) -> tuple[set[str], set[str]]:
    """Return the codes of what is missing, or the services of the model."""
    try:
        return set(), set(parse(inherit(values)).services)
    except InputRejected as rejected:
        return {f.code.number for f in rejected.report}, set()
