#!/bin/sh
# Boots a bare Debian 12 that holds a .deb of ours, with systemd as its first process, in a container without a network,
# and shows that systemd starts the units of hub and kiosk for a person, keeps them up, and ends them.
# As root: sh installer/package/boot.sh dist/sanping_*.deb. Needs debootstrap and systemd-container; see ../bare-system.sh.
# Logs and what systemctl says stay in the folder that is named second, by default build/package-check/boot.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
package=$(readlink -f "$1")
kept=${2:-$here/../../build/package-check/boot}
kept=$(mkdir -p "$kept" && cd "$kept" && pwd)
health=http://127.0.0.1:8765/api/v1/health
# shellcheck source=/dev/null
. "$here/../bare-system.sh"
# shellcheck disable=SC2154  # bare-system.sh makes it
root=$bare

booted() { # runs a command in the container
    nsenter --all --target "$first" "$@"
}

hers() { # runs a command as the person there
    booted runuser -u hall -- env XDG_RUNTIME_DIR=/run/user/1000 "$@"
}

becomes() { # waits until a command says a word: how many half seconds, the word, the command
    times=$1
    word=$2
    shift 2
    for _ in $(seq "$times"); do
        [ "$("$@" 2>/dev/null)" != "$word" ] || return 0
        sleep 0.5
    done
    return 1
}

state() { # what systemd says of a unit: the unit, the property
    hers systemctl --user show --value --property "$2" "$1"
}

broken_kiosk() { # what it was
    booted journalctl --no-pager _SYSTEMD_USER_UNIT=sanping-kiosk.service >>"$kept/kiosk.txt" 2>&1 || true
    broken "$1" "$kept/kiosk.txt"
}

make_bare "$kept/bootstrap.log"

since=$(now)
name=$(basename "$package")
cp "$package" "$root/srv/"
inside apt-get install -q -y --no-install-recommends "/srv/$name" libgl1-mesa-dri systemd-sysv dbus-user-session \
    libpam-systemd xvfb curl >"$kept/install.log" 2>&1 || broken "installing $name" "$kept/install.log"
inside useradd --create-home --uid 1000 hall
inside systemctl --global --quiet enable sanping-hub.service
mkdir -p "$root/var/lib/systemd/linger" "$root/srv/units"
touch "$root/var/lib/systemd/linger/hall" # her units start with the system, not with her
tell "installing $name and systemd" "$since"
leave_bare

since=$(now)
systemd-nspawn --quiet --register=no --keep-unit --private-network --directory "$root" --boot --console=pipe \
    >"$kept/console.log" 2>&1 </dev/null &
container=$!
outside="$outside $container"
for _ in $(seq 120); do
    first=$(cat "/proc/$container/task/$container/children" 2>/dev/null | tr -d ' ')
    [ -z "$first" ] || [ "$(cat "/proc/$first/comm")" != systemd ] || break
    sleep 0.5
done
becomes 240 active hers systemctl --user is-active default.target || broken "boot" "$kept/console.log"
tell "boot" "$since"

since=$(now)
becomes 240 active hers systemctl --user is-active sanping-hub || broken "hub" "$kept/console.log"
for _ in $(seq 240); do
    booted curl -fsS "$health" >"$kept/health.json" 2>"$kept/curl.log" && break
    sleep 0.5
done
hers systemctl --user --no-pager --full status sanping-hub >"$kept/hub.txt" 2>&1 || broken "hub" "$kept/hub.txt"
grep -q '"rows_committed"' "$kept/health.json" || broken "hub answers" "$kept/hub.txt"
! grep -i checksum "$kept/hub.txt" || broken "hub: its books are summed" "$kept/hub.txt"
tell "hub answers" "$since"

since=$(now)
hers systemctl --user kill --kill-who=main --signal=KILL sanping-hub
becomes 120 1 state sanping-hub NRestarts || broken "hub comes back" "$kept/hub.txt"
for _ in $(seq 240); do
    booted curl -fsS "$health" >"$kept/health-again.json" 2>"$kept/curl.log" && break
    sleep 0.5
done
grep -q '"rows_committed"' "$kept/health-again.json" || broken "hub comes back" "$kept/console.log"
tell "hub killed, comes back" "$since"

since=$(now)
hers systemd-run --user --quiet --unit screen Xvfb :5 -screen 0 1280x720x24 -nolisten tcp
hers systemctl --user set-environment DISPLAY=:5 LIBGL_ALWAYS_SOFTWARE=1 QT_QPA_PLATFORM=xcb SANPING_QUALITY=draft
echo 240680 | hers sanping kiosk --set-pin >"$kept/pin.log" 2>&1 || broken "PIN of the kiosk" "$kept/pin.log"
hers systemctl --user start sanping-kiosk >"$kept/kiosk.txt" 2>&1 || broken_kiosk "kiosk is ready" # it says when it is
tell "kiosk is ready" "$since"
sleep "${KIOSK_S:-40}" # longer than its watchdog's patience
hers systemctl --user --no-pager --full status sanping-kiosk >"$kept/kiosk.txt" 2>&1 || broken_kiosk "kiosk stays up"
[ "$(state sanping-kiosk NRestarts)" = 0 ] || broken_kiosk "kiosk stays up"
booted curl -fsS "$health" | grep -q '"screens":1' || broken_kiosk "kiosk is a screen of the hub"
tell "kiosk watched, a screen of the hub" "$since"

since=$(now)
hers systemctl --user stop sanping-kiosk sanping-hub
for unit in sanping-kiosk sanping-hub; do
    [ "$(state $unit Result)" = success ] || broken "$unit ended: $(state $unit Result)"
done
tell "both ended" "$since"
booted systemctl --quiet poweroff || true
wait "$container" || true
