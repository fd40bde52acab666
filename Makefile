# The habits: make demo, make test, make lint, make dev. Needs Python 3.10 or newer and nothing else; all that
# it brings lies in .venv and js/node_modules, and what is there already is not installed again.

PYTHON ?= python3
LAB_ARGS ?=
PYTEST_ARGS ?=
BROWSERS ?= 2

BIN := .venv/bin
LOCK := tests/requirements.lock
PEERS := .venv-peers
BENCH := .venv-bench
PEERS_LOCK := tests/peers/requirements.lock
BENCH_LOCK := benchmarks/requirements.lock
FRONT_END := js/package-lock.json $(shell find js/src -type f)
# npm with the Node of the venv, never one of the system's.
NPM := $(BIN)/python js/hatch_build.py
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: bench bench-quick soak profile help demo test proof screenshots tour test-peers dev lint format lock clean setup bundle test-js test-python test-browser
.NOTPARALLEL:

help:
	@echo 'make demo    open the quickstart in JupyterLab, offline; LAB_ARGS="--no-browser --port 9999" goes to JupyterLab'
	@echo 'make test    everything, from lint to the browser'
	@echo 'make proof   the counted proofs whole, of which `make test` takes samples; prints their figures'
	@echo 'make screenshots  every state of the studio, at three widths, light and dark, into tests/screenshots/'
	@echo 'make tour    the film of the studio in the README, notebooks/tour.webp'
	@echo 'make test-peers  against a real LiteLLM proxy, which is installed for it'
	@echo 'make bench   how fast it is, beside its peers; writes benchmarks/RESULTS.md'
	@echo 'make bench-quick  the same in two minutes, with fewer rounds, and written nowhere'
	@echo 'make soak    ten minutes of everything at once, with faults'
	@echo 'make profile where the time of one generation goes'
	@echo 'make lint    ruff, pyright, biome and tsc'
	@echo 'make format  put the code into its form'
	@echo 'make dev     JupyterLab with a front end that reloads as it is edited'
	@echo 'make lock    resolve the dependencies anew'
	@echo 'make clean   remove all that was built or installed'

# --- habits -----------------------------------------------------------------------------------------------

# JupyterLab's question whether it may fetch news covers a corner of the page.
NO_NEWS = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}
# The quickstart with sketches alone and an empty history, whatever keys the environment holds.
demo: .venv/.demo
	@home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT HUP INT TERM; mkdir "$$home/labconfig" && \
	echo '$(NO_NEWS)' > "$$home/labconfig/page_config.json" && cd notebooks && \
	NBIMAGEGEN_HOME="$$home" JUPYTER_CONFIG_PATH="$$home" \
	../$(BIN)/nbimagegen lab --offline --ServerApp.answer_yes=True $(LAB_ARGS)

# No test sees a key, a proxy or a file of the user's.
SECRETS = env | sed -nE 's/^([A-Za-z0-9_]+_(API_KEY|BASE_URL|KEY|TOKEN)|[A-Za-z]+_proxy|[A-Z]+_PROXY)=.*/-u \1/p'
# Each kernel and worker finds compiled what another has compiled.
ALONE = env -u PYTHONDONTWRITEBYTECODE $$($(SECRETS)) HOME="$$home" NBIMAGEGEN_HOME="$$home/pictures" NBIMAGEGEN_GATEWAY=sketch \
	PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring
test: setup
	@chromium=$$($(BIN)/python tests/browser/chromium.py) && home=$$(mktemp -d) && \
	trap 'rm -rf "$$home"' EXIT HUP INT TERM && \
	$(ALONE) CHROMIUM="$$chromium" $(MAKE) --no-print-directory lint test-js test-python test-browser

# What is marked as a proof, with all of its cases; of the browser's, every size, theme and host.
proof: setup
	@chromium=$$($(BIN)/python tests/browser/chromium.py) && home=$$(mktemp -d) && \
	trap 'rm -rf "$$home"' EXIT HUP INT TERM && \
	$(ALONE) CHROMIUM="$$chromium" NBIMAGEGEN_PROOF=1 PYTEST_ADDOPTS="-m proof" \
	$(MAKE) --no-print-directory test-python test-browser

# Looked at, and kept, so that a change of looks is seen as one.
screenshots: setup
	@CHROMIUM="$$($(BIN)/python tests/browser/chromium.py)" $(BIN)/python tests/browser/contact_sheets.py

# The README's, from the real thing.
tour: setup
	@CHROMIUM="$$($(BIN)/python tests/browser/chromium.py)" $(BIN)/python tests/browser/tour.py

# What the watcher builds is for the eye alone, so it goes at the end and is built anew when next needed.
dev: setup
	@trap 'trap - EXIT TERM; rm -rf nbimagegen/static; kill 0' EXIT HUP INT TERM; $(NPM) run watch & \
	ANYWIDGET_HMR=1 sh -c 'cd notebooks && exec ../$(BIN)/nbimagegen lab --offline $(LAB_ARGS)'

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(NPM) run lint
	$(NPM) run types

format: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(NPM) run lint -- --write

# Hashes, and no registry's address: either registry or mirror will do, and neither is named.
lock: $(BIN)/python
	$(PIP) install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra lab --extra keyring --group dev --output-file $(LOCK) \
	  --universal --python-version 3.10 --generate-hashes --upgrade \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet
	$(BIN)/uv pip compile tests/peers/requirements.in --output-file $(PEERS_LOCK) \
	  --universal --python-version 3.10 --generate-hashes --upgrade \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet
	$(BIN)/uv pip compile pyproject.toml benchmarks/requirements.in --output-file $(BENCH_LOCK) \
	  --universal --python-version 3.10 --generate-hashes --upgrade \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet

clean:
	rm -rf .venv $(PEERS) $(BENCH) js/node_modules nbimagegen/static dist tests/browser/screenshots

# --- the steps of `make test` -----------------------------------------------------------------------------

test-js: setup
	$(NPM) run test

test-python: setup
	$(BIN)/python -m pytest tests --ignore=tests/browser --ignore=tests/peers --numprocesses=auto $(PYTEST_ARGS)

# Processes of their own: Playwright's loop and pytest-asyncio's do not live in one. Each has a server and a
# Chromium, which mostly wait for each other, so that two keep two cores busy.
test-browser: setup
	$(BIN)/python -m pytest tests/browser --numprocesses=$(BROWSERS) --dist=loadfile $(PYTEST_ARGS)

# Software of others, each as heavy as all the rest together, in a venv of its own.
test-peers: setup $(PEERS)/.locked
	@home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT HUP INT TERM && \
	$(ALONE) $(BIN)/python -m pytest tests/peers $(PYTEST_ARGS)

bench: setup $(BENCH)/.locked
	@CHROMIUM="$$($(BIN)/python tests/browser/chromium.py)" $(BENCH)/bin/python benchmarks --write

bench-quick: setup $(BENCH)/.locked
	@CHROMIUM="$$($(BIN)/python tests/browser/chromium.py)" $(BENCH)/bin/python benchmarks --quick

soak: setup
	@home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT HUP INT TERM && $(ALONE) $(BIN)/python benchmarks/soak.py

profile: setup $(BENCH)/.locked
	$(BENCH)/bin/python benchmarks/where.py

# --- setting up -------------------------------------------------------------------------------------------

setup: .venv/.installed bundle

bundle: .venv/.locked
	@$(NPM)

.venv/.installed: .venv/.locked pyproject.toml nbimagegen/_version.py
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ .venv/.demo

.venv/.locked: $(LOCK) | $(BIN)/python
	$(PIP) install --quiet --require-hashes --no-deps --requirement $(LOCK)
	@touch $@

$(PEERS)/.locked: $(PEERS_LOCK) | $(BIN)/python
	@test -x $(PEERS)/bin/python || $(BIN)/python -m venv $(PEERS)
	$(PEERS)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps \
	  --requirement $(PEERS_LOCK)
	@touch $@

$(BENCH)/.locked: $(BENCH_LOCK) | $(BIN)/python
	@test -x $(BENCH)/bin/python || $(BIN)/python -m venv $(BENCH)
	$(BENCH)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps \
	  --requirement $(BENCH_LOCK)
	@touch $@

# What a user's `pip install "nbimagegen[lab]"` brings, at the lock's versions.
.venv/.demo: $(LOCK) pyproject.toml nbimagegen/_version.py $(FRONT_END) | $(BIN)/python
	@sed -nE 's/^([A-Za-z0-9].*==.*) \\$$/\1/p' $(LOCK) > .venv/constraints.txt
	$(PIP) install --quiet --constraint .venv/constraints.txt --editable '.[lab]'
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo \
	'nbimagegen needs Python 3.10 or newer. Name one: make PYTHON=/path/to/python3.12'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { echo \
	'This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv'; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
