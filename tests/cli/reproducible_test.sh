#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Two clean builds of the release, in folders of different names and at different times, give the same programs: so anybody can
# check that the binary whose digest a genesis names was made from these sources. Takes long: only where all tests are asked for.
#   reproducible_test.sh PROGRAMS SOURCES [PROGRAM...]
programs_to_make=("${@:3}")
set -- "$1" "$2"
. "$(dirname "$0")/lib.sh" "$@"
need git cmake ninja g++
[ "${HOLDFAST_ALL_TESTS:-0}" = 1 ] || skip "two clean builds take long: set HOLDFAST_ALL_TESTS=1"
! grep -q __asan_init "$programs/holdfast" || skip "the release build does this"
git -C "$source_root" rev-parse HEAD >/dev/null 2>&1 || skip "the sources are no git checkout"
[ ${#programs_to_make[@]} -gt 0 ] || programs_to_make=(holdfast holdfast-verify)
export CCACHE_DISABLE=1

# Once: HEAD may move while the first build runs.
git -C "$source_root" archive HEAD >"$work/sources.tar"

build() {
  mkdir -p "$1"
  tar -xf "$work/sources.tar" -C "$1"
  (cd "$1" && cmake --preset release >cmake.log && ninja -C build/release -j"$(nproc)" "${programs_to_make[@]}" >ninja.log) ||
    fail "the build in $1: $(tail -5 "$1/ninja.log")"
  (cd "$1/build/release/bin" && sha256sum "${programs_to_make[@]}")
}
build "$work/one" >one.txt
build "$work/another/folder/deeper" >another.txt
cmp one.txt another.txt || fail "the builds differ: $(cat one.txt another.txt)"
cat one.txt
