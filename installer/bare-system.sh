# shellcheck shell=sh
# A bare Debian 12 to try things in, for scripts that read this file with `.`: make_bare LOG, then `inside COMMAND`.
# As root. Needs debootstrap. The bare system takes the sources of packages, the certificates and the settings of pip and
# npm from this one; folders that those name (an index on this machine) are shown to it with SEES="/one /other".
# It goes, with everything that runs in it, when the script ends.

bare=$(mktemp -d)
chmod 755 "$bare"
mounted=
outside= # processes of this machine that the script started

leave_bare() { # takes away what the bare system was shown of this one; `inside` is over then
    for place in $mounted; do
        umount "$bare/$place" 2>/dev/null || umount --lazy "$bare/$place" || true
    done
    mounted=
}

finish() {
    for root in /proc/[0-9]*/root; do
        if [ "$(readlink "$root" 2>/dev/null)" = "$bare" ]; then
            process=${root%/root}
            outside="$outside ${process#/proc/}"
        fi
    done
    for process in $outside; do
        kill "$process" 2>/dev/null || true
    done
    wait
    leave_bare
    if grep -q " $bare/" /proc/mounts; then
        echo "bare system: $bare is still in use and stays" >&2
    else
        rm -rf --one-file-system "$bare"
    fi
}
trap finish EXIT

enter() { # becomes a command of the bare system, with a home and words of its own
    # shellcheck disable=SC2046  # a word for each setting
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/srv LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        LIBGL_ALWAYS_SOFTWARE=1 GALLIUM_DRIVER=llvmpipe SANPING_LANGUAGE=zh ${SHOWN_ON:+DISPLAY=$SHOWN_ON} \
        $(env | grep -E '^(PIP_|npm_config_|NODE_EXTRA_CA_CERTS=|https?_proxy=|HTTPS?_PROXY=|no_proxy=)[^ ]*$') \
        chroot "$bare" "$@"
}

inside() { (enter "$@"); }

now() { date +%s.%N; }

tell() { # what it was, since when
    echo "$2 $(now)" | awk -v words="$1" '{ printf "%-34s ok   %6.1f s\n", words, $2 - $1 }'
}

broken() { # what it was, the log that says more
    printf '%-34s FAILED\n' "$1"
    [ -z "${2:-}" ] || tail -n 15 "$2"
    exit 1
}

show() { # lets the bare system see a place of this one: from, to, how
    mkdir -p "$bare/$2"
    mount --bind "$1" "$bare/$2"
    mounted="$2 $mounted"
    [ "${3:-}" != read-only ] || mount -o remount,bind,ro "$bare/$2"
}

make_bare() { # the log it writes
    since=$(now)
    debootstrap --variant=minbase bookworm "$bare" >"$1" 2>&1 || broken "bare Debian 12" "$1"
    cp -a /etc/apt/sources.list* /etc/apt/apt.conf.d "$bare/etc/apt/" 2>/dev/null || true
    cp -a /usr/share/keyrings/. "$bare/usr/share/keyrings/"
    mkdir -p "$bare/usr/local/share/ca-certificates"
    cp -a /usr/local/share/ca-certificates/. "$bare/usr/local/share/ca-certificates/"
    cp -a /etc/pip.conf "$bare/etc/" 2>/dev/null || true
    cp /etc/resolv.conf "$bare/etc/resolv.conf"
    mount -t proc proc "$bare/proc"
    mounted=proc
    show /dev dev
    show /dev/shm dev/shm
    for folder in ${SEES:-}; do
        show "$folder" "${folder#/}" read-only
    done
    inside apt-get update -q >>"$1" 2>&1 || broken "bare Debian 12" "$1"
    tell "bare Debian 12" "$since"
}
