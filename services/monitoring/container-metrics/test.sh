#!/bin/sh
# Runs the tests of the container metrics, with the tools pinned in requirements-test.txt.
# Needs Python 3.11 or newer.
set -eu
cd "$(dirname "$0")"

name=container-metrics
typed=container_metrics
sources="$typed tests"
. ../../telemetry/python/tests.sh
