#!/bin/bash
# The state that a pull request is compared with: a stack's own backend where the repository names one
# (PULUMI_BACKEND_URL), else what main deployed last, as an artifact of the workflow `deployed`. Never an empty one.
#
# Prints the words of `npm run preview` that name it; says why where there is none, and ends with 1.
set -euo pipefail

if [ -n "${PULUMI_BACKEND_URL:-}" ]; then
  exit 0
fi
if [ -z "${PULUMI_CONFIG_PASSPHRASE:-}" ]; then
  echo "There is no state to compare with: the repository has no secret PREVIEW_PASSPHRASE, or this pull request comes from a fork, which gets none." >&2
  exit 1
fi
run=$(gh run list --repo "$REPOSITORY" --workflow deployed.yml --branch main --status success --limit 1 --json databaseId --jq '.[0].databaseId // empty')
if [ -z "$run" ]; then
  echo "There is no state to compare with: the workflow deployed has not succeeded on main yet." >&2
  exit 1
fi
if ! gh run download "$run" --repo "$REPOSITORY" --name vigie-state --dir "$1" >&2; then
  echo "There is no state to compare with: the run $run of the workflow deployed keeps none any more. Run it again on main." >&2
  exit 1
fi
printf '%s\n' --against "$1/state.json"
