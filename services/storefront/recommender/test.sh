#!/bin/sh
# Runs the tests of the recommender, with the tools pinned in requirements-test.txt.
# Needs Python 3.11 or newer.
set -eu
cd "$(dirname "$0")"

name=recommender
typed=recommender
sources="$typed tests"
. ../../telemetry/python/tests.sh
