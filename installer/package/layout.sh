#!/bin/sh
# Lays out a Linux system's files below the folder named first: the program in BUILT (else dist/sanping), menu entry,
# file types, icon, man pages, systemd user units. The Debian and the RPM package hold just these.
set -eu

root=$1
built=${BUILT:-dist/sanping}
cd "$(dirname "$0")/../.."
from=installer/package
share=$root/usr/share

mkdir -p "$root/usr/lib" "$root/usr/bin" "$share/applications" "$share/metainfo" "$share/mime/packages" "$share/man/man1" \
    "$share/man/zh_CN/man1" "$share/icons/hicolor/scalable/apps" "$share/doc/sanping" "$root/usr/lib/systemd/user"
cp -a "$built" "$root/usr/lib/sanping"
ln -s ../lib/sanping/sanping "$root/usr/bin/sanping"
install -m 644 $from/sanping.desktop "$share/applications/sanping.desktop"
install -m 644 $from/sanping-mime.xml "$share/mime/packages/sanping.xml"
install -m 644 $from/sanping.metainfo.xml "$share/metainfo/sanping.metainfo.xml"
install -m 644 $from/sanping.svg "$share/icons/hicolor/scalable/apps/sanping.svg"
install -m 644 $from/sanping-hub.service "$root/usr/lib/systemd/user/sanping-hub.service"
sed 's|%h/sanping/.venv/bin/sanping|/usr/bin/sanping|' installer/sanping-kiosk.service \
    >"$root/usr/lib/systemd/user/sanping-kiosk.service"
.venv/bin/python $from/man_page.py "$share/man"
.venv/bin/python $from/sbom.py "$share/doc/sanping" "$root/usr/lib/sanping"
gzip -9n "$share/doc/sanping/licences.txt"
install -m 644 LICENSE "$share/doc/sanping/copyright"
gzip -9nc CHANGELOG.md >"$share/doc/sanping/changelog.gz"
find "$root" -type d -exec chmod 755 {} +
find "$root" -type f ! -perm -u+x -exec chmod 644 {} +
