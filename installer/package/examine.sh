# shellcheck shell=sh
# Runs inside a bare system in which the package is installed (check.sh gives it to its shell): what examines each kind of
# file says nothing against menu entry, description, file types, icon, man pages and systemd units. Stops at the first.
echo "menu entry"
desktop-file-validate /usr/share/applications/sanping.desktop

echo "description of the program"
appstreamcli validate --no-net --explain /usr/share/metainfo/sanping.metainfo.xml

echo "file types"
for pair in /srv/hall.twin=application/vnd.sanping.twin /srv/none.sprec=application/vnd.sanping.recording; do
    file=${pair%%=*}
    [ -e "$file" ] || echo anything >"$file"
    gio info -a standard::content-type "$file" | grep -q "${pair#*=}" || {
        gio info -a standard::content-type "$file"
        exit 1
    }
done

echo "icon"
xmllint --noout --nonet /usr/share/icons/hicolor/scalable/apps/sanping.svg

scratch=$(mktemp -d) # only its owner may look into it, as systemd asks

echo "man pages"
for page in /usr/share/man/man1/sanping.1.gz /usr/share/man/zh_CN/man1/sanping.1.gz; do
    warnings=$(MANWIDTH=100 man --warnings -E UTF-8 -l -Tutf8 "$page" 2>&1 >"$scratch/page.txt")
    if [ -n "$warnings" ] || ! grep -q Sanping "$scratch/page.txt"; then
        echo "$page: $warnings"
        exit 1
    fi
done

echo "systemd units"
XDG_RUNTIME_DIR=$scratch systemd-analyze --user verify \
    /usr/lib/systemd/user/sanping-hub.service /usr/lib/systemd/user/sanping-kiosk.service
