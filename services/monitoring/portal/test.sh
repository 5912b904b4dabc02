#!/bin/sh
# Runs the tests of the portal, with the tools pinned in package-lock.json. Needs Node 22.18 or newer.
# Arguments go to vitest; --junitxml=FILE writes a report.
set -eu
called_from="$PWD"
cd "$(dirname "$0")"
# shellcheck disable=SC2034
place=monitoring/portal
# shellcheck disable=SC2034
beside=monitoring/portal-description.ts
# shellcheck source=services/telemetry/node-tests.sh
. ../../telemetry/node-tests.sh
