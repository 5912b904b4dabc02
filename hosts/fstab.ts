/** Shell for kinds that have a line in /etc/fstab: it is theirs by the field that says what they are. */
export const FSTAB_SHELL = `
# number of the field, its value, the whole line
fstab_has() { [ "$(awk -v at="$1" -v is="$2" '$0 !~ /^[ \\t]*#/ && $at == is' /etc/fstab 2>/dev/null)" = "$3" ]; }
fstab_put() {
  new=$(mktemp /etc/.vigie-XXXXXXXXXX)
  { [ ! -f /etc/fstab ] || awk -v at="$1" -v is="$2" '$0 ~ /^[ \\t]*#/ || $at != is' /etc/fstab; printf '%s\\n' "$3"; } >"$new"
  chmod 644 "$new"
  run mv -fT "$new" /etc/fstab
}
`;
