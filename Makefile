# Một cửa.  `make run` runs the product, `make test` proves it; `make help` lists the rest.
# One non-recursive makefile; objects of each mode live in build/MODE/.

MODE ?= release
CC = gcc
PORT ?= 8443
B := build/$(MODE)

PKGS := libevent libevent_openssl libevent_pthreads libpq jansson openssl yaml-0.1 libutf8proc \
        libargon2 zlib
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
# Drawing: their headers are not held to our warnings; not linked: server/print/libs.h takes them in.
DRAW := cairo cairo-pdf pangocairo fontconfig harfbuzz-subset
PKG_CFLAGS += $(patsubst -I%,-isystem%,$(shell pkg-config --cflags-only-I $(DRAW) 2>/dev/null))

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes \
 -Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wconversion \
 -Wsign-conversion -Wimplicit-fallthrough -Wdouble-promotion \
 -Werror=implicit-function-declaration -Werror=incompatible-pointer-types -Werror=int-conversion
WARN_gcc := -Wnull-dereference -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init
WARN_clang := -Wthread-safety -Wcomma -Wno-gnu-zero-variadic-macro-arguments
HARDEN := -O2 -g -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
 -fcf-protection=full -fno-strict-aliasing -fPIE -fvisibility=hidden
CFLAGS_release := $(HARDEN)
CFLAGS_debug := -O0 -g3
CFLAGS_asan := -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_clang := $(CFLAGS_asan) -fsanitize=fuzzer-no-link
CFLAGS_tsan := -O1 -g -fsanitize=thread
CFLAGS_coverage := -O0 -g --coverage
LDFLAGS_release := -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,-z,separate-code -Wl,--as-needed
LDFLAGS_asan := -fsanitize=address,undefined -fuse-ld=lld
LDFLAGS_clang := -fsanitize=address,undefined -fuse-ld=lld
LDFLAGS_tsan := -fsanitize=thread
LDFLAGS_coverage := --coverage
ifeq ($(MODE),clang)
CC := clang
endif
CCNAME := $(if $(findstring clang,$(CC)),clang,gcc)
WERROR ?= -Werror
ALL_CFLAGS = -std=gnu17 -I. -I$(B)/gen -D_GNU_SOURCE $(WARN) $(WARN_$(CCNAME)) $(WERROR) \
 -fno-common -pthread $(CFLAGS_$(MODE)) $(OPT) $(PKG_CFLAGS) $(CFLAGS)
# Much of what `make test` waits for is compiling: with the sanitizers only what tests run millions of times (common/
# and the parsers) is optimised; the release build warns of all that the optimiser sees.
ifneq ($(filter asan clang,$(MODE)),)
$(B)/tests/unit/%.o $(B)/tests/db/%.o $(B)/tests/http/%.o: OPT = -O0
$(B)/gen/%.o $(addprefix $(B)/server/,api/%.o cli/%.o core/%.o jobs/%.o print/%.o store/%.o): OPT = $(OPT_SERVER)
OPT_SERVER := -O0
endif
# clang's sanitizers watch common/, http/ and db/ under the fuzzer and the unit tests; gcc's watch all.
ifeq ($(MODE),clang)
OPT_SERVER := -O0 -g0 -fno-sanitize=all
endif
ALL_LIBS = -pthread $(PKG_LIBS) -lm

COMMON_SRC := $(sort $(wildcard common/*/*.c))
SERVER_SRC := $(sort $(wildcard server/*/*.c))
SQL := $(sort $(wildcard server/store/sql/*.sql))
MIGRATIONS := $(sort $(wildcard migrations/*.sql))
PAPERS := $(sort $(wildcard config/papers/*.yaml))
INDICES := $(sort $(wildcard config/indices/*.yaml))
WEB := $(sort $(wildcard server/web/*.html server/web/*.css server/web/*.js server/web/*.svg))
CLIENT := $(sort $(wildcard server/web/client/*) $(wildcard config/areas/*.csv)) $(wildcard server/web/build*.mjs) server/web/package-lock.json
GEN_SRC := $(B)/gen/embed_sql.c $(B)/gen/embed_migrations.c $(B)/gen/embed_web.c $(B)/gen/embed_client.c \
           $(B)/gen/embed_papers.c $(B)/gen/embed_indices.c
COMMON_OBJ := $(COMMON_SRC:%.c=$(B)/%.o)
SERVER_OBJ := $(SERVER_SRC:%.c=$(B)/%.o) $(GEN_SRC:%.c=%.o)
UNIT := $(patsubst %.c,$(B)/%,$(wildcard tests/unit/test_*.c tests/db/test_*.c tests/http/test_*.c))
FUZZ := $(patsubst %.c,$(B)/%,$(wildcard tests/fuzz/fuzz_*.c))
TEST_LIB := $(patsubst %.c,$(B)/%.o,$(wildcard tests/lib/*.c))
BENCH := $(patsubst %.c,$(B)/%,$(wildcard tests/bench/*.c))

.PHONY: all build help
all: build
build: $(B)/motcuad

help:
	@sed -n 's/^# help: //p' Makefile

$(B)/motcuad: $(B)/server/main.o $(B)/libserver.a $(B)/libmotcua.a
	$(CC) $(LDFLAGS_$(MODE)) $(LDFLAGS) -o $@ $^ $(ALL_LIBS)

$(B)/libmotcua.a: $(COMMON_OBJ)
	@rm -f $@
	@ar rcs $@ $^
$(B)/libserver.a: $(SERVER_OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/gen/%.o: $(B)/gen/%.c
	$(CC) $(ALL_CFLAGS) -Wno-pedantic -c -o $@ $<

# The folders too: a file that was renamed or removed is noticed.
$(B)/gen/embed_sql.c: $(SQL) server/store/sql server/core/embed.sh Makefile
	@mkdir -p $(@D)
	@server/core/embed.sh embed_sql $(SQL) > $@
$(B)/gen/embed_migrations.c: $(MIGRATIONS) migrations server/core/embed.sh Makefile
	@mkdir -p $(@D)
	@server/core/embed.sh embed_migrations $(MIGRATIONS) > $@
$(B)/gen/embed_papers.c: $(PAPERS) config/papers server/core/embed.sh Makefile
	@mkdir -p $(@D)
	@server/core/embed.sh embed_papers $(PAPERS) > $@
$(B)/gen/embed_indices.c: $(INDICES) config/indices server/core/embed.sh Makefile
	@mkdir -p $(@D)
	@server/core/embed.sh embed_indices $(INDICES) > $@
$(B)/gen/embed_web.c: $(WEB) server/web server/core/embed.sh Makefile
	@mkdir -p $(@D)
	@server/core/embed.sh embed_web $(WEB) > $@
# The staff client, made with npm (server/web/build.sh); without npm it is left out, with one line.
build/web/made: $(CLIENT) server/web/client server/web/build.sh
	@server/web/build.sh $@
$(B)/gen/embed_client.c: build/web/made server/core/embed.sh Makefile
	@mkdir -p $(@D)
	@server/core/embed.sh embed_client $$(ls -d build/web/out/* 2>/dev/null) > $@

$(B)/tests/unit/% $(B)/tests/db/% $(B)/tests/http/%: LINK_TEST = 1
$(UNIT): $(B)/%: $(B)/%.o $(TEST_LIB) $(B)/libserver.a $(B)/libmotcua.a
	$(CC) $(LDFLAGS_$(MODE)) $(LDFLAGS) -o $@ $^ -lcmocka $(ALL_LIBS)
$(FUZZ): $(B)/%: $(B)/%.o $(B)/libserver.a $(B)/libmotcua.a
	$(CC) $(LDFLAGS_$(MODE)) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(ALL_LIBS)
$(BENCH): $(B)/%: $(B)/%.o $(B)/libserver.a $(B)/libmotcua.a
	$(CC) $(LDFLAGS_$(MODE)) $(LDFLAGS) -o $@ $^ $(ALL_LIBS)

.PHONY: tests tests-clang
tests: $(UNIT) $(B)/motcuad
# MODE=clang: everything compiled; linked only what runs (unit tests, fuzz targets) and the daemon.
tests-clang: $(filter $(B)/tests/unit/%,$(UNIT)) $(FUZZ) $(UNIT:%=%.o) $(B)/motcuad

# help: make run            install what is missing, build, run the demonstration (PORT=8443)
.PHONY: run build-release packages-run packages-test
packages-run:
	@docker/packages.sh run
packages-test:
	@docker/packages.sh test
run: packages-run
	@$(MAKE) --no-print-directory -s -j2 MODE=release build
	@exec build/release/motcuad demo --port $(PORT)

# help: make test           install what tests need, build with gcc and clang, run everything
# Two compilers with -Werror; every program that runs is instrumented with ASan and UBSan.
.PHONY: test test-builds test-release test-asan test-clang test-run
# One more than keeps two cores busy: some programs wait for deadlines.
TEST_JOBS ?= 5
test: packages-test
	@rm -f build/test-phases
	@tests/run --phase 'modules of the browser tests' tests/browser/modules.sh
	@tests/run --phase 'builds with gcc and clang' $(MAKE) --no-print-directory -s -j2 test-builds
	@$(MAKE) --no-print-directory -s test-run
# One pool of jobs for all three, so that no build's last link is waited for; the client is made first.
test-builds: test-asan test-clang test-release
test-release: build/web/made
	@$(MAKE) --no-print-directory -s MODE=release build
test-asan: build/web/made
	@$(MAKE) --no-print-directory -s MODE=asan tests
test-clang: build/web/made
	@$(MAKE) --no-print-directory -s MODE=clang tests-clang
# The long ones first (tests/run names the slowest at its end), the rest in the order of the alphabet.
LONG_TESTS := $(addprefix tests/,browser/test_counter.mjs fuzz/run.sh browser/test_queue.mjs browser/test_office.mjs \
  api/test_service.py api/test_store_plans.py api/test_access.py api/test_events.py)
API_TESTS := $(sort $(wildcard tests/browser/test_*.mjs)) $(sort $(wildcard tests/api/test_*.py))
OTHER_TESTS := $(sort $(wildcard tests/lint/*.sh tests/verify/test_*.py tests/cli/test_*.py tests/http/test_*.mjs))
WAITING := build/asan/tests/http/test_http_deadlines
LISTED_TESTS := $(filter-out $(LONG_TESTS),$(API_TESTS) $(OTHER_TESTS))
ASAN_TESTS := $(patsubst build/$(MODE)/%,build/asan/%,$(UNIT))
# server/print is not watched by clang's sanitizers, and says in gcc's what fontconfig keeps for good; scenarios
# played once more would prove nothing more.
CLANG_TESTS := $(filter-out %/test_print %/test_simulate,$(filter build/clang/tests/unit/%,$(ASAN_TESTS:build/asan/%=build/clang/%)))
test-run:
	@tests/run -j $(TEST_JOBS) $(LONG_TESTS) $(WAITING) $(LISTED_TESTS) $(filter-out $(WAITING),$(ASAN_TESTS)) $(CLANG_TESTS)

# help: make bench          the daemon under load beside pgbench (QUICK=1: a small one in minutes)
.PHONY: bench
bench:
	@$(MAKE) --no-print-directory -s MODE=release build build/release/tests/bench/loadgen
	@python3 -B tests/bench/run.py $(if $(QUICK),--quick) $(BENCH_FLAGS)
	@python3 -B tests/bench/midnight.py $(if $(QUICK),--dossiers 20000)

# help: make format         rewrite the C sources with clang-format 14
.PHONY: format format-check clean
format:
	clang-format -i $$(git ls-files -co --exclude-standard '*.c' '*.h')
format-check:
	clang-format --dry-run -Werror $$(git ls-files -co --exclude-standard '*.c' '*.h')
clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.SECONDARY:
