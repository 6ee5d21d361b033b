# Two commands: `make demo` and `make test`. Each does all its own set-up.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export NPM_CONFIG_FUND := false
export NPM_CONFIG_AUDIT := false

INSTALLED := node_modules/.package-lock.json
BUILT := dist/.built

.PHONY: demo test services chaos simulate check fix build bench clean

# A licence-and-size audit of every package under node_modules, run as a workflow.
demo: $(BUILT)
	node scripts/demo.ts

# Types, format, lint, dead code, then every test; those of the server once more on PostgreSQL.
test: check $(BUILT)
	node scripts/test.ts
	scripts/services/with-postgres.sh node scripts/test.ts test/server

# The real services that tests use, where they are missing (as root on Debian).
services:
	scripts/services/postgres.sh install
	scripts/services/slurm.sh install
	scripts/services/chromium.sh install

# Kills every part at hundreds of points (KILLS=n SEED=s; KILL=server/fan/120 repeats one), then the other disasters at
# full size. Needs Linux; what fills disks needs root.
chaos: $(BUILT)
	node test/chaos/main.ts
	CHAOS=long node scripts/test.ts test/chaos
	CHAOS=long scripts/services/with-postgres.sh node scripts/test.ts db/postgres
	SLURM=long node scripts/test.ts test/slurm

check: $(INSTALLED)
	tsc --noEmit
	tsc -p src/web
	biome check .
	knip

fix: $(INSTALLED)
	biome check --write .

build: $(BUILT)

$(BUILT): $(INSTALLED) tsconfig.json tsconfig.build.json $(shell find scripts/build.ts scripts/build src -type f)
	node scripts/build.ts

# The Node that runs everything (24 LTS) comes with the packages, so this works from Node 20 on; npm's warnings about the
# older one are therefore left out. Not `npm ci`: it refuses a lockfile without the binaries of every platform, and a
# registry need not have them all. `--no-save` keeps the lockfile as it is all the same.
$(INSTALLED): package.json package-lock.json
	npm install --no-save --no-progress --loglevel=error
	@touch $@

# Figures beside yardsticks of the same run; docs/performance.md holds the last table.
bench: $(BUILT)
	node bench/main.ts

# Random histories with faults, and proof that bugs would be found; for one seed: `make simulate SEEDS=1 FIRST_SEED=7`.
SEEDS ?= 2000
FIRST_SEED ?= 1
simulate: $(INSTALLED)
	node test/simulation/main.ts --seeds $(SEEDS) --first $(FIRST_SEED) $(if $(filter 1,$(SEEDS)),,--mutations)

clean:
	rm -rf dist node_modules
