#!/usr/bin/env bash
# Restores, builds with warnings as errors, checks the formatting and runs every test.
# Needs the .NET 10 SDK and a NuGet registry. The last line is "N passed, N failed, N skipped".
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

log="$(mktemp)"
trap 'rm -f "$log"' EXIT
dotnet run --project tests/Farthing.Tests -c Release --no-build -- -noColor "$@" | tee "$log"
code=${PIPESTATUS[0]}
summary="$(grep -Eo 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1)"
[[ -n "$summary" ]] || fail "the tests did not run to their end (exit code $code)"
read -r total errors failed skipped <<< "$(grep -Eo '[0-9]+' <<< "$summary" | tr '\n' ' ')"
failed=$((failed + errors))
echo "$((total - failed - skipped)) passed, $failed failed, $skipped skipped"
[[ $code -eq 0 && $failed -eq 0 && $total -gt 0 ]]
