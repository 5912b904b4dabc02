/** Shell that asks sshd itself what its settings are, for kinds that rely on them. */
export const SSHD_SHELL = `
# sshd's own words for its settings; arguments are further options. Without sshd it says nothing, and fails.
sshd_says() {
  [ -x /usr/sbin/sshd ] || return 1
  # In memory, and sshd's own unit makes it as well: where that has not run, sshd would not answer.
  [ -d /run/sshd ] || mkdir -m 755 /run/sshd
  said=$(/usr/sbin/sshd -T "$@") || return
  # Newer ones write the names as their manual does: OpenSSH 10.6 says PasswordAuthentication.
  printf '%s\\n' "$said" | awk '{ $1 = tolower($1); print }'
}
`;
