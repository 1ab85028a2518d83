#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A long ledger: verifying everything in it, against the rate at which OpenSSL verifies P-256 signatures here on all cores, and
# what an entry costs at the beginning and at the end.
#
#   tests/bench/ledger.sh [--entries N] [--driver PROGRAM]
set -euo pipefail
entries=100000
root=$(cd "$(dirname "$0")/../.." && pwd)
driver=$root/build/release/bin/ledger_driver
while [ $# -gt 0 ]; do
  case $1 in
    --entries) entries=$2; shift 2 ;;
    --driver) driver=$2; shift 2 ;;
    *) echo "usage: ledger.sh [--entries N] [--driver PROGRAM]" >&2; exit 2 ;;
  esac
done
[ -x "$driver" ] || { echo "no $driver: ninja -C build/release ledger_driver" >&2; exit 2; }
work=$(mktemp -d /dev/shm/holdfast-bench-XXXXXX)
trap 'rm -rf "$work"' EXIT
value() { tr ' ' '\n' <<<"$2" | sed -n "s/^$1=//p"; }

made=$("$driver" make "$work" "$entries")
rates=() seconds=()
for _ in 1 2 3; do
  verified=$("$driver" verify "$work")
  seconds+=("$(value seconds "$verified")")
  rates+=("$(openssl speed -mr -seconds 3 -multi "$(nproc)" ecdsap256 2>/dev/null | awk -F: '/^\+F4/ {print $NF}')")
done
median() { printf '%s\n' "$@" | sort -n | sed -n 2p; }
awk -v n="$entries" -v s="$(median "${seconds[@]}")" -v r="$(median "${rates[@]}")" 'BEGIN {
  printf "%d entries verified in %.2f s: %.0f a second, all checks; OpenSSL alone verifies %.0f P-256 signatures: ratio %.2f\n", n, s, n / s, r, n / s / r }'
echo "peak memory: $(value peak_kib "$verified") KiB; $(value verdict "$verified")"
echo "an entry took $(value first_us "$made") us in the first thousand, $(value last_us "$made") us in the last (on tmpfs)"
