#!/bin/sh
# Installs the Debian packages that Sanping needs when run as root; otherwise prints the exact line.
# With the word "tests" also the servers that only the tests start.
# Never fails for a missing package: what really cannot do without one says so itself (`sanping doctor`).
set -eu

here=$(cd "$(dirname "$0")" && pwd)

if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    echo "setup: not a Debian system; packages as in installer/debian-packages.txt are needed"
    exit 0
fi

lists="$here/debian-packages.txt"
if [ "${1:-}" = tests ]; then
    lists="$lists $here/debian-test-packages.txt"
fi
# shellcheck disable=SC2086  # the list is meant to be split
wanted=$(sed '/^#/d' $lists)
# shellcheck disable=SC2086  # the list is meant to be split
installed=$(dpkg-query -W -f '/${Package}=${db:Status-Status}/' $wanted 2>/dev/null || true)

missing=
for package in $wanted; do
    case $installed in
        *"/$package=installed/"*) ;;
        *) missing="$missing $package" ;;
    esac
done

if [ -z "$missing" ]; then
    exit 0
fi

if [ "$(id -u)" -ne 0 ]; then
    echo "setup: Debian packages are missing. Install them, then run make again:"
    echo "  sudo apt-get install --no-install-recommends$missing"
    exit 0
fi

echo "setup: installing Debian packages:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086  # the list is meant to be split
apt-get install -q -y --no-install-recommends $missing
