#!/bin/sh
# Runs the catalogue's tests and those of the shared instrumentation, with the tools pinned in requirements-test.txt.
# Needs Python 3.11 or newer, and the servers of PostgreSQL and Redis: apt-get install postgresql redis-server
set -eu
cd "$(dirname "$0")"

name=catalog
typed="catalog ../../telemetry/python/vigie_telemetry"
sources="$typed tests ../../telemetry/python/tests"
. ../../telemetry/python/tests.sh
