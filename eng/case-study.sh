#!/usr/bin/env bash
# Writes the usage of the case study (samples/case-study/usage.jsonl) to standard output.
# The seed moves each lot a little, in pairs that cancel, so that the sums are the published ones whatever it is.
set -euo pipefail
exec awk -v seed="${1:-1}" '
function rnd(n) { state = (state * 1103515245 + 12345) % 2147483648; return int(state / 65536) % n }
function q(each, n,   v) { v = each * n; return sprintf("%.0f", v + int(v * shift / 1000)) }
function row(type, rest) { printf "{\"type\":\"%s\",\"run\":\"%s\",\"at\":\"%s\",%s}\n", type, run, at, rest }
function timed(stage, lease, resource, each, n,   v) {
    v = q(each, n); used[lease] += v
    row("use", sprintf("\"id\":\"%s/%s/time\",\"lot\":\"%s\",\"stage\":\"%s\",\"resource\":\"%s\",\"meter\":\"device-time\",\"quantity\":%s,\"time_us\":%s,\"lease\":\"%s\"", lot, stage, lot, stage, resource, v, v, run "/" lease))
}
function used_up(stage, resource, meter, each, n) {
    row("use", sprintf("\"id\":\"%s/%s/%s\",\"lot\":\"%s\",\"stage\":\"%s\",\"resource\":\"%s\",\"meter\":\"%s\",\"quantity\":%s", lot, stage, meter, lot, stage, resource, meter, q(each, n)))
}
function saved(kind, stage, resource, meter, each, n, evidence) {
    row("saved", sprintf("\"id\":\"%s/%s/saved-%s\",\"lot\":\"%s\",\"kind\":\"%s\",\"stage\":\"%s\",\"resource\":\"%s\",\"meter\":\"%s\",\"quantity\":%s,\"evidence\":\"%s\"", lot, stage, meter, lot, kind, stage, resource, meter, q(each, n), evidence))
}
function lots(outcome, reason, count, n, name,   i) {
    for (i = 1; i <= count; i++) {
        lot = sprintf("%s-%s%03d", run, name, i)
        at = sprintf("%sT%02d:%02d:00Z", day, 6 + int(i / 6), i % 6 * 10)
        shift = i % 2 ? rnd(41) : -shift
        row("renders", sprintf("\"lot\":\"%s\",\"count\":%d,\"outcome\":\"%s\",\"reason\":\"%s\"", lot, n, outcome, reason))
        # What is left of a use after a step, and what the step saved of it.
        timed("caption", "caption", "cpu/captions", 160000 * captions, n)
        used_up("caption", "llm/openai/gpt-4o-mini", "input-tokens", 1200 * captions, n)
        used_up("caption", "llm/openai/gpt-4o-mini", "output-tokens", 820 * captions, n)
        timed("text_encoders", "text", "gpu/text-encoders", 80000 * texts, n)
        timed("unet", "unet", "gpu/unet", 1420000 / speed, n)
        timed("vae", "vae", "gpu/vae", 180000, n)
        timed("finish", "finish", "cpu/finish", 160000, n)
        used_up("finish", "storage/s3", "puts", 1, n)
        used_up("finish", "storage/s3", "stored-bytes", 3000000, n)
        used_up("finish", "storage/s3", "sent-bytes", 3000000, n)
        if (captions < 1) {
            saved("caption_cache", "caption", "cpu/captions", "device-time", 160000 * (1 - captions), n, "47% of requests answered from the cache, the longer ones")
            saved("caption_cache", "caption", "llm/openai/gpt-4o-mini", "input-tokens", 1200 * (1 - captions), n, "47% of requests answered from the cache, the longer ones")
            saved("caption_cache", "caption", "llm/openai/gpt-4o-mini", "output-tokens", 820 * (1 - captions), n, "47% of requests answered from the cache, the longer ones")
        }
        if (texts < 1) {
            used_up("text_encoders", "cache/redis", "gets", 1, n)
            saved("text_embedding_cache", "text_encoders", "gpu/text-encoders", "device-time", 80000 * (1 - texts), n, "91% of texts found in the cache")
        }
        if (speed > 1) saved("int8", "unet", "gpu/unet", "device-time", 1420000 - 1420000 / speed, n, "int8 denoises 1.64 times as fast")
    }
}
function lease(name, resource) { used[name] = 0; row("lease", sprintf("\"id\":\"%s/%s\",\"resource\":\"%s\"", run, name, resource)) }
function open_leases() {
    at = day "T06:00:00Z"
    lease("caption", "cpu/captions"); lease("text", "gpu/text-encoders"); lease("unet", "gpu/unet"); lease("vae", "gpu/vae"); lease("finish", "cpu/finish")
}
function close_leases(   i, name) {
    at = day "T20:00:00Z"
    split("caption text unet vae finish", name, " ")
    for (i = 1; i <= 5; i++) row("close", sprintf("\"lease\":\"%s/%s\",\"elapsed_us\":%.0f", run, name[i], used[name[i]]))
}
BEGIN {
    state = seed; captions = 1; texts = 1; speed = 1
    run = "before"; day = "2026-05-04"; open_leases(); lots("delivered", "", 20, 1000, "d"); close_leases()
    run = "outage"; day = "2026-05-18"; open_leases(); lots("delivered", "", 20, 1000, "d"); lots("lost", "the caption model was out for 40 minutes", 28, 10000, "x"); close_leases()
    captions = 0.39; texts = 0.09; speed = 1.64
    run = "after"; day = "2026-11-02"; open_leases(); lots("delivered", "", 20, 1000, "d"); close_leases()
}'
