# One word per wish. `make help` lists them.
PYTHON := .venv/bin/python
LOCKED := pyproject.toml installer/lock.txt installer/python.sh
WORKERS ?= 3
CHECKS := types style contracts fuzz
TWIN ?=
TESTS ?= tests
BENCHMARKS ?= opening reading tiles frame_cost drawing

.PHONY: help run test check style types contracts fuzz page bench faults soak docs pictures web build packages packages-check packages-boot bare setup setup-debian lock

help: ## List the words
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r word meaning; do printf '%-22s %s\n' "$$word" "$$meaning"; done

run: .venv/ready ## Open the bundled twin, or TWIN=folder
	@sh installer/debian.sh
	@sh installer/web.sh check || true
	@$(PYTHON) -m sanping run $(TWIN)

test: .venv/ready ## Check everything, then run every test on a virtual screen
	@sh installer/debian.sh tests
	@$(MAKE) --no-print-directory --jobs 2 $(CHECKS) page
	@sh installer/test.sh -n $(WORKERS) --dist loadfile --no-loadscope-reorder --max-worker-restart 0 $(TESTS)

check: .venv/ready ## Style, types, import contracts, and twenty seconds of damaged frames
	@$(MAKE) --no-print-directory --jobs 2 $(CHECKS)

style: .venv/ready
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .

types: .venv/ready
	@$(PYTHON) -m mypy

contracts: .venv/ready
	@.venv/bin/lint-imports --no-cache

fuzz: .venv/ready
	@$(PYTHON) benchmarks/fuzz_decoders.py --seconds 20

page: .venv/ready
	@sh installer/web.sh check

bench: .venv/ready ## Measure: opening, reading, drawing, or BENCHMARKS="reading"
	@for name in $(BENCHMARKS); do echo "== benchmarks/$$name.py"; $(PYTHON) benchmarks/$$name.py || exit 1; done

faults: .venv/ready ## Kills, power cuts, failing disks, bad lines, clocks: the short set in one table, or a night's with LONG=1 (root sees more)
	@$(PYTHON) benchmarks/faults.py $(if $(LONG),--long) --report benchmarks/out/faults$(if $(LONG),-long).md

soak: .venv/ready ## Ten minutes of a city's usual load on one hub
	@$(PYTHON) benchmarks/soak.py --minutes 10

docs: .venv/ready ## Write the pages and drawings that come from the code
	@$(PYTHON) docs/generate.py

pictures: .venv/ready ## Take the pictures of the documentation again
	@xvfb-run -a -s "-screen 0 1920x1920x24 +extension GLX" $(PYTHON) docs/take_pictures.py

web: .venv/ready ## Build the phone page in app/web/dist
	@sh installer/web.sh

build: .venv/ready ## Make the wheel and the source archive in dist/
	@sh installer/web.sh check
	@$(PYTHON) -m hatchling build

packages: .venv/ready ## Make the folder that needs no Python, the .deb and the .rpm in dist/
	@sh installer/package/folder.sh
	@sh installer/package/deb.sh
	@if command -v rpmbuild >/dev/null; then sh installer/package/rpm.sh; else echo "packages: no .rpm, rpmbuild is missing"; fi

packages-check: .venv/ready ## As root: install each package in a bare Debian, try it, remove it
	@for package in dist/sanping*.deb dist/sanping*.rpm; do echo "== $$package"; sh installer/package/check.sh $$package || exit 1; done

packages-boot: .venv/ready ## As root: boot a bare Debian with the .deb, and let systemd start hub and kiosk
	@sh installer/package/boot.sh dist/sanping_*.deb

bare: ## As root: try make run and make test in a bare Debian
	@sh installer/bare.sh

setup: .venv/ready ## Build the environment only

setup-debian: ## Install the Debian packages, those of the tests too (as root), or print the line that does
	@sh installer/debian.sh tests

lock: ## Renew installer/lock.txt (needs uv)
	@sh installer/lock.sh

.venv/ready: $(LOCKED)
	@sh installer/debian.sh
	@sh installer/python.sh
