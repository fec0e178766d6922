# The two commands are `make run` and `make test`; `make help` lists the rest.
.POSIX:

PYTHON = python3
IN = data/raw
OUT = data/processed
TESTS = tests
BIN = .venv/bin
SHARED = ../shared

help:
	@echo 'make run     extract the facts of the plans in $(IN) to tables in $(OUT) (IN=... OUT=... for others)'
	@echo 'make test    run the tests (TESTS=tests/test_x.py for some of them)'
	@echo 'make coverage  run the tests, and say which lines none of them reaches (TESTS=... for some; slow)'
	@echo 'make lint    style, types, and the rule of who imports whom'
	@echo 'make format  put right what of the style can be put right by a program'
	@echo 'make docs    build the documentation into site, with the notebooks run from top to bottom'
	@echo 'make docs-versions  that of every release (a tag v0.2.0) and of the checkout into site-versions, with a switcher'
	@echo 'make bench   measure speed, in twenty minutes at most (BENCH=large: at the sizes of the docs, hours)'
	@echo 'make score   score against gold: the samples in data/raw, and $(SHARED) where it is there'
	@echo 'make facts   write again what the rules find in our own plans (tests/facts), after a change that is meant'
	@echo 'make peers   measure vnplan and its peers on the same input, each in an environment of its own (needs the network once)'
	@echo 'make won     what the working tree wins and loses against another commit, on all gold (OLD=main NEW=)'
	@echo 'make calibrate  count anew how often the rules are right, and measure it for docs/guides/trust.md'
	@echo 'make mutants bend rules on purpose, and list what no test notices (MUTANTS=60 SEED=1)'
	@echo 'make fuzz    spoilt files for every reader, half an hour each (FUZZ="pdf docx" SECONDS=60 for less)'
	@echo 'make torture kills, signals, full disks, spoilt files, texts that grow: all of the matrices'
	@echo 'make sbom    write the software bill of materials (CycloneDX) to sbom.json'
	@echo 'make audit   look for public advisories on the packages of the locks (needs the network, or a copy: ADVISORIES=DIR)'
	@echo 'make lock    resolve the dependencies again (UPGRADE=--upgrade for the newest)'
	@echo 'make clean   remove .venv, caches, and what make run wrote'
	@echo 'All but lock and clean first install what is missing, into .venv and, with apt-get, the packages of packages.txt.'

env:
	@PYTHON='$(PYTHON)' sh scripts/packages.sh
	@PYTHON='$(PYTHON)' sh scripts/environment.sh

run: env
	$(BIN)/vnplan extract '$(IN)' --out '$(OUT)'

test: env
	$(BIN)/python -m pytest -n auto --maxprocesses 8 $(TESTS)

coverage: env
	rm -f .coverage .coverage.*
	$(BIN)/python -m coverage run -m pytest -n 0 -q $(TESTS)
	$(BIN)/python -m coverage combine -q
	$(BIN)/python -m coverage report --skip-covered --sort=cover

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: env
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: env
	$(BIN)/mkdocs build --strict
	@echo 'The documentation: site/index.html'

docs-versions: env
	$(BIN)/python scripts/docs_versions.py

BENCH = small
bench: env
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@BIN='$(BIN)' sh scripts/bench.sh $(BENCH)
	$(BIN)/python scripts/figures.py

CORPUS =
peers: env
	$(BIN)/python benchmarks/peers/run.py --json docs/figures/bench-peers.json $(if $(CORPUS),--corpus '$(CORPUS)')
	$(BIN)/python scripts/figures.py

OLD = main
NEW =
won: env
	@SHARED='$(SHARED)' $(BIN)/python scripts/won_lost.py $(OLD) $(NEW)

calibrate: env
	@BIN='$(BIN)' SHARED='$(SHARED)' sh scripts/calibrate.sh

score: env
	@BIN='$(BIN)' SHARED='$(SHARED)' sh scripts/score.sh

facts: env
	$(BIN)/python tests/facts.py

MUTANTS = 60
SEED = 1
mutants: env
	$(BIN)/python scripts/mutants.py --count $(MUTANTS) --seed $(SEED)

FUZZ =
SECONDS = 1800
fuzz: env
	$(BIN)/python tests/fuzzing.py --seconds $(SECONDS) $(FUZZ)

torture: env
	VNPLAN_TORTURE=full $(BIN)/python -m pytest -n 0 tests/test_torture.py tests/test_growth.py

sbom: env
	$(BIN)/python scripts/sbom.py sbom.json

ADVISORIES =
audit: env
	@BIN='$(BIN)' ADVISORIES='$(ADVISORIES)' sh scripts/audit.sh

COMPILE = $(BIN)/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command 'make lock'
lock: env
	$(COMPILE) --extra dev --extra docs --extra notebooks pyproject.toml -o requirements.lock
	$(COMPILE) --group bench -c requirements.lock -o requirements-bench.lock

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist site site-versions vnplan.egg-info notebooks/tables
	find data/processed -mindepth 1 ! -name .gitkeep -delete
	find pipeline tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

.PHONY: help env run test coverage lint format docs docs-versions bench peers won calibrate score facts mutants fuzz torture sbom audit lock clean
