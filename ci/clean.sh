#!/bin/sh
# Forgets everything that was built, made or rendered.
. "$(dirname "$0")/env.sh"

cargo clean
