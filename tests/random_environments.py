"""Environments at random: hosts, gateways, tracks and routes as teams have them, and the odd ones that are legal.

One function makes an overlay of a `Random`. `ENVIRONMENTS` gives it hypothesis's, which shrinks: the first of all
choices is the plainest. `listed` gives it seeds, the same for ever, which is fifty times as fast. Two of three pass the
gate; the others are refused, as they would be in a repository. Must not know who is asked about them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple, TypeVar

from hypothesis import strategies as st

from gitramp.pipeline import build
from gitramp.pipeline.built import Built
from gitramp.problem import InputRejected
from gitramp.source import Snapshot

NAME = "production"
Tree = dict[str, Any]
_Item = TypeVar("_Item")

_PLATFORMS: Sequence[Tree] = (
    *({} for _ in range(6)),
    {"ingress": "gateway-api"},
    {"ingress": "gateway-api"},
    {"mesh": "ambient"},
    {"ingress": "gateway-api", "mesh": "ambient"},
    {"ingress": "gateway-api", "mesh": "none"},
)
# Of many of these names, one is the start, the end or the middle of another.
_SERVICES = ("search", "search-api", "sear", "arch", "s", "search-v1")
_HOSTS = ("search.local", "api.search.local", "search.local.example", "arch.local", "shop.example", "*.shop.example")
_GATEWAYS = ("public", "public-2", "pub")
_TRACKS = ("v1", "v2", "v10", "v1-2")
_ROUTES = ("api", "api-2", "rest")
_HEADERS = ("x-track", "X-Track-2", "x-tra", "user-agent", "x.y_z!", "accept-language")
_COOKIES = ("access", "acc", "my.access", "ACCESS")
_QUERIES = ("beta", "bet", "b[]", "b%26c", "é")
_EXACT = ("canary", "can", "v2", "v2.1", "a b", "a,b", "*", "$1", "a=b;c", "100%", "(x", "")
_SENT = ("1", "v2.1", "a%20b", "a+b", "*", "$1", "a=b;c", "", "a b")
_PREFIX = ("can", "v", "v2.", "a b", "[", "%")
_REGEX = ("v[2-9]", "canary|beta", ".*", ".+", "(?i)canary", "^canary$", r"v\d+(\.\d+)*", "[a-z]+-?[0-9]*", "a{2,3}")
_PATHS = ("/api", "/api/v1", "/apis", "/a.b", "/a+b", "/a(b", "/a%20b", "/A", "/a~b", "/x:y", "/api/v1/items")
_PATH_REGEX = ("/v[0-9]+/.*", "/(a|b)/?", r".*\.png", r"/items/\d+", "(?i)/api/.*", "/api(/.*)?", "/[^/]+/edit")
_METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH")
_PORTS = ("http", "http", "http", "http2", "grpc")
_TEXTS = ("production", "a%%b", "50 %% off", "x=y; z", "")


def rarely(random: Random, share: float) -> bool:
    """Say yes in some share of the cases; the plainest case is no."""
    return random.random() > 1 - share


def some(random: Random, items: Sequence[_Item], most: int, least: int = 0) -> list[_Item]:
    """Return some of the items, in their order or another one."""
    count = min(len(items), random.randint(least, most))
    found = list(items[: max(count, least)])
    return random.sample(items, count) if rarely(random, 0.8) else found[:count]


def text_test(random: Random, exact: Sequence[str] = _EXACT) -> Tree:
    kind = random.choice(("exact", "exact", "prefix", "regex"))
    return {kind: random.choice({"exact": exact, "prefix": _PREFIX, "regex": _REGEX}[kind])}


def path_test(random: Random, *, replaced: bool) -> Tree:
    """Return a test of the path; one that is `replaced` by a rewrite is no expression."""
    kind = random.choice(("prefix", "prefix", "exact", *(() if replaced else ("regex",))))
    if kind == "regex":
        return {"regex": random.choice(_PATH_REGEX)}
    path = random.choice(_PATHS)
    if rarely(random, 0.1):
        path = "/" if kind == "prefix" else random.choice(("/", f"{path}/", f"{path}//x"))
    return {kind: path}


class Surroundings(NamedTuple):
    """What a match may name: what it may test, gateways of its service; and whether HTTPRoutes have to say it."""

    gateways: Sequence[str]
    by_api: bool
    tests: Sequence[str] = ("headers", "path", "cookies", "query", "methods", "senders")

    def parted(self, random: Random) -> tuple[Surroundings, Surroundings]:
        """Let the canary test other things than the routes: two tests of one thing can often not be joined."""
        canarys = some(random, self.tests, 4, 1)
        others = tuple(each for each in self.tests if each not in canarys)
        return self._replace(tests=tuple(canarys)), self._replace(tests=others)


def match(random: Random, around: Surroundings, *, with_path: bool = False, most: int = 2) -> Tree:
    """Return a match of one test or of some."""
    asked = some(random, around.tests, most, 1)
    found: Tree = {}
    for each in dict.fromkeys((["path"] if with_path else []) + asked):
        if each == "path":
            found["path"] = path_test(random, replaced=with_path or around.by_api)
        elif each == "methods":
            found["methods"] = some(random, _METHODS, 3, 1)
        elif each == "cookies":
            plain = [text for text in _EXACT if ";" not in text]
            found["cookies"] = {random.choice(_COOKIES): text_test(random, plain)}
        elif each != "senders":
            names, texts = (_HEADERS, _EXACT) if each == "headers" else (_QUERIES, _SENT)
            found[each] = {name: text_test(random, texts) for name in some(random, names, 2, 1)}
        else:
            found |= senders(random, around)
    return found


def senders(random: Random, around: Surroundings) -> Tree:
    """Return a test of whence a request comes: a way in, or a caller."""
    if around.by_api or rarely(random, 0.5):
        return {"gateways": some(random, (*around.gateways, "mesh"), 2, 1)}
    labels = {"sourceLabels": {"app": random.choice(_SERVICES)}}
    return random.choice((labels, {"sourceNamespace": "services-v1"}, {**labels, "sourceNamespace": "services-v2"}))


def route(random: Random, around: Surroundings, number: int) -> Tree:
    """Return a route: its matches, and something that is done."""
    acts = ("plain", "timeout", "rewrite", "redirect", "host", "headers")
    act = random.choice(acts if around.by_api else (*acts, "answer", "retries", "cors", "fault"))
    count = random.choice((1, 1, 2))
    matches = [match(random, around, with_path=act == "rewrite" or rarely(random, 0.6)) for _ in range(count)]
    return {"order": 10 * number, "match": matches, **action(random, act)}


def action(random: Random, act: str) -> Tree:
    edits = {"set": {"x-env": random.choice(_TEXTS[:4])}, "remove": ["x-drop"]}
    found: dict[str, Tree] = {
        "plain": {},
        "timeout": {"timeout": random.choice(("5s", "1500ms", "1m"))},
        "rewrite": {"rewrite": {"path": random.choice(("/v1", "/", "/v1/", "/a$1", "/api/v1"))}},
        "host": {"rewrite": {"host": "search.internal"}},
        "redirect": {"redirect": redirect(random)},
        "headers": {"headers": {"request": edits, "response": {"add": {"x-by": random.choice(_TEXTS[:4])}}}},
        "answer": {"directResponse": {"status": random.choice((404, 200, 503, 299)), "body": random.choice(_TEXTS)}},
        "retries": {"retries": {"attempts": random.choice((2, 0))}},
        "cors": {"cors": {"allowOrigins": [{"exact": "https://www.example.com"}], "allowMethods": ["GET"]}},
        "fault": {"fault": {"delay": {"percent": 1, "duration": "1ms"}}},
    }
    return found[act]


def redirect(random: Random) -> Tree:
    where = some(random, (("path", "/new"), ("host", "www.example.com"), ("scheme", "https"), ("port", 8443)), 4, 1)
    return {**dict(where), "code": random.choice((302, 301, 307, 308, 303))}


def canary(random: Random, tracks: Sequence[str], around: Surroundings) -> Tree:
    """Return the canary of a service that has two tracks or more."""
    found: Tree = {"track": random.choice(tracks[1:]), "weight": random.choice((10, 0, 1, 33, 50, 99, 100))}
    matches = [match(random, around) for _ in range(random.choice((1, 0, 2, 3)))]
    if matches and (found["weight"] < 100 or rarely(random, 0.1)):
        found["match"] = matches
    if found["weight"] == 0 and rarely(random, 0.4):
        found["mirror"] = random.choice((10, 100))
    if 0 < found["weight"] < 100 and rarely(random, 0.2):
        found["sticky"] = {"cookie": random.choice(("track", "s", "access-track"))}
    return found


def service(random: Random, name: str, hosts: Sequence[str], around: Surroundings) -> Tree:
    tracks = some(random, _TRACKS, 4, 1)
    canarys, others = around.parted(random) if rarely(random, 0.8) else (around, around)
    found: Tree = {"port": 8080, "tracks": {track: {"image": f"ghcr.io/acme/{name}:1.{track}"} for track in tracks}}
    if hosts:
        found["hosts"] = list(hosts)
    if rarely(random, 0.3):
        found |= {"servicePort": random.choice((8080, 8000, 81)), "protocol": random.choice(_PORTS)}
    if rarely(random, 0.3):
        found["ports"] = {"admin": {"port": 9090, **random.choice(({}, {"protocol": "grpc"}, {"servicePort": 9000}))}}
        if not around.by_api and rarely(random, 0.3):
            found["ports"]["peers"] = {"port": 7000, "protocol": "tcp"}
    if rarely(random, 0.2):
        found["namespace"] = random.choice(("shop", "sho"))
    if len(tracks) > 1:
        found["stable"] = tracks[0]
        if rarely(random, 0.9):
            found["canary"] = canary(random, tracks, canarys)
    routes = some(random, _ROUTES, 2 if around.by_api else 3)
    if routes:
        found["routes"] = {each: route(random, others, number) for number, each in enumerate(routes, 1)}
        if rarely(random, 0.3):
            found["routes"]["others"] = random.choice(
                ({"timeout": "15s"}, {"headers": {"response": {"remove": ["via"]}}})
            )
    return found


def gateway(random: Random, name: str, *, by_api: bool) -> Tree:
    if rarely(random, 0.05):
        return {"ref": f"istio-ingress/{name}"}
    found: Tree = {} if by_api else {"selector": {"istio": name}}
    if rarely(random, 0.2):
        found["port"] = random.choice((8080, 8081))
    if rarely(random, 0.3):
        found["tls"] = {"credentialName": f"{name}-tls", "plainHttp": random.choice(("redirect", "serve", "closed"))}
    if rarely(random, 0.1):
        found["namespace"] = "istio-ingress"
    return found


def environment(random: Random) -> Tree:
    """Return an overlay."""
    platform = random.choice(_PLATFORMS)
    by_api = bool(platform)
    gateways = some(random, _GATEWAYS, 3, 1)
    names = some(random, _SERVICES, 4, 1)
    hosts: dict[str, list[str]] = {name: [] for name in names}
    for host in some(random, _HOSTS, 5, 1):
        hosts[random.choice(names)].append(host)
    found: Tree = {"apiVersion": "gitramp/v1alpha1", "kind": "Environment"}
    if platform:
        found["platform"] = dict(platform)
    if rarely(random, 0.1):
        found["namespaces"] = {"apex": random.choice(("shops", "services-v1"))}
    found["gateways"] = {name: gateway(random, name, by_api="ingress" in platform) for name in gateways}
    found["services"] = {}
    for name in names:
        own = some(random, gateways, 2, 1) if rarely(random, 0.3) and hosts[name] else gateways
        said = {} if own is gateways else {"gateways": own}
        around = Surroundings(own if hosts[name] else (), by_api)
        found["services"][name] = {**service(random, name, hosts[name], around), **said}
    return found


ENVIRONMENTS = st.randoms(use_true_random=False).map(environment)
"""The strategy: of two that fail alike, hypothesis finds the plainer one."""


def snapshot(tree: Mapping[str, Any]) -> Snapshot:
    """Return the repository that holds an overlay; JSON is YAML."""
    return Snapshot({f"environments/{NAME}.yaml": json.dumps(tree, indent=1, ensure_ascii=False).encode()})


class Listed(NamedTuple):
    """An environment of the list: its seed, its overlay, and what it is built to, None where the gate refuses it."""

    seed: int
    tree: Tree
    built: Built | None


def judged(seed: int, tree: Tree) -> Listed:
    try:
        (built,) = build(snapshot(tree), [NAME])
    except InputRejected:
        return Listed(seed, tree, None)
    return Listed(seed, tree, built)


def listed(seeds: int, start: int = 0) -> Iterator[Listed]:
    """Yield the environments of some seeds, those too that the gate refuses."""
    yield from (judged(seed, environment(Random(seed))) for seed in range(start, start + seeds))


def pieces(tree: Any) -> Iterator[Any]:
    """Yield what a tree is without one of its parts, the greatest parts first."""
    keys = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        rest = [*tree.items()] if isinstance(tree, dict) else [*enumerate(tree)]
        left = [(name, value) for name, value in rest if name != key]
        yield dict(left) if isinstance(tree, dict) else [value for _, value in left]
    for key in keys:
        for smaller in pieces(tree[key]):
            yield {**tree, key: smaller} if isinstance(tree, dict) else [*tree[:key], smaller, *tree[key + 1 :]]
