#!/bin/sh
# Installs a package (.deb or .rpm) in a bare Debian 12, tries what it brings, removes it, and prints a line for each.
# As root: sh installer/package/check.sh dist/sanping_*.deb. Needs debootstrap, xvfb and curl; see ../bare-system.sh.
# Logs and pictures stay in the folder that is named second, by default build/package-check/deb or …/rpm.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
package=$(readlink -f "$1")
kind=${package##*.}
kept=$(mkdir -p "${2:-$here/../../build/package-check/$kind}" && cd "${2:-$here/../../build/package-check/$kind}" && pwd)
port=${PORT:-18765}
display=:${DISPLAY_NUMBER:-87}
# shellcheck source=/dev/null
. "$here/../bare-system.sh"
# shellcheck disable=SC2154  # bare-system.sh makes it
root=$bare
export SHOWN_ON="$display"

start() { # starts a command in the bare system: the log, the command; `last` is its process
    log=$1
    shift
    enter "$@" >"$log" 2>&1 &
    last=$!
    outside="$outside $last"
}

end() { # ends what was started last, and waits for it
    kill "$last"
    wait "$last" || true
}

make_bare "$kept/bootstrap.log"

since=$(now)
name=$(basename "$package")
cp "$package" "$root/srv/"
case $kind in
    deb)
        inside apt-get install -q -y --no-install-recommends "/srv/$name" ffmpeg libgl1-mesa-dri \
            >"$kept/install.log" 2>&1 || broken "installing $name" "$kept/install.log"
        ;;
    rpm) # the names of what it needs are those of RPM systems, so that Debian's are installed by their own
        needs=$(sed '/^#/d' "$here/../debian-packages.txt" | grep -Evx 'make|python3|python3-venv|xauth|xvfb')
        # shellcheck disable=SC2086  # the list is meant to be split
        inside apt-get install -q -y --no-install-recommends rpm $needs >"$kept/install.log" 2>&1 ||
            broken "installing what $name needs" "$kept/install.log"
        inside rpm -i --nodeps --force-debian "/srv/$name" >>"$kept/install.log" 2>&1 ||
            broken "installing $name" "$kept/install.log"
        ;;
esac
rm "$root/srv/$name"
tell "installing $name" "$since"
printf '%-34s %9s MB\n' "its files" "$(du -sm "$root/usr/lib/sanping" | cut -f1)"

since=$(now)
inside sanping --version >"$kept/version.txt" || broken "sanping --version"
tell "sanping --version" "$since"
since=$(now)
inside sanping --version >/dev/null
tell "sanping --version, again" "$since"
since=$(now)
inside sanping doctor >"$kept/doctor.txt" 2>&1 || broken "sanping doctor" "$kept/doctor.txt"
tell "sanping doctor" "$since"

since=$(now)
inside sanping picture --size 1280x720 -o /srv/twin.png >"$kept/picture.log" 2>&1 ||
    broken "picture of the bundled twin" "$kept/picture.log"
cp "$root/srv/twin.png" "$kept/twin.png"
tell "picture of the bundled twin" "$since"

since=$(now)
"$here/../../.venv/bin/python" "$here/samples.py" "$root/srv/samples" | sed 's|^|/srv/samples/|' >"$kept/samples.txt"
# shellcheck disable=SC2046  # a word for each file
inside sanping inspect $(cat "$kept/samples.txt") >"$kept/inspect.log" 2>&1 ||
    broken "reading a file of each format" "$kept/inspect.log"
tell "reading $(wc -l <"$kept/samples.txt") formats" "$since"

since=$(now)
inside sanping pack /usr/lib/sanping/_internal/sanping/cim_models/hall -o /srv/hall.twin >"$kept/pack.log" 2>&1 ||
    broken "packing a twin" "$kept/pack.log"
inside sanping picture /srv/hall.twin --size 640x360 -o /srv/packed.png >"$kept/packed.log" 2>&1 ||
    broken "picture of a packed twin" "$kept/packed.log"
tell "picture of a packed twin" "$since"

since=$(now)
start "$kept/hub.log" sanping hub --port "$port"
for _ in $(seq 240); do
    curl -fsS -o "$kept/phone.html" "http://127.0.0.1:$port/" 2>/dev/null && break
    sleep 0.5
done
grep -q '<title>' "$kept/phone.html" || broken "hub and phone page" "$kept/hub.log"
grep -oE '(src|href)="[^"]*\.(js|css)"' "$kept/phone.html" | cut -d'"' -f2 | sed 's|^\./|/|' | while read -r part; do
    curl -fsS -o /dev/null "http://127.0.0.1:$port$part" || broken "phone page: $part" "$kept/hub.log"
done
! grep -i checksum "$kept/hub.log" || broken "hub: its books are summed" "$kept/hub.log"
tell "hub and phone page" "$since"

since=$(now)
for _ in $(seq 60); do # its simulators report first
    inside sanping record -o /srv/past.sprec --hub "http://127.0.0.1:$port" >"$kept/record.log" 2>&1 && break
    sleep 1
done
[ -s "$root/srv/past.sprec" ] || broken "a recording" "$kept/record.log"
end
# The ffmpeg is the system's: it must find its own libraries, and not those of the folder.
inside sanping film /srv/past.sprec /usr/lib/sanping/_internal/sanping/cim_models/suhe -o /srv/film.mp4 \
    --size 320x240 --quality draft --speed 3600 --fps 2 >"$kept/film.log" 2>&1 || broken "a film" "$kept/film.log"
cp "$root/srv/film.mp4" "$kept/film.mp4"
tell "recording and film of it" "$since"

since=$(now)
Xvfb "$display" -screen 0 1280x800x24 -nolisten tcp -ac -displayfd 3 3>"$kept/display" >"$kept/x.log" 2>&1 &
outside="$outside $!"
for _ in $(seq 20); do
    [ -s "$kept/display" ] && break
    sleep 0.5
done
start "$kept/desk.log" sanping run --no-hub
for _ in $(seq 180); do
    sleep 1
    kill -0 "$last" 2>/dev/null || broken "the desk's window" "$kept/desk.log"
    DISPLAY=$display "$here/../../.venv/bin/python" "$here/grab.py" "$kept/desk.png" 2>"$kept/grab.log" && break
done
[ -s "$kept/desk.png" ] || broken "the desk's window" "$kept/desk.log"
tell "the desk's window" "$since"
sleep "${DESK_S:-40}" # its layers are read meanwhile
DISPLAY=$display "$here/../../.venv/bin/python" "$here/grab.py" "$kept/desk.png" 2>"$kept/grab.log" ||
    broken "the desk's window" "$kept/desk.log"
end
tell "the desk's window, with layers" "$since"

since=$(now)
inside apt-get install -q -y --no-install-recommends desktop-file-utils shared-mime-info libglib2.0-bin man-db \
    appstream systemd libxml2-utils >"$kept/examiners.log" 2>&1 || broken "what examines" "$kept/examiners.log"
inside update-mime-database /usr/share/mime # Debian does it by itself for a .deb, RPM systems for an .rpm
inside sh -eu -s <"$here/examine.sh" >"$kept/examined.log" 2>&1 || broken "menu, file types, icon, man, units" \
    "$kept/examined.log"
tell "menu, file types, icon, man, units" "$since"

since=$(now)
case $kind in
    deb) inside apt-get remove -q -y sanping >"$kept/remove.log" 2>&1 || broken "removing" "$kept/remove.log" ;;
    rpm) inside rpm -e sanping >"$kept/remove.log" 2>&1 || broken "removing" "$kept/remove.log" ;;
esac
inside update-mime-database /usr/share/mime # as above
left=$(find "$root/usr" "$root/etc" -iname '*sanping*' -not -path '*/share/doc/*')
[ -z "$left" ] || broken "removed, but this is left: $left"
tell "removed, nothing left" "$since"
