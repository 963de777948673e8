#!/bin/sh
# Installs a package (.deb or .rpm) in a bare Debian 12, tries what it brings, removes it, and prints a line for each.
# As root: sh installer/package/check.sh dist/sanping_*.deb. Needs debootstrap, xvfb and curl; the bare system takes the
# package sources of this one. Pictures stay in the folder that is named second, by default build/package-check.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
package=$(readlink -f "$1")
pictures=$(mkdir -p "${2:-$here/../../build/package-check}" && cd "${2:-$here/../../build/package-check}" && pwd)
port=18765
display=:87

bare=$(mktemp -d)
chmod 755 "$bare"
started=
finish() {
    for process in $started; do
        kill "$process" 2>/dev/null || true
    done
    wait
    for mounted in dev/shm dev proc; do
        umount "$bare/$mounted" 2>/dev/null || true
    done
    rm -rf --one-file-system "$bare"
}
trap finish EXIT

inside() { # runs a command in the bare system, with a home and words of its own
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/srv LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive DISPLAY=$display \
        LIBGL_ALWAYS_SOFTWARE=1 SANPING_LANGUAGE=zh chroot "$bare" "$@"
}
now() { date +%s.%N; }
tell() { # what it was, since when
    printf '%-34s ok   %6.1f s\n' "$1" "$(echo "$(now) - $2" | bc)"
}
broken() {
    printf '%-34s FAILED\n' "$1"
    exit 1
}

since=$(now)
debootstrap --variant=minbase bookworm "$bare" >"$pictures/bootstrap.log" 2>&1 || broken "bare Debian 12"
cp -a /etc/apt/sources.list* /etc/apt/apt.conf.d "$bare/etc/apt/" 2>/dev/null || true
cp -a /usr/share/keyrings/. "$bare/usr/share/keyrings/"
mount -t proc proc "$bare/proc"
mount --bind /dev "$bare/dev"
mount --bind /dev/shm "$bare/dev/shm"
cp /etc/resolv.conf "$bare/etc/resolv.conf"
inside apt-get update -q >>"$pictures/bootstrap.log" 2>&1
tell "bare Debian 12" "$since"

since=$(now)
cp "$package" "$bare/srv/"
name=$(basename "$package")
case $name in
    *.deb)
        inside apt-get install -q -y --no-install-recommends "/srv/$name" libgl1-mesa-dri \
            >"$pictures/install.log" 2>&1 || broken "installing $name"
        ;;
    *.rpm) # the names of what it needs are those of RPM systems, so that Debian's are installed by their own
        needs=$(sed '/^#/d' "$here/../debian-packages.txt" | grep -Evx 'make|python3|python3-venv|xauth|xvfb')
        # shellcheck disable=SC2086  # the list is meant to be split
        inside apt-get install -q -y --no-install-recommends rpm $needs >"$pictures/install.log" 2>&1
        inside rpm -i --nodeps --force-debian "/srv/$name" >>"$pictures/install.log" 2>&1 || broken "installing $name"
        ;;
esac
rm "$bare/srv/$name"
tell "installing $name" "$since"

since=$(now)
inside sanping --version >"$pictures/version.txt" || broken "sanping --version"
tell "sanping --version" "$since"
since=$(now)
inside sanping --version >/dev/null
tell "sanping --version, again" "$since"
inside sanping doctor >"$pictures/doctor.txt" || broken "sanping doctor"

since=$(now)
inside sanping picture --size 1280x720 -o /srv/twin.png >"$pictures/picture.log" 2>&1 || broken "picture of the twin"
cp "$bare/srv/twin.png" "$pictures/twin.png"
tell "picture of the bundled twin" "$since"

since=$(now)
inside sanping pack /usr/lib/sanping/_internal/sanping/cim_models/regions -o /srv/regions.twin >/dev/null ||
    broken "sanping pack"
inside sanping picture /srv/regions.twin --size 640x360 -o /srv/packed.png >>"$pictures/picture.log" 2>&1 ||
    broken "picture of a packed twin"
tell "picture of a packed twin" "$since"

since=$(now)
inside sanping hub --port $port >"$pictures/hub.log" 2>&1 &
hub=$!
started="$started $hub"
for _ in $(seq 120); do
    curl -fsS -o "$pictures/phone.html" "http://127.0.0.1:$port/" 2>/dev/null && break
    sleep 0.5
done
grep -q '<title>' "$pictures/phone.html" || broken "hub and phone page"
kill $hub
wait $hub || true
tell "hub and phone page" "$since"

since=$(now)
Xvfb $display -screen 0 1920x1080x24 -nolisten tcp -ac >"$pictures/x.log" 2>&1 &
started="$started $!"
sleep 2
inside sanping run --no-hub >"$pictures/desk.log" 2>&1 &
desk=$!
started="$started $desk"
sleep "${DESK_S:-60}"
kill -0 $desk 2>/dev/null || broken "the desk's window"
DISPLAY=$display "$here/../../.venv/bin/python" "$here/grab.py" "$pictures/desk.png" || broken "the desk's window"
kill $desk
wait $desk || true
tell "the desk's window" "$since"

for file in usr/share/applications/sanping.desktop usr/share/mime/packages/sanping.xml \
    usr/share/man/man1/sanping.1.gz usr/share/man/zh_CN/man1/sanping.1.gz \
    usr/lib/systemd/user/sanping-hub.service usr/lib/systemd/user/sanping-kiosk.service; do
    [ -s "$bare/$file" ] || broken "/$file"
done
tell "menu, file type, man, units" "$(now)"

since=$(now)
case $name in
    *.deb) inside apt-get remove -q -y sanping >"$pictures/remove.log" 2>&1 ;;
    *.rpm) inside rpm -e sanping >"$pictures/remove.log" 2>&1 ;;
esac
for file in usr/bin/sanping usr/lib/sanping usr/share/applications/sanping.desktop; do
    [ ! -e "$bare/$file" ] || broken "removed: /$file is left"
done
tell "removed" "$since"
