#!/bin/sh
# Runs the tests of orders and of the shared Node instrumentation, with the tools pinned in package-lock.json.
# Needs Node 22.18 or newer, and the server programs of PostgreSQL: apt-get install postgresql
# Arguments go to vitest; --junitxml=FILE writes a report.
set -eu
called_from="$PWD"
cd "$(dirname "$0")"
# shellcheck disable=SC2034
place=storefront/orders
# shellcheck source=services/telemetry/node-tests.sh
. ../../telemetry/node-tests.sh
