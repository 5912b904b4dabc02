#!/bin/sh
# Runs the tests of the dead man's switch, with the tools pinned in requirements-test.txt.
# Needs Python 3.11 or newer.
set -eu
cd "$(dirname "$0")"

name=dead-mans-switch
typed=dead_mans_switch
sources="$typed tests"
. ../../telemetry/python/tests.sh
