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

# The official clients of npm, by their lock file.
if ! command -v npm > /dev/null; then
    [[ $EUID -eq 0 ]] && command -v apt-get > /dev/null || fail "Node is not installed; the tests of the gateway's clients need it"
    { apt-get install -y --no-install-recommends nodejs npm || { apt-get update && apt-get install -y --no-install-recommends nodejs npm; }; } \
        > /dev/null 2>&1 || fail "Node can't be installed; try 'apt-get install nodejs npm'"
fi
if ! cmp -s tests/clients/package-lock.json tests/clients/node_modules/.installed; then
    npm ci --prefix tests/clients --no-audit --no-fund --ignore-scripts --loglevel=error || fail "npm can't install the packages of tests/clients"
    cp tests/clients/package-lock.json tests/clients/node_modules/.installed
fi

# A Redis server of the tests' own: nothing is written to disk but its log, and it goes when this script does.
if ! command -v redis-server > /dev/null; then
    [[ $EUID -eq 0 ]] && command -v apt-get > /dev/null || fail "redis-server is not installed; the tests of the text-embedding cache need it"
    { apt-get install -y --no-install-recommends redis-server || { apt-get update && apt-get install -y --no-install-recommends redis-server; }; } \
        > /dev/null 2>&1 || fail "redis-server can't be installed; try 'apt-get install redis-server'"
fi

# Garnet, which has vector sets; a tool of .NET by the manifest in .config.
dotnet tool restore > /dev/null || fail "'dotnet tool restore' can't install garnet-server"

# The sample client in Python is run against a real server.
if ! command -v python3 > /dev/null; then
    [[ $EUID -eq 0 ]] && command -v apt-get > /dev/null || fail "python3 is not installed; the test of the Python sample needs it"
    { apt-get install -y --no-install-recommends python3 || { apt-get update && apt-get install -y --no-install-recommends python3; }; } \
        > /dev/null 2>&1 || fail "python3 can't be installed; try 'apt-get install python3'"
fi

work="$(mktemp -d)"
log="$work/tests.log"
redis=""
garnet=""
postgres=""
trap '[[ -n "$redis" ]] && kill "$redis" 2> /dev/null; [[ -n "$garnet" ]] && kill "$garnet" 2> /dev/null; [[ -n "$postgres" ]] && { kill -INT "$postgres" 2> /dev/null; wait "$postgres" 2> /dev/null; }; rm -rf "$work"' EXIT
for port in $(shuf -i 20000-32000 -n 20); do
    redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$work" > "$work/redis.log" 2>&1 &
    redis=$!
    for _ in $(seq 50); do
        kill -0 "$redis" 2> /dev/null || break
        [[ "$(redis-cli -p "$port" ping 2> /dev/null)" == PONG ]] && break 2
        sleep 0.1
    done
    kill "$redis" 2> /dev/null
    redis=""
done
[[ -n "$redis" ]] || fail "redis-server does not start: $(tail -n 1 "$work/redis.log")"
export FARTHING_TEST_REDIS="redis://127.0.0.1:$port"

mkdir "$work/garnet"
for garnetport in $(shuf -i 20000-32000 -n 20); do
    dotnet tool run garnet-server -- --port "$garnetport" --bind 127.0.0.1 --enable-vector-set-preview --memory 256m --index 16m \
        --checkpointdir "$work/garnet" > "$work/garnet.log" 2>&1 &
    garnet=$!
    for _ in $(seq 300); do
        kill -0 "$garnet" 2> /dev/null || break
        [[ "$(redis-cli -p "$garnetport" ping 2> /dev/null)" == PONG ]] && break 2
        sleep 0.1
    done
    kill "$garnet" 2> /dev/null
    garnet=""
done
[[ -n "$garnet" ]] || fail "garnet-server does not start: $(tail -n 1 "$work/garnet.log")"
export FARTHING_TEST_GARNET="redis://127.0.0.1:$garnetport"

# A PostgreSQL server of the tests' own, in the same folder. It refuses to run as root, so there it runs as the user that its package makes.
# Nothing here must survive a crash of the machine, so it does not wait for the disk.
pgbin="$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -n 1)"
if [[ -z "$pgbin" ]]; then
    [[ $EUID -eq 0 ]] && command -v apt-get > /dev/null || fail "PostgreSQL is not installed; the tests of the ledger need its server"
    { apt-get install -y --no-install-recommends postgresql || { apt-get update && apt-get install -y --no-install-recommends postgresql; }; } \
        > /dev/null 2>&1 || fail "PostgreSQL can't be installed; try 'apt-get install postgresql'"
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
