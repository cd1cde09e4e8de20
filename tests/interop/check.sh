#!/bin/sh
# check.sh DIR [openssl|go]: check a trail that govtrack wrote with tools that know nothing of it.
#
# With openssl, sha256sum, awk and base64: every checkpoint's signature, every cosignature, every
# leaf hash. With Go's note and tlog packages, where go is there: signatures, roots, proofs.
# Exits 1 at the first thing that is wrong.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
with=${2:-all}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

wrong() {
    echo "check.sh: $*" >&2
    exit 1
}

# signature LINE-FILE SKIP PEM BODY: the last bytes of a line's base64, from byte SKIP, sign BODY
signature() {
    awk '{ print $3 }' "$1" | base64 -d | tail -c "+$2" > "$work/signature"
    test "$(wc -c < "$work/signature")" -eq 64 || return 1
    openssl pkeyutl -verify -pubin -inkey "$3" -rawin -in "$4" -sigfile "$work/signature" > /dev/null
}

with_openssl() {
    count=0
    for checkpoint in "$folder"/checkpoints/*; do
        awk '/^$/ { exit } { print }' "$checkpoint" > "$work/body"
        test "$(sed -n 2p "$work/body")" = "$(basename "$checkpoint")" || wrong "$checkpoint: its size"
        grep '^— ' "$checkpoint" | head -n 1 > "$work/line"
        signature "$work/line" 5 "$folder/log.pub.pem" "$work/body" || wrong "$checkpoint: signature"
        count=$((count + 1))
    done
    echo "openssl: $count checkpoint signatures OK"

    count=0
    for cosignature in "$folder"/cosignatures/*; do
        awk '/^$/ { exit } { print }' "$folder/checkpoints/$(basename "$cosignature")" > "$work/body"
        # bytes 5 to 12 are the time
        time=$(awk '{ print $3 }' "$cosignature" | base64 -d | od -An -v -tu1 -j4 -N8 |
            awk '{ t = 0; for (i = 1; i <= NF; i++) t = t * 256 + $i; printf "%.0f", t }')
        { printf 'cosignature/v1\ntime %s\n' "$time"; cat "$work/body"; } > "$work/cosigned"
        signature "$cosignature" 13 "$folder/witness.pub.pem" "$work/cosigned" ||
            wrong "$cosignature: cosignature"
        count=$((count + 1))
    done
    echo "openssl: $count cosignatures OK"

    while IFS= read -r entry; do
        { printf '\000'; printf '%s' "$entry"; } | sha256sum | cut -c 1-64
    done < "$folder/entries.ndjson" > "$work/leaves"
    cmp "$work/leaves" "$folder/leaf-hashes.txt" > "$work/said" 2>&1 || wrong "leaf-hashes.txt: differs"
    echo "sha256sum: $(wc -l < "$work/leaves") leaf hashes OK"
}

with_go() {
    # Debian's golang-golang-x-mod-dev puts the packages here
    GOPATH=${GOPATH:-/usr/share/gocode}
    GOCACHE=${GOCACHE:-$work/cache}
    GO111MODULE=off
    export GOPATH GOCACHE GO111MODULE
    go run "$here/trailcheck.go" "$folder"
}

case $with in
openssl) with_openssl ;;
go) with_go ;;
all)
    with_openssl
    if command -v go > /dev/null; then with_go; else echo "go: not here, not tried"; fi
    ;;
*) wrong "'$with' is neither openssl nor go" ;;
esac
