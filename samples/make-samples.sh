#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make-samples.sh OUT_DIR PROGRAM: makes the fictional scene in OUT_DIR, without root. PROGRAM is the built
# helper make-ntfs-and-leveldb. Needs python3, e2fsprogs and ntfs-3g. See README.md beside this script.
set -eu
if [ $# -ne 2 ]; then
  echo "usage: make-samples.sh OUT_DIR PROGRAM" >&2
  exit 2
fi
here=$(dirname "$0")
mkdir -p "$1"
export PYTHONDONTWRITEBYTECODE=1 TZ=UTC LC_ALL=C.UTF-8 PYTHONUTF8=1
exec python3 "$here/make_samples.py" "$1" "$2"
