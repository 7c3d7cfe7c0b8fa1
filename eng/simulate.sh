#!/usr/bin/env bash
# Long simulations, which are no tests of every day. The exit code is 0 when every mark is reached.
#   eng/simulate.sh outage [--calls N] [--seconds S] [--seed N] [--kill] [--keep]: a provider's outage behind the gateway (docs/simulator.md).
#   eng/simulate.sh ledger [--seeds N] [--from SEED] [--operations N]: a fleet that posts through crashes, repeats, late
# events, price changes, re-ratings and closings, on SQLite and on PostgreSQL, against a model in plain code. Default: 1,000 seeds × 2,000 operations
# on SQLite, a tenth of the seeds on PostgreSQL. Needs the .NET 10 SDK and PostgreSQL 15 or later.
#   eng/simulate.sh kills [--from POINT] [--to POINT]: a server that takes usage is killed by SIGKILL at 30 numbered points, within commits and writes
# and after answers, while eight clients send and send again: what they were told is booked is booked, once.
set -uo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDTERMINALLOGGER=off

fail() {
    echo "eng/simulate.sh: $1" >&2
    exit 1
}

# A PostgreSQL server of the simulation's own, unless FARTHING_TEST_POSTGRES names one.
start_postgres() {
    [[ -n "${FARTHING_TEST_POSTGRES:-}" ]] && return
    local bin user=()
    bin="$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -n 1)"
    [[ -n "$bin" ]] || fail "PostgreSQL is not installed; try 'apt-get install postgresql'"
    work="$(mktemp -d)"
    trap '[[ -n "${postgres:-}" ]] && { kill -INT "$postgres" 2> /dev/null; wait "$postgres" 2> /dev/null; }; rm -rf "$work"' EXIT
    if [[ $EUID -eq 0 ]]; then
        user=(setpriv --reuid=postgres --regid=postgres --clear-groups)
        chown postgres "$work"
    fi
    (cd "$work" && "${user[@]}" "$bin/initdb" -D "$work/data" -A trust -U farthing --locale=C -E UTF8 --no-sync) > /dev/null 2>&1 || fail "initdb failed"
    for port in $(shuf -i 20000-32000 -n 20); do
        (cd "$work" && exec "${user[@]}" "$bin/postgres" -D "$work/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$work" -c fsync=off) > "$work/log" 2>&1 &
        postgres=$!
        for _ in $(seq 100); do
            kill -0 "$postgres" 2> /dev/null || break
            "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" && break 2
            sleep 0.1
        done
        postgres=""
    done
    [[ -n "$postgres" ]] || fail "PostgreSQL does not start"
    export FARTHING_TEST_POSTGRES="Host=127.0.0.1;Port=$port;Username=farthing;Database=postgres"
}

ledger() {
    local seeds=1000 from=1 operations=2000
    while [[ $# -gt 0 ]]; do
        case "$1" in
            --seeds) seeds="$2" ;;
            --from) from="$2" ;;
            --operations) operations="$2" ;;
            *) fail "unknown option '$1'" ;;
        esac
        shift 2
    done
    dotnet build tests/Farthing.Tests -c Release -v quiet || fail "the build failed"
    start_postgres
    export FARTHING_SIMULATE_FROM="$from" FARTHING_SIMULATE_OPERATIONS="$operations"
    local tests=(dotnet run --project tests/Farthing.Tests -c Release --no-build -- -noColor -showLiveOutput)
    FARTHING_SIMULATE_SEEDS="$seeds" "${tests[@]}" -class "*LedgerSimulationOnSqlite*" || exit 1
    FARTHING_SIMULATE_SEEDS="$(((seeds + 9) / 10))" "${tests[@]}" -class "*LedgerSimulationOnPostgres*" || exit 1
}

kills() {
    local from=1 to=30
    while [[ $# -gt 0 ]]; do
        case "$1" in
            --from) from="${2:-}" ;;
            --to) to="${2:-}" ;;
            *) fail "unknown option '$1'" ;;
        esac
        shift 2
    done
    dotnet build tests/Farthing.Tests -c Release -v quiet || fail "the build failed"
    FARTHING_KILL_POINTS="$from-$to" exec dotnet run --project tests/Farthing.Tests -c Release --no-build -- -noColor -showLiveOutput -class "*UsageKillTests"
}

case "${1:-}" in
    kills) shift; kills "$@" ;;
    ledger) shift; ledger "$@" ;;
    outage)
        dotnet build bench/Farthing.Drills -c Release -v quiet >&2 || fail "the build failed"
        exec dotnet bench/Farthing.Drills/bin/Release/net10.0/Farthing.Drills.dll "$@"
        ;;
    *) fail "name what to simulate: outage, ledger or kills" ;;
esac
