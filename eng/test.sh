#!/usr/bin/env bash
# Restores, builds with warnings as errors, checks the formatting and runs every test.
# Needs the .NET 10 SDK, a NuGet and an npm registry, redis-server, PostgreSQL 15 or later, Node 20 or later and python3; it installs these four where it
# is root and apt-get is there. The last line is "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDTERMINALLOGGER=off

fail() {
    echo "eng/test.sh: $1" >&2
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}

command -v dotnet > /dev/null || fail "the .NET 10 SDK is not installed"
dotnet restore Farthing.slnx --locked-mode -v quiet || fail "the restore failed"
dotnet build Farthing.slnx -c Release --no-restore -v quiet || fail "the build failed"
dotnet format Farthing.slnx --no-restore --verify-no-changes || fail "the formatting is off; run 'dotnet format'"

# Installs a program where it is not there and can be.
#   need COMMAND "PACKAGE…" WHAT-NEEDS-IT
need() {
    command -v "$1" > /dev/null && return
    [[ $EUID -eq 0 ]] && command -v apt-get > /dev/null || fail "$1 is not installed; $3 need it"
    # shellcheck disable=SC2086
    { apt-get install -y --no-install-recommends $2 || { apt-get update && apt-get install -y --no-install-recommends $2; }; } > /dev/null 2>&1 \
        || fail "$1 can't be installed; try 'apt-get install $2'"
}

need npm "nodejs npm" "the tests of the gateway's clients"
need redis-server redis-server "the tests of the text-embedding cache"
need python3 python3 "the tests of the Python sample"

# The official clients of npm, by their lock file.
if ! cmp -s tests/clients/package-lock.json tests/clients/node_modules/.installed; then
    npm ci --prefix tests/clients --no-audit --no-fund --ignore-scripts --loglevel=error || fail "npm can't install the packages of tests/clients"
    cp tests/clients/package-lock.json tests/clients/node_modules/.installed
fi

# Garnet, which has vector sets; a tool of .NET by the manifest in .config.
dotnet tool restore > /dev/null || fail "'dotnet tool restore' can't install garnet-server"

work="$(mktemp -d)"
log="$work/tests.log"
servers=()
postgres=""
trap '[[ ${#servers[@]} -gt 0 ]] && kill "${servers[@]}" 2> /dev/null; [[ -n "$postgres" ]] && { kill -INT "$postgres" 2> /dev/null; wait "$postgres" 2> /dev/null; }; rm -rf "$work"' EXIT

# Starts a server of the tests' own that speaks Redis's protocol, on a port that is free; it goes when this script does. Its address is in $started.
#   start NAME COMMAND…
start() {
    local name="$1" port pid
    shift
    for port in $(shuf -i 20000-32000 -n 20); do
        "$@" --port "$port" --bind 127.0.0.1 > "$work/$name.log" 2>&1 &
        pid=$!
        for _ in $(seq 300); do
            kill -0 "$pid" 2> /dev/null || break
            if [[ "$(redis-cli -p "$port" ping 2> /dev/null)" == PONG ]]; then
                servers+=("$pid")
                started="redis://127.0.0.1:$port"
                return
            fi
            sleep 0.1
        done
        kill "$pid" 2> /dev/null
    done
    fail "$name does not start: $(tail -n 1 "$work/$name.log")"
}

start redis-server redis-server --save '' --appendonly no --dir "$work"
export FARTHING_TEST_REDIS="$started"
mkdir "$work/garnet"
start garnet-server dotnet tool run garnet-server -- --enable-vector-set-preview --memory 256m --index 16m --checkpointdir "$work/garnet"
export FARTHING_TEST_GARNET="$started"

# A PostgreSQL server of the tests' own, in the same folder. It refuses to run as root, so there it runs as the user that its package makes.
# Nothing here must survive a crash of the machine, so it does not wait for the disk.
pgbin="$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -n 1)"
if [[ -z "$pgbin" ]]; then
    need postgres postgresql "the tests of the ledger"
    pgbin="$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)"
fi

as_postgres=()
if [[ $EUID -eq 0 ]]; then
    as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    chmod 711 "$work"
fi
mkdir "$work/postgres"
[[ $EUID -eq 0 ]] && chown postgres "$work/postgres"
(cd "$work/postgres" && "${as_postgres[@]}" "$pgbin/initdb" -D "$work/postgres/data" -A trust -U farthing --locale=C -E UTF8 --no-sync) > "$work/postgres.log" 2>&1 \
    || fail "initdb failed: $(tail -n 1 "$work/postgres.log")"
for pgport in $(shuf -i 20000-32000 -n 20); do
    (cd "$work/postgres" && exec "${as_postgres[@]}" "$pgbin/postgres" -D "$work/postgres/data" -p "$pgport" -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories="$work/postgres" -c fsync=off -c max_connections=200) > "$work/postgres.log" 2>&1 &
    postgres=$!
    for _ in $(seq 100); do
        kill -0 "$postgres" 2> /dev/null || break
        "$pgbin/pg_isready" -q -h 127.0.0.1 -p "$pgport" && break 2
        sleep 0.1
    done
    kill -INT "$postgres" 2> /dev/null
    postgres=""
done
[[ -n "$postgres" ]] || fail "PostgreSQL does not start: $(tail -n 1 "$work/postgres.log")"
export FARTHING_TEST_POSTGRES="Host=127.0.0.1;Port=$pgport;Username=farthing;Database=postgres"

dotnet run --project tests/Farthing.Tests -c Release --no-build -- -noColor "$@" | tee "$log"
code=${PIPESTATUS[0]}
summary="$(grep -Eo 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1)"
[[ -n "$summary" ]] || fail "the tests did not run to their end (exit code $code)"
read -r total errors failed skipped <<< "$(grep -Eo '[0-9]+' <<< "$summary" | tr '\n' ' ')"
failed=$((failed + errors))
echo "$((total - failed - skipped)) passed, $failed failed, $skipped skipped"
[[ $code -eq 0 && $failed -eq 0 && $total -gt 0 ]]
