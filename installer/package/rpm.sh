#!/bin/sh
# Makes dist/sanping-VERSION-1.ARCH.rpm from dist/sanping (folder.sh builds that); needs rpmbuild.
set -eu

cd "$(dirname "$0")/../.."
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' app/sanping/__init__.py)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/root"
sh installer/package/layout.sh "$work/root"
# Everything outside of /usr/lib/sanping and its link, file by file.
(cd "$work/root" && find usr -type f ! -path 'usr/lib/sanping/*' | sed 's|^|/|') >"$work/files"
cat >"$work/sanping.spec" <<SPEC
Name: sanping
Version: $version
Release: 1
Summary: City digital twin on three linked screens
License: Apache-2.0
Group: Applications/Engineering
# The folder brings its libraries; what it needs of the system is named here, not found in its files.
AutoReqProv: no
Requires: glibc >= 2.36, libglvnd-glx, libglvnd-egl, libglvnd-opengl, fontconfig, dbus-libs, glib2, libXext, libXrender
Recommends: /usr/bin/ffmpeg
Requires: libxkbcommon-x11, xcb-util-cursor, xcb-util-wm, xcb-util-keysyms, libxcb, google-noto-sans-cjk-fonts
%define _build_id_links none
%define __os_install_post %{nil}
%define _binary_payload w10.zstdio

%description
Opens CIM models of buildings and terrain, shows the live state of a city and its river, and links the command-centre
wall, the operator's desk and phones.

%install
cp -a $work/root/. %{buildroot}

%files -f $work/files
/usr/lib/sanping
/usr/bin/sanping
SPEC
rpmbuild -bb --quiet --define "_topdir $work/top" --define "_rpmdir $work/out" "$work/sanping.spec"
find "$work/out" -name '*.rpm' -exec mv {} "${OUT:-dist}/" \;
ls "${OUT:-dist}"/*.rpm
