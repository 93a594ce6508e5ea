#!/bin/sh
# uninstall.sh [user]: takes away what `install.sh [user]` put there, and nothing else.
. "$(dirname "$0")/places.sh"

if [ ! -e "$root$manifest" ]; then
    echo "Nothing is installed: there is no $root$manifest"
    exit 0
fi
check_manifest
check_writable "$(dirname "$root$manifest")"
installed > "$work/places"
while IFS= read -r place; do
    [ ! -e "$root$place" ] || [ -L "$root$place" ] || check_removable "$root$place"
done < "$work/places"

# From here on files are deleted; the manifest last, so that a run that was stopped can be repeated.
folders > "$work/where"
while IFS= read -r folder; do
    recover "$folder"
done < "$work/where"
while IFS= read -r place; do
    take_away "$place"
done < "$work/places"
sed 1d "$root$manifest" | grep '/$' > "$work/made"
rm -f "$root$manifest"
# The folders that install.sh made, where they are empty, are left to clean_up.
