#!/bin/sh
# Makes the Python environment with the hosts of ci/python.txt, and prints the path of its python.
. "$(dirname "$0")/env.sh"

venv=$CARGO_TARGET_DIR/venv
python=$venv/bin/python
if ! cmp -s ci/python.txt "$venv/python.txt" || ! "$python" -c "" 2> /dev/null; then
    command -v python3 > /dev/null || fail "python3 is missing; it comes with the package python3"
    rm -rf "$venv"
    python3 -m venv "$venv" >&2 || fail "python3 can't make environments; on Debian: apt-get install python3-venv"
    # Not bin/pip: its first line breaks where the path has a space.
    "$python" -m pip install --disable-pip-version-check -q -r ci/python.txt >&2 ||
        fail "pip could not install what ci/python.txt names"
    cp ci/python.txt "$venv/python.txt"
fi
printf '%s\n' "$python"
