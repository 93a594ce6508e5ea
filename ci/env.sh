# Read by the other scripts: stops at the first error, goes to the project's folder, and sets
# CARGO_TARGET_DIR, the one place of everything that is made.
set -eu
dyad_caller=$PWD
cd "$(dirname "$0")/.."

# Set by `make -j` for makes below it; cargo has its own.
unset MAKEFLAGS MFLAGS MAKELEVEL

case ${CARGO_TARGET_DIR:-} in
    "") CARGO_TARGET_DIR=$PWD/target ;;
    /*) ;;
    *) CARGO_TARGET_DIR=$dyad_caller/$CARGO_TARGET_DIR ;;
esac
export CARGO_TARGET_DIR

# rustup's folder is not in the path of a shell that was open when rustup came.
command -v cargo > /dev/null || PATH=${CARGO_HOME:-${HOME:-/root}/.cargo}/bin:$PATH

# Says why and stops.
fail() {
    echo "$*" >&2
    exit 1
}
