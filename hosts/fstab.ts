/** Shell for kinds that have a line in /etc/fstab: it is theirs by the field that says what they are. */
export const FSTAB_SHELL = `
# number of the field, its value: prints the lines in one form, whatever stands between their fields. A slash at the end
# of a path means nothing, and the last two fields are 0 where they are left out.
fstab_lines() {
  awk -v at="$1" -v is="$2" '
    /^[ \\t]*#/ { next }
    { field = $at; if (field != "/") sub(/\\/+$/, "", field) }
    field == is { if (at == 2) $2 = field; print $1, $2, $3, $4, ($5 == "" ? 0 : $5), ($6 == "" ? 0 : $6) }
  ' /etc/fstab 2>/dev/null
}
# number of the field, its value, the whole line
fstab_has() { [ "$(fstab_lines "$1" "$2")" = "$3" ]; }
fstab_put() {
  new=$(mktemp /etc/.vigie-XXXXXXXXXX)
  { [ ! -f /etc/fstab ] || awk -v at="$1" -v is="$2" '{ field = $at; if (field != "/") sub(/\\/+$/, "", field) } $0 ~ /^[ \\t]*#/ || field != is' /etc/fstab; printf '%s\\n' "$3"; } >"$new"
  chmod 644 "$new"
  run mv -fT "$new" /etc/fstab
}
`;
