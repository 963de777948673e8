#!/bin/sh
# Makes dist/sanping_VERSION_ARCH.deb from dist/sanping (folder.sh builds that).
set -eu

cd "$(dirname "$0")/../.."
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' app/sanping/__init__.py)
arch=$(dpkg --print-architecture)
target=${OUT:-dist}/sanping_${version}_$arch.deb
# What the program's environment needs beside Python and its makers, and nothing that only a source tree needs.
# Films need ffmpeg, a program of its own under the GPL: the program says so where it is missing, and does without.
recommended='ffmpeg|libgl1-mesa-dri'
needs=$(sed '/^#/d' installer/debian-packages.txt | grep -Evx "make|python3|python3-venv|xauth|xvfb|$recommended")

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
sh installer/package/layout.sh "$root"
mkdir "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<CONTROL
Package: sanping
Version: $version
Architecture: $arch
Maintainer: Sanping <sanping@localhost>
Section: science
Priority: optional
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Depends: libc6 (>= 2.36), $(echo "$needs" | paste -sd, | sed 's/,/, /g')
Recommends: $(echo "$recommended" | sed 's/|/, /g'), shared-mime-info, desktop-file-utils
Suggests: xvfb, mosquitto, postgresql
Description: city digital twin on three linked screens (三屏)
 Opens CIM models of buildings and terrain, shows the live state of a city and
 its river, and links the command-centre wall, the operator's desk and phones.
 .
 打开 CIM 建筑与地形模型，显示城市与河道的实时状态，大屏、中屏、小屏联动。
CONTROL
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
dpkg-deb --root-owner-group -Zzstd -z10 --build "$root" "$target" >/dev/null
echo "$target: $(du -m "$target" | cut -f1) MB"
