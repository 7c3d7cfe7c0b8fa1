#!/usr/bin/env bash
# The gateway beside nginx, Portkey's gateway and a bare Kestrel pass-through, all in one run. docs/benchmarks.md explains the figures.
#   bench/gateway.sh [--rounds N] [--seconds S] [--requests N] [--starts N] [--warm S]
# Needs the .NET 10 SDK, Node.js and npm; it installs wrk and nginx (Debian's) where it is root, and Portkey's gateway into out/portkey.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDTERMINALLOGGER=off

if ! command -v wrk > /dev/null || ! command -v nginx > /dev/null; then
    { apt-get install -y --no-install-recommends wrk nginx-light || { apt-get update && apt-get install -y --no-install-recommends wrk nginx-light; }; } > /dev/null \
        || { echo "bench/gateway.sh: wrk and nginx are needed and can't be installed" >&2; exit 1; }
fi

portkey="out/portkey/node_modules/@portkey-ai/gateway"
if [[ ! -f "$portkey/build/start-server.js" ]]; then
    mkdir -p out/portkey
    (cd out/portkey && npm install --no-audit --no-fund --no-save --prefix . @portkey-ai/gateway@1.15.2 > /dev/null)
fi

dotnet publish src/Farthing -c Release -o out/bench-farthing -v quiet >&2
dotnet build bench/Farthing.Bench -c Release -v quiet >&2
exec dotnet bench/Farthing.Bench/bin/Release/net10.0/Farthing.Bench.dll gateway --farthing "$PWD/out/bench-farthing/farthing" --portkey "$PWD/$portkey" "$@"
