# The one door. Each target installs what it needs into .venv, at the versions of constraints.txt, and installs
# again only when pyproject.toml or constraints.txt has changed.

PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11

VENV := .venv
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip --disable-pip-version-check --no-input install --quiet --constraint constraints.txt
# A worker a core, up to where they no longer pay for their own start.
PYTEST := pytest --numprocesses auto --maxprocesses 8
# Only the files that hold one: collecting the others, and all pages, would take as long as many of the sweeps.
SWEEPS = $$(grep -rl --include='*.py' 'pytest\.mark\.sweep' tests)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL: # the targets share one .venv
unexport PYTHONDONTWRITEBYTECODE # each worker, and each command that a test starts, would compile all anew
.PHONY: help demo test test-deep check matrix bench real-data clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.installed-yaml ## set everything up and run the worked example
	$(PY) examples/demo.py

test: $(VENV)/.installed-test ## set everything up and run the tests, with coverage
	$(PY) -m coverage erase
	$(PY) -m coverage run -m $(PYTEST) -m "not deep and not sweep"
	$(PY) -m $(PYTEST) --dist loadfile -m "sweep and not deep" $(SWEEPS)
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report

test-deep: $(VENV)/.installed-test ## run all tests, the deep ones too, on many more examples
	HYPOTHESIS_PROFILE=deep $(PY) -m $(PYTEST) -m "deep or not deep"

check: $(VENV)/.installed-check ## lint, format, types, floors
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m pyright
	$(VENV)/bin/lint-imports

matrix: $(VENV)/.installed-test ## the same bytes in every surrounding: seeds, zones, locales, contexts, drivers …
	$(PY) tests/determinism/matrix.py

bench: $(VENV)/.installed-test ## run every benchmark
	@for script in benchmarks/*.py; do \
		echo "$(PY) $$script"; $(PY) "$$script" || exit 1; \
	done

real-data: $(VENV)/.installed-yaml ## settle the public data sets in the folder DATA, and write the pages about them
	$(PY) examples/real_data/report.py "$(DATA)" --output docs/explanation/real-data.md \
		--tickets docs/explanation/ten-tickets.md
	$(PY) examples/real_data/presets.py "$(DATA)" --output docs/explanation/tool-presets.md

clean: ## remove all that these targets made
	rm -rf $(VENV) build dist .coverage .coverage.* .hypothesis .import_linter_cache
	rm -rf .mypy_cache .pytest_cache .ruff_cache
	find . -name .git -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

# --- what the targets above stand on -----------------------------------------------------------------------

# .installed-NAME: the package itself (editable) with its extra NAME.
# The build backend is in .venv too, so that its version is as constrained as all others'.
$(VENV)/.installed-%: $(VENV)/.made pyproject.toml constraints.txt
	$(INSTALL) hatchling editables
	$(INSTALL) --no-build-isolation --editable '.[$*]'
	@touch $@

# A .venv whose Python has gone is made anew.
ifeq ($(realpath $(PY)),)
.PHONY: $(VENV)/.made
endif

# An environment with pip in it. Where Python came without ensurepip (Debian without python3-venv), pip comes from
# that Python's own pip, or else straight from the package index.
$(VENV)/.made:
	@set -e; \
	for candidate in $(PYTHON); do \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			python=$$candidate; break; \
		fi; \
	done; \
	if [ -z "$${python-}" ]; then \
		echo "Python 3.11 or newer is needed; tried: $(PYTHON). Say where it is: make PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	rm -rf $(VENV); \
	echo "$$python -m venv $(VENV)"; \
	if ! "$$python" -m venv $(VENV) >/dev/null 2>&1; then \
		rm -rf $(VENV); \
		echo "$$python -m venv --without-pip $(VENV)  # no ensurepip here"; \
		"$$python" -m venv --without-pip $(VENV); \
		echo "$$python -m pip --python $(PY) install pip"; \
		"$$python" -m pip --python $(PY) --disable-pip-version-check install --quiet pip 2>/dev/null || { \
			echo "$(PY) scripts/bootstrap_pip.py  # no pip here either"; \
			$(PY) scripts/bootstrap_pip.py; \
		}; \
	fi
	@touch $@
