#!/bin/bash
# One comment on a pull request, found again by its first line: what is there is written over.
#
# Takes the comment's text as a file. GH_TOKEN, REPOSITORY and NUMBER say whose and where.
set -euo pipefail

mark='<!-- vigie-preview -->'
body=$(mktemp)
trap 'rm -f "$body"' EXIT
printf '%s\n' "$mark" >"$body"
cat "$1" >>"$body"

comment=$(gh api --paginate "repos/$REPOSITORY/issues/$NUMBER/comments" \
  --jq ".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$mark\"))) | .id" | head -n 1)
if [ -n "$comment" ]; then
  gh api --method PATCH "repos/$REPOSITORY/issues/comments/$comment" --field body=@"$body" >/dev/null
else
  gh pr comment "$NUMBER" --repo "$REPOSITORY" --body-file "$body"
fi
