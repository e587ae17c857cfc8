# What a person runs. `make` alone lists it.
#
#   PYTHON=python3.12    which Python to use (default: the first that is new enough)
#   ARGS="…"             more arguments for the command behind a target
#   WITHOUT_POSTGRES=1   leave out the tests that need PostgreSQL
#   WITHOUT_BROWSER=1    leave out the tests that need Chromium
#   WITHOUT_LIBREOFFICE=1  leave out the test that needs LibreOffice
#   WITHOUT_KUBECTL=1    leave out the tests of the manifests for Kubernetes
#   WITHOUT_SYSTEMD=1    leave out the tests of the units for systemd
#   WITHOUT_PROMETHEUS=1   leave out the tests of the alerts
#   WITHOUT_CONTAINERS=1   leave out the tests that need a Docker engine
#   FAULTS=none          leave out the tests with faults and of upgrades that start a whole Concordat

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command "make requirements" --quiet

# Stamps: each says that the packages of the requirements file of that name are installed.
RUNTIME := $(VENV)/installed-runtime
TEST := $(VENV)/installed-test
BENCH := $(VENV)/installed-bench
IMAGE := $(VENV)/installed-image
# What asks about known weaknesses is beside nothing that it asks about.
AUDIT := build/audit

.DEFAULT_GOAL := help
.PHONY: help demo guide image test containers faults bench soak audit check format system-packages requirements clean
.NOTPARALLEL:

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

demo: $(RUNTIME) ## run Concordat with the example partnership, on this machine
	@$(BIN)/concordat demo $(ARGS)

guide: system-packages ## the pictures of docs/guide anew, from the demonstration (ARGS="--data DIR": one that was played)
	@$(BIN)/python -m tools.guide_pictures $(ARGS)

image: $(IMAGE) ## the container image, and a list of all that is in it (ARGS="--build-arg BASE=…": another base)
	@$(BIN)/python -m tools.image $(ARGS)

test: system-packages check ## set up what tests need, then check and test everything
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 8 --dist worksteal $(ARGS)

containers: system-packages ## the long form of the tests with containers: images, a cluster, its losses and upgrades
	@CONTAINERS=long $(BIN)/python -m pytest tests/containers $(ARGS)

faults: system-packages ## the long form of the tests with faults: more than an hour on two cores
	@FAULTS=long $(BIN)/python -m pytest tests/faults $(ARGS)

bench: $(BENCH) ## how fast it is beside the least that could do the same; leave the machine to it
	@$(BIN)/python -m tests.benchmarks $(ARGS)

soak: $(TEST) ## half an hour of a quarter's end, at a fifth of the rate at which latency breaks
	@$(BIN)/python -m tests.benchmarks.soak $(ARGS)

audit: $(AUDIT)/installed ## whether a pinned version is known to be vulnerable; asks an advisory service (ARGS=--dry-run: nobody)
	@$(AUDIT)/bin/pip-audit --disable-pip --require-hashes --requirement requirements/runtime.txt $(ARGS)

check: $(TEST) ## only the checks that run nothing: style, types, who imports whom
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(TEST) ## put the style right, as far as a machine can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

system-packages: $(TEST)
	@$(BIN)/python -m tests.parts.system_packages

requirements: $(TEST) ## pin the dependencies of pyproject.toml anew (ARGS=--upgrade: to their newest versions)
	$(COMPILE) pyproject.toml --group build --output-file requirements/runtime.txt $(ARGS)
	$(COMPILE) pyproject.toml --group test --constraints requirements/runtime.txt --output-file requirements/test.txt $(ARGS)
	$(COMPILE) pyproject.toml --group image --constraints requirements/test.txt --output-file requirements/image.txt $(ARGS)
	$(COMPILE) pyproject.toml --group bench --constraints requirements/test.txt --output-file requirements/bench.txt $(ARGS)
	$(COMPILE) --group pyproject.toml:audit --output-file requirements/audit.txt $(ARGS)

clean: ## remove all that make and the tests made
	rm -rf $(VENV) build *.egg-info .hypothesis .schemathesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find contracts domain services tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@set -e; python="$(PYTHON)"; [ -n "$$python" ] || python=$$(.ci/find-python); .ci/make-venv "$$python" $(VENV)

$(RUNTIME): requirements/runtime.txt pyproject.toml | $(BIN)/python
	@echo "Installing the pinned packages of $< (about a minute the first time)"
	@$(PIP) install --quiet --require-hashes --requirement $<
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(AUDIT)/installed: requirements/audit.txt | $(BIN)/python
	@echo "Installing the pinned packages of $<"
	@$(BIN)/python -m venv $(AUDIT)
	@$(AUDIT)/bin/python -m pip --disable-pip-version-check --no-input install --quiet --require-hashes --requirement $<
	@touch $@

# Its packages include those of the runtime, in the same versions.
$(TEST): requirements/test.txt pyproject.toml | $(BIN)/python
	@echo "Installing the pinned packages of $< (about a minute the first time)"
	@$(PIP) install --quiet --require-hashes --requirement $<
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(RUNTIME) $(IMAGE)

$(IMAGE): requirements/image.txt pyproject.toml | $(BIN)/python
	@echo "Installing the pinned packages of $<"
	@$(PIP) install --quiet --require-hashes --requirement $<
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(RUNTIME)

# Likewise, on top of those of the tests.
$(BENCH): requirements/bench.txt pyproject.toml $(TEST)
	@echo "Installing the pinned packages of $<"
	@$(PIP) install --quiet --require-hashes --requirement $<
	@touch $@
