"""The pairwise decision agrees with trying every moment that any order of application has, on the real router."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Literal, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp import ordering, router
from gitramp.checks import selectors
from gitramp.resource import GroupVersionKind, Manifest, ManifestSet

NETWORKING, SECURITY = "networking.istio.io/v1", "security.istio.io/v1"
WAVE = "argocd.argoproj.io/sync-wave"
APEX = "s.apex.svc.cluster.local"
Body = dict[str, Any]
Tree = dict[str, Body]
"""Objects by a short name of ours."""
Delivery = Mapping[str, int] | Literal["flux"] | None
"""Argo CD with a wave for each object, Flux, or nobody."""
STAGES = (
    {"Namespace", "AuthorizationPolicy"},
    {"Service", "Deployment", "DestinationRule"},
    {"VirtualService", "Gateway"},
)


def thing(api: str, kind: str, namespace: str, name: str, spec: Body | None = None) -> Body:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **({} if spec is None else {"spec": spec})}


def service(track: str, port: int, app: str) -> Body:
    ports = [{"name": "http", "port": port, "targetPort": "http"}]
    return thing("v1", "Service", track, "s", {"selector": {"app": app}, "ports": ports})


def deployment(track: str, name: str, app: str, replicas: int, port: str = "http") -> Body:
    containers = [{"name": "s", "ports": [{"name": port, "containerPort": 8080}]}]
    template = {"metadata": {"labels": {"app": app}}, "spec": {"serviceAccountName": "s", "containers": containers}}
    return thing("apps/v1", "Deployment", track, name, {"replicas": replicas, "template": template})


def routes(tracks: tuple[str, ...], header: str, port: int, gateways: tuple[str, ...], subset: str = "") -> Body:
    def to(track: str) -> Body:
        chosen = {"subset": subset} if subset and track == "t2" else {}
        return {"host": f"s.{track}.svc.cluster.local", "port": {"number": port}, **chosen}

    special = (
        [{"match": [{"headers": {"x": {"exact": "1"}}}], "route": [{"destination": to(header)}]}] if header else []
    )
    split = {"route": [{"destination": to(track), "weight": 50} for track in tracks]}
    spec = {"hosts": ["s.local", APEX], "gateways": [*gateways, "mesh"], "http": [*special, split]}
    return thing(NETWORKING, "VirtualService", "apex", "s", spec)


def gateway(name: str, host: str) -> Body:
    servers = [{"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": [host]}]
    return thing(NETWORKING, "Gateway", "apex", name, {"selector": {"istio": "in"}, "servers": servers})


def rule(track: str, subset: str) -> Body:
    subsets = [{"name": subset, "labels": {"app": "s"}}]
    host = f"s.{track}.svc.cluster.local"
    return thing(NETWORKING, "DestinationRule", track, "s", {"host": host, "subsets": subsets})


def allow(track: str, *accounts: str) -> Body:
    rules = [{"from": [{"source": {"serviceAccounts": list(accounts)}}]}]
    return thing(
        SECURITY, "AuthorizationPolicy", track, "s", {"selector": {"matchLabels": {"app": "s"}}, "rules": rules}
    )


def choices() -> dict[str, list[Body | None]]:
    """Return what each object may be; the first is what a tree has as a rule."""
    found: dict[str, list[Body | None]] = {
        "apex": [thing("v1", "Service", "apex", "s", {"ports": [{"name": "http", "port": 80}]}), None],
        "gateway": [gateway("g", "s.local"), gateway("g", "other.local"), None],
        "gateway2": [None, gateway("g2", "apex/s.local")],
        "routes": [
            routes(tracks, header, port, gateways, subset)
            for gateways in (("apex/g",), ("g2",), ("apex/g", "apex/g2"))
            for port in (80, 81)
            for tracks in (("t1",), ("t2",), ("t1", "t2"))
            for header in ("", "t2")
            for subset in ("", "a")
        ],
        "rule": [None, rule("t2", "a"), rule("t2", "b")],
    }
    for track in ("t1", "t2"):
        found |= {
            f"{track}": [thing("v1", "Namespace", "", track)],
            f"{track} service": [service(track, 80, "s"), service(track, 81, "s"), service(track, 80, "z"), None],
            f"{track} pods": [deployment(track, "s", "s", 1), deployment(track, "s", "z", 1), None],
            f"{track} more pods": [None, deployment(track, "s2", "s", 1), deployment(track, "s2", "z", 1, "http2")],
            f"{track} deny": [None, thing(SECURITY, "AuthorizationPolicy", track, "deny", {})],
            f"{track} allow": [None, allow(track, "in/g"), allow(track, "in/g", "in/other")],
        }
    return found


CHOICES = choices()


@st.composite
def steps(draw: st.DrawFn) -> tuple[Tree, Tree, Delivery]:
    """Draw a tree, a few changes of it, and a wave for each object where there are waves."""
    base = {name: draw(st.sampled_from(of)) if draw(st.integers(0, 3)) == 0 else of[0] for name, of in CHOICES.items()}
    base["routes"] = draw(st.sampled_from(CHOICES["routes"]))
    head = dict(base)
    for name in draw(st.lists(st.sampled_from(sorted(CHOICES)), min_size=1, max_size=6)):
        head[name] = draw(st.sampled_from(CHOICES[name]))
    if draw(st.booleans()):
        for tree in draw(st.sampled_from(((base,), (head,)))):
            tree |= {name: None for name in CHOICES if name.startswith("t2")}
    for track in ("t1", "t2"):  # what no tree has is taken to be somebody else's, and there
        if f"{track} service" not in {name for tree in (base, head) for name, body in tree.items() if body}:
            base[f"{track} service"] = CHOICES[f"{track} service"][0]
            base[track] = CHOICES[track][0]
    waves = st.fixed_dictionaries({name: st.integers(-1, 1) for name in CHOICES})
    controller = draw(st.sampled_from(("argocd", "flux", "nobody")))
    delivery: Delivery = draw(waves) if controller == "argocd" else "flux" if controller == "flux" else None
    there = [{name: body for name, body in tree.items() if body is not None} for tree in (base, head)]
    return there[0], there[1], delivery


def manifest(body: Body, beside: str = "") -> Manifest:
    group, _, version = body["apiVersion"].rpartition("/")
    return Manifest.of(
        GroupVersionKind(group, version, body["kind"]),
        {k: body[k] for k in ("metadata", "spec") if k in body},
        (),
        beside=beside,
    )


def home_of(name: str) -> str:
    return name.partition(" ")[0]


def waved(name: str, body: Body, delivery: Delivery) -> Body:
    wave = wave_of(name, delivery) if isinstance(delivery, Mapping) else 0
    return {**body, "metadata": {**body["metadata"], "annotations": {WAVE: str(wave)}}}


def wave_of(name: str, waves: Mapping[str, int]) -> int:
    """Return an object's wave; that of a namespace must not come after what is in it."""
    return -2 if home_of(name) == name and name in {"t1", "t2"} else waves[name]


def kustomization(number: int) -> Body:
    others = "|".join(sorted(kind for other, kinds in enumerate(STAGES) if other != number for kind in kinds))
    patches = [{"patch": "$patch: delete\nkind: Any\n", "target": {"kind": others}}]
    before = [{"name": f"stage{number - 1}"}] if number else []
    spec = {"prune": True, "patches": patches, "dependsOn": before}
    return thing("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "flux", f"stage{number}", spec)


def rendered(tree: Tree, delivery: Delivery) -> ManifestSet:
    found = [manifest(waved(name, body, delivery)) for name, body in tree.items()]
    if delivery == "flux":
        found += [manifest(kustomization(number), "_delivery") for number in range(len(STAGES))]
    elif delivery is not None:
        policy = {"automated": {"prune": True}, "syncOptions": ["PruneLast=true"]}
        application = thing(
            "argoproj.io/v1alpha1", "Application", "argocd", "dev", {"source": {"path": "."}, "syncPolicy": policy}
        )
        found.append(manifest(application, "_delivery"))
    return ManifestSet.of(found)


class Ask(NamedTuple):
    host: str
    way_in: str
    headers: tuple[tuple[str, str], ...]
    caller: str


HOSTS = (
    (APEX, router.MESH),
    ("s.t1.svc.cluster.local", router.MESH),
    ("s.t2.svc.cluster.local", router.MESH),
    ("s.local", ""),
    ("s.local", router.MESH),
)
ASKS = [
    Ask(host, way, headers, caller)
    for (host, way), headers, caller in product(HOSTS, ((), (("x", "1"),)), ("in/g", "in/other", "in/nobody"))
]


def moments(base: Tree, head: Tree, delivery: Delivery) -> Iterator[Tree]:
    """Yield the tree at every moment of every order of application."""
    changed = {name for name in {*base, *head} if base.get(name) != head.get(name)}
    first: frozenset[str] = frozenset()
    seen, todo = {first}, [first]
    while todo:
        done = todo.pop()
        yield between(base, head, done)
        for name in changed - done:
            if may_come(name, done, changed, base, head, delivery) and done | {name} not in seen:
                seen.add(done | {name})
                todo.append(done | {name})


def may_come(name: str, done: frozenset[str], changed: set[str], base: Tree, head: Tree, delivery: Delivery) -> bool:
    home = home_of(name)
    if home != name and home in changed - done and home in head and name not in base:
        return False  # refused: its namespace is not there
    if delivery is None:
        return True
    if delivery == "flux":
        return all(other in done for other in changed if comes_first(other, name, base, head))
    if name not in head:
        return all(other in done for other in changed if other in head)
    own = wave_of(name, delivery)
    return all(other in done for other in changed if other in head and wave_of(other, delivery) < own)


def comes_first(one: str, other: str, base: Tree, head: Tree) -> bool:
    """Whether Flux is done with one before it begins the other; what it deletes does not wait for pods."""
    kinds = [(head.get(name) or base[name])["kind"] for name in (one, other)]
    first, then = (next(n for n, listed in enumerate(STAGES) if kind in listed) for kind in kinds)
    return first < then or (first == then and one in head and other not in head and kinds[0] != "Deployment")


def between(base: Tree, head: Tree, done: frozenset[str]) -> Tree:
    there = {n: (head if n in done else base).get(n) for n in {*base, *head}}
    emptied = {track for track in ("t1", "t2") if there.get(track) is None}
    return {n: b for n, b in there.items() if b is not None and not (home_of(n) in emptied and home_of(n) != n)}


def is_answered(tree: Tree, ask: Ask) -> bool:
    manifests = rendered(tree, None)
    if ask.host == APEX and "apex" not in tree:
        return False
    for way_in in (ask.way_in,) if ask.way_in else ("apex/g", "apex/g2"):  # two objects, one ingress
        answer = router.answer(manifests, router.Request(ask.host, headers=dict(ask.headers), way_in=way_in))
        if answer.status == 0 and answer.shares and way_in in {router.MESH, *opened(tree)}:
            return all(is_served(tree, answer, share, ask.caller) for share in answer.shares)
    return False


def opened(tree: Tree) -> set[str]:
    return {name if "/" in name else f"apex/{name}" for name in tree["routes"]["spec"]["gateways"]}


def is_served(tree: Tree, answer: router.Answer, share: router.Share, caller: str) -> bool:
    track = share.host.split(".")[1]
    found = tree.get(f"{track} service")
    if found is None or (share.decided_at and all(port["port"] != share.port for port in found["spec"]["ports"])):
        return False
    wanted = [found["spec"]["selector"]]
    destination = (
        answer.manifest.field(share.decided_at)[1]["destination"] if answer.manifest and share.decided_at else {}
    )
    if subset := destination.get("subset"):
        listed = tree["rule"]["spec"]["subsets"] if "rule" in tree else []
        labels = [each["labels"] for each in listed if each["name"] == subset]
        if not labels:
            return False
        wanted.append(labels[0])
    workloads = [tree[name] for name in (f"{track} pods", f"{track} more pods") if name in tree]
    templates = [workload["spec"]["template"] for workload in workloads]
    behind = [
        each
        for each in templates
        if all(selectors.equal(selector, each["metadata"]["labels"]) for selector in wanted)
        and each["spec"]["containers"][0]["ports"][0]["name"] == "http"
    ]
    return bool(behind) and all(is_let_in(tree, track, each["metadata"]["labels"], caller) for each in behind)


def is_let_in(tree: Tree, track: str, labels: Mapping[str, str], caller: str) -> bool:
    policies = [tree[name]["spec"] for name in (f"{track} deny", f"{track} allow") if name in tree]
    about = [p for p in policies if "selector" not in p or p["selector"]["matchLabels"].items() <= labels.items()]
    named = {name for p in about for r in p.get("rules", ()) for name in r["from"][0]["source"]["serviceAccounts"]}
    return not about or caller in named


@settings(max_examples=150, deadline=None)
@given(steps())
def test_pairwise_decision_agrees_with_every_order(step: tuple[Tree, Tree, Delivery]) -> None:
    base, head, delivery = step
    counted = [ask for ask in ASKS if is_answered(base, ask) and is_answered(head, ask)]
    failing = [(ask, tree) for tree in moments(base, head, delivery) for ask in counted if not is_answered(tree, ask)]
    found = [
        (str(code), breach.message)
        for code, breach in ordering.find(rendered(base, delivery), rendered(head, delivery))
    ]
    told = bool(found) == bool(failing)
    assert told, (found, failing[:1])


def test_requests_that_get_a_rule_of_their_own_may_meet_the_new_policy_of_the_track_that_they_leave() -> None:
    base = {name: of[0] for name, of in CHOICES.items() if of[0] is not None}
    before, after = (base | {"routes": routes(("t1",), header, 80, ("apex/g",), "")} for header in ("", "t2"))
    after["t1 allow"] = allow("t1", "in/g")
    found = ordering.find(rendered(before, "flux"), rendered(after, "flux"))
    told = [(str(code), breach.message) for code, breach in found]
    assert told == [("GR554", "calls to s.t1 may be refused while its route still leads there")]
