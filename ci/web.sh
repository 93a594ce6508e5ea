#!/bin/sh
# web.sh [build]: what web editors are made of, checked: types, formatting, tests without a browser and with one, and
# that the pages which lie in the repository are what their sources make. `build` makes these pages anew.
# Nothing else here needs Node.js: whoever builds plugins takes the pages as they are.
. "$(dirname "$0")/env.sh"

command -v npm > /dev/null || fail "Web editors are built with Node.js 18 or later, and npm: neither is here"
cd gui/web
# npm notes in that file what it has installed.
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund
if [ "${1:-}" = build ]; then
    npm run build
    exit 0
fi
npm run check
npm test
npm run test:browser
fresh=$CARGO_TARGET_DIR/pages
rm -rf "$fresh"
npm run build -- --out "$fresh"
(cd "$fresh" && find . -type f) | sed 's|^\./||' | while IFS= read -r file; do
    case $file in
        theme.css) committed=gui/web/theme.css ;;
        *) committed=bundles/${file%%/*}/ui/web/dist/${file#*/} ;;
    esac
    cmp -s "$fresh/$file" "../../$committed" ||
        fail "$committed is not what its sources make: run \`make pages\` and commit the change"
done
echo "The pages are what their sources make"
