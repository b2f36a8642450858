#!/bin/sh
# Installs what the tests need from Debian's packages where this is Debian and we are root; says what is skipped elsewhere.
# Leaves build/test-environment, which `make test` reads: ILOT_REQUIRE_ALL=1 turns a skip into a failure.
set -u
mkdir -p build
: > build/test-environment

server() { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
postgis() { ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1; }
browser() { command -v chromium >/dev/null 2>&1; }

if [ -f /etc/debian_version ] && [ "$(id -u)" = 0 ]; then
    if ! { server && postgis && browser; }; then
        apt-get update -qq
        major=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' | sed 's/postgresql-\([0-9]*\)-.*/\1/' | sort -n | tail -n 1)
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            "postgresql-${major}" "postgresql-${major}-postgis-3" chromium fonts-dejavu-core || exit 1
    fi
    echo 'export ILOT_REQUIRE_ALL=1' > build/test-environment
    exit 0
fi

server && postgis || echo "skipped here: the tests of the shared store. To have them: PostgreSQL 15 or later with PostGIS 3 (Debian: postgresql, postgresql-15-postgis-3)."
browser || echo "skipped here: the browser tests. To have them: chromium on the path (Debian: chromium)."
[ -n "${CI:-}" ] && echo 'export ILOT_REQUIRE_ALL=1' > build/test-environment
exit 0
