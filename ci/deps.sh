#!/bin/sh
# deps.sh run|test|sweep: installs the Debian packages of ci/apt.txt that are missing.
. "$(dirname "$0")/env.sh"

case ${1:-} in
    run) stages=run ;;
    test | sweep) stages="run $1" ;;
    *) fail "usage: ci/deps.sh run|test|sweep" ;;
esac
# Node.js from elsewhere than Debian brings npm with it, and refuses Debian's.
have=
! command -v npm > /dev/null || have="npm nodejs"
wanted=$(awk -v have=" $have " -v stages=" $stages " '!/^#/ && NF && index(stages, " " $2 " ") && !index(have, " " $1 " ") { print $1 }' ci/apt.txt)

if ! command -v dpkg-query > /dev/null; then
    echo "This is no Debian or Ubuntu; what these packages hold must be there:" $wanted >&2
    exit 0
fi

# Package names hold no spaces, and each is a word of its own from here on.
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2> /dev/null | sed -n 's/^installed //p')
missing=
for package in $wanted; do
    printf '%s\n' "$installed" | grep -qxF "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root="env"
elif command -v sudo > /dev/null; then
    as_root="sudo env"
else
    fail "These packages are missing, and only root can install them:
    apt-get install --no-install-recommends$missing"
fi
apt() {
    $as_root DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@"
}

echo "Installing:$missing"
for package in $missing; do
    if ! apt-cache policy "$package" | grep -q 'Candidate: [^(]'; then
        apt update
        updated=yes
        break
    fi
done
# Lists that are too old name files that are gone; new ones help once.
apt install --no-install-recommends $missing || {
    [ -z "${updated:-}" ] || fail "apt could not install:$missing"
    apt update
    apt install --no-install-recommends $missing || fail "apt could not install:$missing"
}
