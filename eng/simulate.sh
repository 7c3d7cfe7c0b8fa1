#!/usr/bin/env bash
# Long simulations of the whole program, which are no tests of every day. Exit code 0: every mark is reached; 1: one is missed.
#   eng/simulate.sh outage [--calls N] [--seconds S] [--seed N] [--kill] [--keep]
# Needs the .NET 10 SDK.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDTERMINALLOGGER=off

case "${1:-}" in
    outage)
        dotnet build bench/Farthing.Drills -c Release -v quiet >&2
        exec dotnet bench/Farthing.Drills/bin/Release/net10.0/Farthing.Drills.dll "$@"
        ;;
    *)
        sed -n '2,4s/^# //p' "${BASH_SOURCE[0]}" >&2
        exit 2
        ;;
esac
