# danhoi needs Python 3.11 or newer with venv and pip, and a package index; nothing else.
# The tests also want a browser and node; what is missing is installed when root runs them.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name) 2>/dev/null)))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --constraint constraints.txt

# Any one of these is touched when an installation has gone through to its end.
BASE := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
BENCH := $(VENV)/.installed-bench

# A Telegram server that nobody here wrote, for one more test of that door.
FOREIGN := tests/telegram_test_api/node_modules/.installed

.PHONY: run test browser lint bench soak clean

run: $(BASE)
	$(BIN)/danhoi setup
	$(BIN)/danhoi serve

test: $(DEV) $(FOREIGN) browser lint
	$(BIN)/python -m pytest

# The browser that opens every page in the tests comes from Debian.
browser:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && apt-get update -qq && \
		apt-get install --yes -qq --no-install-recommends chromium >/dev/null; } || \
		echo "No chromium here (apt-get install chromium): the tests of the page in a browser will be skipped."

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(BENCH)
	$(BIN)/python -m benchmarks

# The system calls of publishing are broken by strace; what could not be run is listed at the end.
soak: $(DEV)
	@command -v strace >/dev/null || { test "$$(id -u)" = 0 && apt-get install --yes --quiet strace; } || \
		echo "No strace here (apt-get install strace): goal R4 will be skipped in part."
	$(BIN)/python -m pytest --soak -m soak -rs --durations=0

# The state of an office (DANHOI_HOME, by default var/) is left alone.
clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# torch first and by itself: sentence-transformers would otherwise bring the much larger GPU build.
$(BASE): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Cần Python 3.11 trở lên. Debian, Ubuntu: sudo apt install python3 python3-venv python3-pip"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) cũ hơn 3.11. Hãy chạy: make $(MAKECMDGOALS) PYTHON=/đường/dẫn/python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "Python thiếu venv. Debian, Ubuntu: sudo apt install python3-venv"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) torch==2.13.0 $(TORCH_INDEX)
	$(PIP) --editable .
	touch $@

$(DEV): $(BASE)
	$(PIP) --editable '.[dev]'
	touch $@

$(FOREIGN): tests/telegram_test_api/package-lock.json
	@if command -v npm >/dev/null; then \
		npm ci --prefix tests/telegram_test_api --no-audit --no-fund --silent && touch $@; \
	else echo "No npm here: the test against a foreign Telegram server will be skipped."; fi

$(BENCH): $(BASE)
	$(PIP) --editable '.[bench]'
	touch $@
