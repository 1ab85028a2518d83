#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh PROGRAMS [imaging options]: every benchmark, each a ratio against a peer or a limit in the same run.
set -euo pipefail
programs=$(readlink -f "$1")
shift
here=$(dirname "$(readlink -f "$0")")
"$here/imaging.sh" --driver "$programs/imaging_driver" "$@"
"$here/damaged.sh" --driver "$programs/imaging_driver"
"$here/messages.sh" "$programs"
"$here/ledger.sh" --driver "$programs/ledger_driver"
