/**
 * What stands beside a run on the deploying machine: it hands every line on, and when the run has ended it says in one
 * sentence of which host and setup that was and what came of it. Only here is it known that a connection was lost.
 */
const WATCH = `
{ "$@"; printf '\\n@ exit %s\\n' "$?"; } | where=$0 awk '
function say(text) { print ENVIRON["where"] ": " text | "cat >&2" }
function task(pattern) { line = $0; sub(pattern, "", line); return "task " $3 ", " line "," }
/^@ exit / { code = $3; next }
NF { print; fflush() }
/^@ run / { running = task("^@ run [0-9]+ ") }
/^@ (ok|changed|skipped) / { running = ""; last = task("^@ [a-z]+ [0-9]+ -?[0-9]+ "); count[$2]++ }
/^@ failed / { failed = task("^@ failed [0-9]+ -?[0-9]+ ") }
/^@ refused / { refused = 1 }
/^@ end / { ended = 1 }
END {
  if (refused) say("nothing was changed. What stands in the way is said above.")
  else if (failed != "") say(failed " failed. Correct it and run the same again: what is done already stays done.")
  else if (ended && code == 0) say((count["changed"] + 0) " changed, " (count["ok"] + 0) " ok, " (count["skipped"] + 0) " skipped")
  else {
    at = "before the first task"
    if (last != "") at = "after " last
    if (running != "") at = "in the middle of " running
    sub(/,$/, "", at)
    say("the connection was lost, or the run was ended (exit code " code "), " at ". Run the same again: it goes on from there.")
    if (code == 0) code = 1
  }
  close("cat >&2")
  exit code
}'
`.trim();

/**
 * The words that run a setup's script by an interpreter, and say what came of it on standard error.
 *
 * @param where the host and the setup, in words
 * @param interpreter what runs a script on the host; the script is its last argument
 */
export function watched(where: string, interpreter: readonly string[]): string[] {
  return ["/bin/sh", "-c", WATCH, where, ...interpreter];
}
