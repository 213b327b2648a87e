# Descent: two commands do the work, `make book` and `make test`; `make help` lists the rest.
# Each sets up what it needs in .venv and does no work that is done.

PYTHON ?= python3
PY     := .venv/bin/python
PORT   ?= 8000
JOBS   ?= auto
export OMP_NUM_THREADS ?= 1
export PYTHONDONTWRITEBYTECODE ?=

# What the site is made of. A changed list counts as a change: see _build/sources.
CONTENT := $(shell find *.md *.ipynb lessons labs/*/ src live page _static tools/page_*.py -type f \
	-not -path '*/__pycache__/*' -not -path '*/.*' -not -path '*.egg-info/*' 2>/dev/null | sort)
CONFIG  := $(shell find _config.yml _toc.yml references.bib _ext tools/setup_cell.py tools/page_*.json requirements.txt -type f \
	-not -path '*/__pycache__/*' 2>/dev/null | sort)

.PHONY: help book test site-tools test-tools fresh notebooks lesson serve clean distclean \
	grade bench-grade page-python \
	pins lint format determinism timings coverage mutants sphinx9

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | \
		while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

site-tools:
	@$(PYTHON) tools/setup.py site

test-tools:
	@$(PYTHON) tools/setup.py test

# What runs Python in the pages is fetched beside all that follows; no build needs it.
RUNTIME := .pyodide/ready
$(RUNTIME): tools/page_runtime.json | site-tools
	@$(PY) -m tools.page_runtime start

page-python: site-tools ## fetch what runs Python in the pages (PYODIDE_DIR=: from a folder)
	@$(PY) -m tools.page_runtime fetch

# Stale notebooks are executed again before anything is built: no page is older than its code.
fresh: site-tools $(RUNTIME)
	@$(PY) -m tools.notebooks stale || { $(PYTHON) tools/setup.py test && $(PY) -m tools.notebooks run --stale; }

book: fresh ## build the site into _build/html (re-executes stale notebooks first)
	@mkdir -p _build; printf '%s\n' $(CONTENT) $(CONFIG) | cmp -s - _build/sources || \
		printf '%s\n' $(CONTENT) $(CONFIG) > _build/sources
	@$(MAKE) --no-print-directory _build/.built
	@test -e _build/html/pyodide || $(PY) -m tools.page_runtime join _build/html

_build/.configured: $(CONFIG) _build/sources
	@rm -rf _build/html _build/.doctrees; touch $@

# A failed build throws its cache away: an unchanged page must warn again.
_build/.built: _build/.configured $(CONTENT)
	@rm -f $@; $(PY) .venv/bin/jupyter-book build . -W --keep-going -n --quiet || { rm -rf _build/.doctrees; exit 1; }
	@touch $@; echo "The site: _build/html/index.html"

test: test-tools ## unit tests, every notebook re-run and compared, the site in a real browser
	@$(MAKE) --no-print-directory book
	$(PY) -m pytest -n $(JOBS) --dist loadfile --nbval --nbval-current-env --nbval-cell-timeout 120

notebooks: test-tools ## execute what is stale (ALL=1: everything)
	@$(PY) -m tools.notebooks run $(if $(ALL),--all,--stale)

lesson: test-tools ## execute one lesson and build its page: make lesson L=gradient_descent
	@test -n "$(L)" || { echo "Which lesson? make lesson L=<stem>, one of:"; ls lessons/*.ipynb; exit 2; }
	@test -f "lessons/$(L).ipynb" || { echo "There is no lessons/$(L).ipynb; there are:"; ls lessons/*.ipynb; exit 2; }
	@$(PY) -m tools.notebooks run $(L)
	@$(MAKE) --no-print-directory book

# Marks stay out of _build: `make clean` must not take them.
OUT ?= marks/$(LAB)
grade: test-tools ## grade a class: make grade LAB=<stem> SUBMISSIONS=<folder or zip> [OUT=] [OPTIONS=]
	@test -f "labs/$(LAB)/checks.py" || { echo "Which lab? make grade LAB=<stem> SUBMISSIONS=<folder>, one of:"; ls labs/*/checks.py; exit 2; }
	@test -e "$(SUBMISSIONS)" || { echo "Which submissions? make grade LAB=$(LAB) SUBMISSIONS=<a folder of notebooks, or a zip archive>"; exit 2; }
	@$(PY) -m labkit grade "labs/$(LAB)" "$(SUBMISSIONS)" --out "$(OUT)" $(OPTIONS)

bench-grade: test-tools ## submissions a minute, for 1 and 2 workers and beside nbgrader
	@$(PY) -m tools.bench_grade

serve: book ## serve the site on this machine (PORT=8000)
	@echo "http://127.0.0.1:$(PORT)/  (Ctrl-C ends it)"
	@$(PY) -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

clean: ## remove what was built
	rm -rf _build build dist .pytest_cache .ruff_cache .hypothesis .coverage*

distclean: clean ## remove .venv and the downloads too
	rm -rf .venv .pyodide

lint: test-tools ## ruff over code and notebooks
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: test-tools ## put code in ruff's form
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

determinism: test-tools ## every lesson under two thread counts and an emulated older CPU
	$(PY) -m tools.determinism

timings: test-tools ## measure again what the pages show as times (dated record)
	$(PY) -m tools.timings

coverage: test-tools ## line and branch coverage of descent
	$(PY) -m pytest -n $(JOBS) --dist loadfile tests/descent --cov=descent --cov-branch --cov-report=term-missing

mutants: test-tools ## mutation testing of descent's core and of the labs, into tests/MUTANTS.md (M=sampling, M=labs)
	@nice -n 15 $(PY) -m tools.mutants $(M)

sphinx9: ## prove that Sphinx 9 builds the same book (its own .venv9)
	@$(PYTHON) tools/sphinx9/build.py

pins: site-tools ## resolve requirements*.in again, for Python 3.11 to 3.13
	$(PY) -m pip install -q uv==0.13.9
	for f in requirements requirements-test; do \
		$(PY) -m uv pip compile -q --upgrade --universal --python-version 3.11 --no-emit-index-url $$f.in -o $$f.txt || exit 1; done
