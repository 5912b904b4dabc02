#!/bin/sh
# Runs the tests of the services of the surveys, with the tools pinned in package-lock.json. Needs Node 22.18 or newer, and
# the server program of Redis: apt-get install redis-server
# Arguments go to vitest; --junitxml=FILE writes a report.
set -eu
called_from="$PWD"
cd "$(dirname "$0")"
# shellcheck disable=SC2034
place=surveys
# shellcheck disable=SC2034
beside=calls
# shellcheck source=services/telemetry/node-tests.sh
. ../telemetry/node-tests.sh
