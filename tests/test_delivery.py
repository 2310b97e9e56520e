"""What Argo CD and Flux are told: read back as they read it, against the objects they are to apply."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from gitramp import overlays, pipeline, tree
from gitramp.pipeline import Built, build
from gitramp.problem import InputRejected
from gitramp.resource import Manifest
from gitramp.source import Snapshot
from gitramp.workspace import DELIVERY, ISTIO, Workspace

ROOT = Path(__file__).resolve().parents[1]
CASES = Path(__file__).parent / "cases"
WAVE = "argocd.argoproj.io/sync-wave"
URL = "https://github.com/acme/shop.git"

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]


def built(text: str, name: str = "production") -> Built:
    head = "apiVersion: gitramp/v1alpha1\nkind: Environment\n"
    (made,) = build(Snapshot({f"environments/{name}.yaml": (head + text).encode()}), [name])
    return made


def case(name: str) -> Built:
    (made,) = build(overlays.snapshot(CASES / name))
    return made


def own(made: Built) -> list[Manifest]:
    return [manifest for manifest in made.manifests if not manifest.beside]


def spec(made: Built, kind: str, name: str) -> dict[str, Any]:
    (found,) = [m for m in made.manifests.of_kind(kind) if m.id.name == name]
    body: dict[str, Any] = found.body["spec"]
    return body


def wave(manifest: Manifest) -> int:
    return int(manifest.body["metadata"].get("annotations", {}).get(WAVE, "0"))


# Argo CD


def permits(project: Mapping[str, Any], manifest: Manifest) -> bool:
    """Read an AppProject as Argo CD does: a missing list of namespaced kinds permits all, one of cluster's none."""
    gvk, namespace, name = manifest.id
    if not namespace:
        listed = project["clusterResourceWhitelist"]
        return any((i["group"], i["kind"]) == (gvk.group, gvk.kind) and fnmatchcase(name, i["name"]) for i in listed)
    kinds = [(item["group"], item["kind"]) for item in project["namespaceResourceWhitelist"]]
    spaces = [item["namespace"] for item in project["destinations"]]
    return (gvk.group, gvk.kind) in kinds and any(fnmatchcase(namespace, space) for space in spaces)


def test_an_application_reads_the_folder_that_holds_the_environment() -> None:
    made = case("delivery-argocd")
    source = spec(made, "Application", "production")["source"]
    assert source["repoURL"] == URL
    assert source["targetRevision"] == "main"
    assert source["directory"] == {"recurse": True}
    folder = source["path"].removeprefix("deploy/mesh/")
    assert all(tree.file_of(made.name, m).startswith(f"{folder}/") for m in own(made))
    assert not any(tree.file_of(made.name, m).startswith(f"{folder}/") for m in made.manifests if m.beside)


def test_a_project_permits_what_is_rendered_and_not_more() -> None:
    made = case("delivery-argocd")
    project = spec(made, "AppProject", "production")
    assert all(permits(project, manifest) for manifest in own(made))
    assert not any(permits(project, m) for m in made.manifests if m.beside and m.id.gvk.kind != "Service")
    assert spec(made, "Application", "production")["project"] == "production"
    assert project["sourceRepos"] == [URL]
    assert "*" not in {item["namespace"] for item in project["destinations"]}


def test_a_project_does_not_permit_a_namespace_that_only_holds_a_gateway() -> None:
    text = (
        f"delivery: {{repoURL: '{URL}', argocd: {{}}}}\ngateways:\n  public: {{namespace: edge, selector: {{a: b}}}}\n"
    )
    service = "services:\n  a: {port: 80, hosts: [a.example.com], tracks: {v1: {image: 'a/a:1'}}}\n"
    made = built(text + service)
    project = spec(made, "AppProject", "production")
    assert all(permits(project, manifest) for manifest in own(made))
    assert "edge" in {item["namespace"] for item in project["destinations"]}
    assert "edge" not in {item["name"] for item in project["clusterResourceWhitelist"]}


def test_a_project_still_permits_what_a_removed_track_left_behind() -> None:
    before = case("delivery-argocd")
    source = (CASES / "delivery-argocd" / "environments" / "production.yaml").read_text()
    smaller = re.sub(r"      v2: .*\n|    canary: .*\n|        autoscaling: .*\n", "", source)
    after = build(Snapshot({"environments/production.yaml": smaller.encode()}))[0]
    kept = {m.id for m in own(after)}
    gone = [m for m in own(before) if m.id not in kept]
    assert {m.id.gvk.kind for m in gone} >= {"Namespace", "Deployment", "HorizontalPodAutoscaler"}
    assert all(permits(spec(after, "AppProject", "production"), m) for m in gone)


def test_what_a_route_names_is_applied_in_an_earlier_wave() -> None:
    waves: dict[str, set[int]] = {}
    for manifest in own(case("delivery-argocd")):
        waves.setdefault(manifest.id.gvk.kind, set()).add(wave(manifest))
    (route,) = waves["VirtualService"]
    (pods,) = waves["Deployment"]
    assert pods < route
    assert waves["Service"] == {pods}
    for kind in ("Namespace", "ServiceAccount", "PeerAuthentication"):
        assert max(waves[kind]) < pods
    # Argo CD waits for the health of every wave but the last; an autoscaler without metrics is degraded.
    assert waves["HorizontalPodAutoscaler"] == {route} == {max(max(found) for found in waves.values())}


def test_waves_are_said_as_text_and_only_to_argo_cd() -> None:
    services = "services:\n  search: {port: 8080, tracks: {v1: {image: 'ghcr.io/acme/search:1.4.2'}}}\n"
    plain = built(services)
    flux = built(f"delivery: {{repoURL: '{URL}', flux: {{}}}}\n{services}")
    argocd = built(f"delivery: {{repoURL: '{URL}', argocd: {{}}}}\n{services}")
    assert [m.body for m in own(flux)] == [m.body for m in plain.manifests]
    assert [m.id for m in own(argocd)] == [m.id for m in plain.manifests]
    annotations = [m.body["metadata"].get("annotations", {}) for m in own(argocd)]
    assert {type(said[WAVE]) for said in annotations if WAVE in said} == {str}


def test_a_sync_never_gives_up_and_prunes_last() -> None:
    policy = spec(case("delivery-argocd"), "Application", "production")["syncPolicy"]
    assert policy["automated"] == {"prune": True, "selfHeal": True}
    assert policy["retry"]["limit"] < 0
    assert policy["retry"]["refresh"] is True
    assert {"ServerSideApply=true", "PruneLast=true"} <= set(policy["syncOptions"])
    assert "ignoreDifferences" not in spec(case("delivery-argocd"), "Application", "production")


def test_pruning_can_be_switched_off() -> None:
    for controller, kind, name in (("argocd", "Application", "dev"), ("flux", "Kustomization", "dev.workloads")):
        service = "services: {a: {port: 80, tracks: {v1: {image: 'a/a:1'}}}}"
        made = built(f"delivery: {{repoURL: '{URL}', prune: false, {controller}: {{}}}}\n{service}\n", "dev")
        found = spec(made, kind, name)
        assert (found["syncPolicy"]["automated"] if controller == "argocd" else found)["prune"] is False


# Flux


def kept(kustomization: Mapping[str, Any], manifests: list[Manifest]) -> list[Manifest]:
    """Do what kustomize does with the patches: each deletes the objects whose whole kind its target matches."""
    targets = [patch["target"]["kind"] for patch in kustomization["patches"]]
    assert all(patch["patch"].startswith("$patch: delete\n") for patch in kustomization["patches"])
    return [m for m in manifests if not any(re.fullmatch(target, m.id.gvk.kind) for target in targets)]


@pytest.mark.parametrize("workspace", [CASES / "delivery-flux", CASES / "everything", CASES / "delivery-argocd"])
def test_each_object_is_applied_by_one_kustomization(workspace: Path) -> None:
    flux = f"\ndelivery: {{repoURL: '{URL}', argocd: null, flux: {{}}}}\n".encode()
    taken = {
        path: re.sub(rb"\ndelivery:\n(  .*\n)*", b"\n", text)
        for path, text in overlays.snapshot(workspace).files.items()
    }
    taken = {path: text + flux if b"\nkind: Environment" in text else text for path, text in taken.items()}
    for made in build(Snapshot(taken)):
        stages = list(made.manifests.of_kind("Kustomization"))
        parts = [kept(stage.body["spec"], own(made)) for stage in stages]
        assert sorted(m.id for part in parts for m in part) == sorted(m.id for m in own(made))
        assert {stage.body["spec"]["path"] for stage in stages} == {f"./rendered/{made.name}"}


def test_stages_wait_for_each_other_on_one_source() -> None:
    made = case("delivery-flux")
    order = ["staging.istio", "staging.foundation", "staging.workloads", "staging.routes"]
    for before, name in zip([None, *order], order, strict=False):
        found = spec(made, "Kustomization", name)
        assert found.get("dependsOn") == ([{"name": before}] if before else None)
        assert found["wait"] is True
        # Of one source, Flux compares the revisions too: a stage does not run ahead of the one before.
        assert found["sourceRef"] == {"kind": "GitRepository", "name": "staging"}
    kinds = {name: {m.id.gvk.kind for m in kept(spec(made, "Kustomization", name), own(made))} for name in order[1:]}
    assert "Namespace" in kinds["staging.foundation"]
    assert {"Deployment", "Service"} == kinds["staging.workloads"]
    assert {"Gateway", "VirtualService"} == kinds["staging.routes"]


def test_a_new_kind_does_not_change_the_stages() -> None:
    service = "services: {{a: {{port: 80, {extra} tracks: {{v1: {{image: 'a/a:1'}}}}}}}}\n"
    budget = "podDisruptionBudget: {maxUnavailable: 1}, replicas: 2,"
    head = f"delivery: {{repoURL: '{URL}', flux: {{}}}}\n"
    before, after = (built(head + service.format(extra=extra)) for extra in ("", budget))
    assert len(own(after)) == len(own(before)) + 1
    assert [m.body for m in before.manifests if m.beside] == [m.body for m in after.manifests if m.beside]


def test_delivery_has_a_name_of_its_own_and_no_two_environments_share_one() -> None:
    services = "services: {a: {port: 80, tracks: {v1: {image: 'a/a:1'}}}}\n"
    istio = "istio: {version: 1.31.4}"
    names: list[str] = []
    for controller in ("argocd", "flux"):
        for said in ("", "name: shop, "):
            text = f"delivery: {{repoURL: '{URL}', {said}{controller}: {{}}, {istio}}}\n{services}"
            found = [m.id.name for m in built(text).manifests if m.beside == DELIVERY]
            assert {name.partition(".")[0] for name in found} == {"shop" if said else "production"}
            names += found
    plain = f"delivery: {{repoURL: '{URL}', flux: {{}}}}\n{services}"
    assert not set(names) & {m.id.name for m in built(plain, "production-istio").manifests if m.beside}


# Istio


def releases(made: Built) -> dict[str, dict[str, Any]]:
    """Return what is installed, by release: chart, version, namespace and values, whoever installs it."""
    found: dict[str, dict[str, Any]] = {}
    for manifest in made.manifests.of_kind("HelmRelease"):
        said = manifest.body["spec"]
        chart = said["chart"]["spec"]
        found[said["releaseName"]] = {
            "chart": chart["chart"],
            "version": chart["version"],
            "namespace": said["targetNamespace"],
            "values": said.get("values", {}),
        }
    for manifest in made.manifests.of_kind("Application"):
        for source in (s for s in manifest.body["spec"].get("sources", ()) if "chart" in s):
            found[source["helm"]["releaseName"]] = {
                "chart": source["chart"],
                "version": source["targetRevision"],
                "namespace": source["helm"]["namespace"],
                "values": source["helm"]["valuesObject"],
            }
    return found


@pytest.mark.parametrize("name", ["delivery-argocd", "delivery-flux"])
def test_istio_is_installed_where_the_environment_expects_it(name: str) -> None:
    made = case(name)
    found = releases(made)
    charts = {release["chart"]: release for release in found.values()}
    assert charts.keys() == {"base", "istiod", "cni", "gateway"}
    assert {r["namespace"] for r in found.values() if r["chart"] != "gateway"} == {"istio-system"}
    assert {r["namespace"] for r in found.values() if r["chart"] == "gateway"} == {"istio-ingress"}
    assert all(r["version"].startswith(made.environment.platform.istio) for r in found.values())
    istiod = charts["istiod"]["values"]
    assert istiod["pilot"]["cni"]["enabled"] is True
    assert istiod["meshConfig"]["enableAutoMtls"] is True
    assert istiod["global"]["proxy"]["autoInject"] == "enabled"
    assert istiod["base"] == charts["base"]["values"]["base"] == {"validationFailurePolicy": "Fail"}
    rendered = {m.id.name for m in made.manifests.of_kind("Namespace") if m.beside == ISTIO}
    assert rendered == {"istio-system", "istio-ingress"}


@pytest.mark.parametrize("name", ["delivery-argocd", "delivery-flux"])
def test_each_gateway_has_pods_and_a_port(name: str) -> None:
    made = case(name)
    chosen = {r: found["values"] for r, found in releases(made).items() if found["chart"] == "gateway"}
    for gateway in made.manifests.of_kind("Gateway"):
        served = []
        for release, values in chosen.items():
            # The labels and ports of the chart's pods when no value says otherwise.
            labels = {"app": release, "istio": release.removeprefix("istio-"), **values.get("labels", {})}
            ports = {port["port"] for port in values.get("service", {}).get("ports", ())} or {80, 443}
            if gateway.body["spec"]["selector"].items() <= labels.items():
                served.append(ports)
        assert any({server["port"]["number"] for server in gateway.body["spec"]["servers"]} <= p for p in served)


def test_without_pod_security_there_is_no_agent_on_the_nodes() -> None:
    text = f"delivery: {{repoURL: '{URL}', flux: {{}}, istio: {{version: 1.31.4}}}}\n"
    made = built(text + "namespaces: {podSecurity: privileged}\n")
    assert releases(made).keys() == {"istio-base", "istiod"}
    assert releases(made)["istiod"]["values"]["pilot"] == {"cni": {"enabled": False}}
    (system,) = [m for m in made.manifests.of_kind("Namespace") if m.beside == ISTIO]
    assert system.body["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "baseline"


# The tree


def workspace_of(folder: Path, *names: str) -> Workspace:
    (folder / "environments").mkdir()
    for name in names:
        text = (CASES / name / "environments").glob("*.yaml")
        shutil.copy(next(text), folder / "environments")
    return Workspace(folder)


def files(workspace: Workspace) -> set[str]:
    found = (path for path in workspace.rendered.rglob("*") if path.is_file())
    return {path.relative_to(workspace.root).as_posix() for path in found}


def test_every_object_is_verified_one_environment_or_all(tmp_path: Path, gitramp: Gitramp) -> None:
    workspace = workspace_of(tmp_path, "delivery-argocd", "delivery-flux")
    tools = os.pathsep.join([str(ROOT / ".tools" / "bin"), os.environ["PATH"]])
    for names in ([], ["-e", "staging"], ["-e", "production"]):
        done = gitramp("render", *names, cwd=tmp_path, PATH=tools)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "objects valid" in done.stdout
        assert "is gone" not in done.stdout
    assert {path.split("/")[1] for path in files(workspace)} == {"production", "staging", DELIVERY, ISTIO}
    assert gitramp("render", "--check", cwd=tmp_path).returncode == 0


def test_what_delivered_an_environment_is_pruned_with_it_and_no_other(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, "delivery-argocd", "delivery-flux")
    pipeline.render(workspace)
    whole = files(workspace)
    overlay = tmp_path / "environments" / "production.yaml"
    overlay.write_text(re.sub(r"  istio: .*\n", "", overlay.read_text()))
    pipeline.render(workspace, ["production"])
    lost = whole - files(workspace)
    assert lost
    assert all("istio" in path and "/production/" in path for path in lost)
    overlay.unlink()
    pipeline.render(workspace)
    assert {path for path in files(workspace) if "production" in path} == set()
    assert {path for path in whole if "staging" in path} <= files(workspace)


def test_an_environment_is_committed_with_what_delivers_it(tmp_path: Path, gitramp: Gitramp) -> None:
    workspace_of(tmp_path, "delivery-argocd", "delivery-flux")
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "start"]):
        subprocess.run([*git, *arguments], cwd=tmp_path, check=True)
    identity = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "Ada"}
    done = gitramp("commit", "staging", cwd=tmp_path, GIT_COMMITTER_EMAIL="a@b.c", **identity)
    assert done.returncode == 0, done.stdout + done.stderr
    shown = subprocess.check_output(["git", "show", "--name-only", "--format=%s", "HEAD"], cwd=tmp_path, text=True)
    subject, _, *paths = shown.splitlines()
    assert subject.startswith("staging: ")
    assert {"/".join(path.split("/")[1:3]) for path in paths if path.startswith("rendered/_")} == {
        f"{DELIVERY}/staging",
        f"{ISTIO}/staging",
    }
    assert not [path for path in paths if "production" in path]


def test_a_field_of_an_application_leads_back_to_the_overlay() -> None:
    path = "rendered/_delivery/production/argocd/application.argoproj.io_production.yaml"
    explained = pipeline.explain_field(Workspace(CASES / "delivery-argocd"), f"{path}:/spec/source/repoURL")
    assert explained.trace.value == URL
    (cause,) = explained.trace.causes
    assert cause.pointer == ("delivery", "repoURL")
    assert cause.settings[-1].mark.line == 4


def test_credentials_are_never_shown() -> None:
    for url in ("https://bot:hunter2@github.com/acme/shop.git", "hunter2", "ftp://bot:hunter2@example.com/shop.git"):
        with pytest.raises(InputRejected) as refused:
            built(f"delivery: {{repoURL: '{url}', argocd: {{}}}}\n")
        assert "hunter2" not in str([(f.message, f.advice) for f in refused.value.report])


@pytest.mark.parametrize(
    ("said", "code", "line"),
    [
        ("argocd: {}", "GR102", 3),
        ("repoURL: 7\n  argocd: {}", "GR105", 4),
        (f"repoURL: {URL}\n  folder: ../shop\n  argocd: {{}}", "GR104", 5),
        (f"repoURL: {URL}\n  folder: /shop\n  argocd: {{}}", "GR104", 5),
        (f"repoURL: {URL}\n  folder: shop/\n  argocd: {{}}", "GR104", 5),
        (f"repoURL: {URL}\n  name: shop.production\n  argocd: {{}}", "GR104", 5),
        (f"repoURL: {URL}\n  prune: never\n  argocd: {{}}", "GR103", 5),
        (f"repoURL: {URL}\n  argo: {{}}", "GR101", 5),
        (f"repoURL: {URL}\n  argocd: {{destination: {{server: 10.0.0.1}}}}", "GR104", 5),
        (f"repoURL: {URL}\n  flux: {{interval: soon}}", "GR104", 5),
        (f"repoURL: {URL}\n  flux: {{secretRef: {{}}}}", "GR102", 5),
        (f"repoURL: {URL}\n  flux: {{namespace: Flux}}", "GR104", 5),
        (f"repoURL: {URL}\n  flux: {{}}\n  istio: {{}}", "GR102", 6),
        (f"repoURL: {URL}\n  flux: {{}}\n  istio: {{version: 1.31}}", "GR105", 6),
        (f"repoURL: {URL}\n  flux: {{}}\n  istio: {{version: latest}}", "GR104", 6),
        (f"repoURL: {URL}\n  flux: {{}}\n  istio: {{version: 1.31.4, repository: 'oci://a/b'}}", "GR104", 6),
        (f"repoURL: {URL}\n  flux: {{}}\n  istio: {{version: 1.31.4, platform: eks}}", "GR104", 6),
    ],
)
def test_a_wrong_value_is_told_at_its_line_with_a_remedy(said: str, code: str, line: int) -> None:
    with pytest.raises(InputRejected) as refused:
        built(f"delivery:\n  {said}\n")
    (finding,) = refused.value.report
    assert finding.code.number == code
    assert finding.mark is not None
    assert finding.mark.line == line
    assert finding.advice


@pytest.mark.parametrize("controller", ["argocd", "flux"])
def test_ambient_mode_is_installed_with_its_tunnel(controller: str) -> None:
    overlay = (
        "platform: {mesh: ambient, ingress: gateway-api}\n"
        "gateways: {public: {className: istio}}\n"
        f"delivery: {{repoURL: 'https://github.com/acme/shop.git', {controller}: {{}}, istio: {{version: 1.31.0}}}}\n"
        "services: {search: {port: 8080, hosts: [search.example.com], "
        "tracks: {v1: {image: 'ghcr.io/acme/search:1.4.2'}}}}\n"
    )
    made = built(overlay)
    found = {name: release["chart"] for name, release in releases(made).items()}
    # No gateway's chart: istiod makes the pods of a Gateway API's Gateway itself.
    assert found == {"istio-base": "base", "istiod": "istiod", "istio-cni": "cni", "ztunnel": "ztunnel"}
    values = {name: release["values"] for name, release in releases(made).items()}
    assert values["istiod"]["profile"] == values["istio-cni"]["profile"] == "ambient"


def test_without_automation_somebody_syncs_by_hand() -> None:
    text = "delivery: {repoURL: 'https://github.com/acme/shop.git', argocd: {automated: %s}}\n"
    policies = [
        spec(built(text % automated), "Application", "production")["syncPolicy"] for automated in ("true", "false")
    ]
    assert ["automated" in policy for policy in policies] == [True, False]
    assert policies[1]["syncOptions"] == policies[0]["syncOptions"]
