/**
 * Shell that goes to a directory and puts a file there, for kinds that write where somebody else than root may write as
 * well. What is named by a path can be another thing at each look at it; a directory that we stand in stays the same one.
 * So each step of the way is looked at from where we stand, and nothing is done to a name that others could have changed.
 */
export const PLACES = `
# Whether nobody but root can change what names stand for in the directory where we are.
roots_place() {
  rights=$(stat -c '%u %a' .)
  [ "\${rights% *}" = 0 ] && [ $((0\${rights#* } & 022)) -eq 0 ]
}
# directory, "make" where what is missing of it is made: goes there. Links that root has made are followed. One in a
# directory that others may write to is followed only where it leads to another directory of the same user.
enter() {
  cd / || return 1
  left=\${1#/} sure=1 hops=0
  while [ -n "$left" ]; do
    part=\${left%%/*}
    case $left in */*) left=\${left#*/} ;; *) left= ;; esac
    case $part in '' | .) continue ;; ..) cd -P .. || return 1; continue ;; esac
    [ "$sure" = 0 ] || roots_place || sure=0
    if [ "$sure" = 1 ] && [ -L "./$part" ]; then
      hops=$((hops + 1))
      [ "$hops" -le 40 ] || { echo "$1 goes round in links"; return 1; }
      target=$(readlink "./$part")
      left=$target/$left
      case $target in /*) cd / || return 1 ;; esac
      continue
    fi
    if [ "$2" = make ] && [ ! -e "./$part" ] && [ ! -L "./$part" ]; then run mkdir "./$part" || return 1; fi
    here=$(stat -c '%d:%i' .) keeper=$(stat -c %u .)
    cd -P "./$part" || return 1
    [ "$sure" = 1 ] || [ "$(stat -c '%d:%i' ..)" = "$here" ] || { [ "$keeper" -ne 0 ] && [ "$(stat -c %u .)" -eq "$keeper" ]; } || {
      echo "$1 leads through $part, a link in a directory that others than root may change: name the directory that it leads to."
      return 1
    }
  done
}
# directory: whether nobody but root can put another in its place, or another thing into it
only_roots() (
  enter "$1" && [ "$sure" = 1 ] && roots_place
)
# Goes to a new directory inside of this one, where nobody else can do anything. Leftovers of a run that was killed go first.
stage() {
  for old in ./.vigie-??????????; do
    [ ! -O "$old" ] || [ -L "$old" ] || rm -rf "$old"
  done
  here=$(stat -c '%d:%i' .)
  staged=$(mktemp -d ./.vigie-XXXXXXXXXX)
  cd -P "$staged"
  [ "$(stat -c '%d:%i' ..) $(stat -c '%u %a' .)" = "$here 0 700" ] || { echo "$staged was changed by somebody else meanwhile"; return 1; }
}
`;
