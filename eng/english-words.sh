#!/usr/bin/env bash
# Makes the guard's two English word files from Debian's wamerican-large and wbritish-large (SCOWL):
#   english-words.txt.gz  every word of letters only, 3 to 24 of them, in small letters, sorted by bytes
#   spellings.txt         'british american', where the British word is in no American list and a rule of spelling
#                         leads to an American one
# Usage: eng/english-words.sh FOLDER_OF_THE_TWO_LISTS
set -euo pipefail
export LC_ALL=C
lists="${1:?the folder that holds american-english-large and british-english-large}"
into="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../src/Farthing.Gateway/SemanticCache/Words"
words() { sed "s/'s\$//" "$1" | tr 'A-Z' 'a-z' | grep -E '^[a-z]{3,24}$' | sort -u; }
common() { grep -E '^[a-z]+$' "$1" | grep -E '^[a-z]{4,24}$' | sort -u; }
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
words "$lists/american-english-large" > "$work/us"
words "$lists/british-english-large" > "$work/gb"
sort -u "$work/us" "$work/gb" | gzip -9n > "$into/english-words.txt.gz"
common "$lists/american-english-large" > "$work/us-common"
common "$lists/british-english-large" > "$work/gb-common"
comm -13 "$work/us" "$work/gb-common" | awk '
    function try(from, to,   at, word) {
        for (at = 1; at <= length($0) - length(from) + 1; at++) {
            if (substr($0, at, length(from)) == from) {
                word = substr($0, 1, at - 1) to substr($0, at + length(from))
                print $0, word
            }
        }
    }
    { try("our", "or"); try("is", "iz"); try("ys", "yz"); try("tre", "ter"); try("bre", "ber"); try("ogue", "og");
      try("ll", "l"); try("ae", "e"); try("oe", "e"); try("ence", "ense"); try("mould", "mold"); try("plough", "plow");
      try("aluminium", "aluminum"); try("pyjama", "pajama"); try("tyre", "tire"); try("cosy", "cozy"); try("cosi", "cozi");
      try("ewellery", "ewelry"); try("que", "ck"); try("l", "ll"); try("yoghurt", "yogurt"); try("grey", "gray") }' \
    | sort -u > "$work/tries"
awk 'NR == FNR { us[$1] = 1; next } $2 in us && !($1 in done) { print; done[$1] = 1 }' "$work/us-common" "$work/tries" > "$into/spellings.txt"
wc -l "$into/spellings.txt"
ls -l "$into/english-words.txt.gz"
