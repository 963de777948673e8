#!/bin/sh
# Shows that the two commands of the README work in a bare Debian 12: `make run`, which draws pictures where there is no
# display, and `make test`, here the set-up of everything it needs and one file of tests; TESTS="…" names others.
# As root: sh installer/bare.sh [FOLDER FOR LOGS AND PICTURES]. Tries the last commit; see bare-system.sh for SEES.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
repository=$(dirname "$here")
kept=${1:-$repository/build/bare}
kept=$(mkdir -p "$kept" && cd "$kept" && pwd)
tests=${TESTS:-tests/unit/installer/test_packages.py}
# shellcheck source=/dev/null
. "$here/bare-system.sh"
# shellcheck disable=SC2154  # bare-system.sh makes it
root=$bare

make_bare "$kept/bootstrap.log"

since=$(now)
inside apt-get install -q -y --no-install-recommends git make >>"$kept/bootstrap.log" 2>&1 ||
    broken "git and make" "$kept/bootstrap.log"
git clone -q --no-hardlinks "$repository" "$root/srv/sanping"
tell "git and make, the repository" "$since"

since=$(now)
inside make -C /srv/sanping run >"$kept/run.log" 2>&1 || broken "make run" "$kept/run.log"
sed -n 's|^\(/.*\.png\)$|\1|p' "$kept/run.log" | while read -r picture; do
    cp "$root$picture" "$kept/"
done
for name in desk wall; do
    picture=$(find "$kept" -name "*-$name.png" -size +100k)
    [ -n "$picture" ] || broken "make run: no picture of the $name" "$kept/run.log"
done
tell "make run, the first time" "$since"
since=$(now)
inside make -C /srv/sanping run >"$kept/run-again.log" 2>&1 || broken "make run, again" "$kept/run-again.log"
tell "make run, again" "$since"

since=$(now)
inside make -C /srv/sanping test TESTS="$tests" >"$kept/test.log" 2>&1 || broken "make test" "$kept/test.log"
found=$(sed -n 's/^=* *\([0-9]* passed.*\) in .*/\1/p' "$kept/test.log" | tail -n 1)
case $found in
    "" | *skipped*) broken "make test: $found" "$kept/test.log" ;;
esac
tell "make test: $found" "$since"
printf '%-34s %9s MB\n' "its environment (.venv)" "$(du -sm "$root/srv/sanping/.venv" | cut -f1)"
