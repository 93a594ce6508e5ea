#!/bin/sh
# install.sh [user]: puts the finished bundles, the program dyad-host with its manual pages and completions, and the
# program that shows web editors where hosts, shells and editors find them.
# Nothing is built here, so that root need not run a compiler.
#
#             LV2          VST3          dyad-host     pages, completions   dyad-webview, and the list of all this
#   (nothing) LIBDIR/lv2   LIBDIR/vst3   PREFIX/bin    PREFIX/share         LIBDIR/dyad         all below DESTDIR
#   user      ~/.lv2       ~/.vst3       ~/.local/bin  ~/.local/share       ~/.local/lib/dyad
#
# First everything is checked, then copied to the side, and at last moved into place, bundle by bundle.
. "$(dirname "$0")/places.sh"

umask 022
built=$CARGO_TARGET_DIR/bundles
program=$CARGO_TARGET_DIR/dyad-program/dyad-host
# Not there where it could not be built; then editors are native.
webview=$CARGO_TARGET_DIR/dyad/dyad-webview

# Each plugin has an example NAME_lv2, by which dyad-bundle finds it too. NAME has no spaces.
bundles=
for example in bundles/*/examples/*_lv2.rs; do
    name=$(basename "$example" _lv2.rs)
    bundles="$bundles $name.lv2 $name.vst3"
    [ -d "$built/$name.lv2" ] && [ -d "$built/$name.vst3" ] ||
        fail "$name.lv2 or $name.vst3 is missing in $built: run \`make bundles\` first"
    # The manifest names the other files.
    files=$(sed -n 's|.*<\([^<>:#]*\)>.*|\1|p' "$built/$name.lv2/manifest.ttl" 2> /dev/null | sort -u) || files=
    for file in manifest.ttl $files; do
        [ -s "$built/$name.lv2/$file" ] || fail "$built/$name.lv2 lacks $file: run \`make bundles\` again"
    done
    [ -s "$built/$name.vst3/Contents/Resources/moduleinfo.json" ] &&
        [ -n "$(find "$built/$name.vst3" -path "*/Contents/*-linux/$name.so" -size +0)" ] ||
        fail "$built/$name.vst3 is incomplete: run \`make bundles\` again"
    # An editor is in both bundles, with the licence of its font, which goes where the font goes.
    case " $(echo $files) " in
        *" ${name}_ui.so "*)
            [ -s "$built/$name.lv2/OFL.txt" ] && [ -s "$built/$name.vst3/Contents/Resources/OFL.txt" ] &&
                [ -n "$(find "$built/$name.vst3" -path "*/Contents/*-linux/editor/${name}_ui.so" -size +0)" ] ||
                fail "$name.lv2 or $name.vst3 lacks parts of its editor: run \`make bundles\` again"
            ;;
    esac
done
[ -s "$program" ] && [ -x "$program" ] || fail "$program is missing: run \`make program\` first"
programs=$bin/dyad-host
if [ -s "$webview" ] && [ -x "$webview" ]; then
    programs="$programs
$lib/dyad/dyad-webview"
else
    echo "Web editors are left out, native ones take their place: there is no $webview" >&2
fi
described=$CARGO_TARGET_DIR/dyad-program/share
for file in man/man1/dyad-host.1 bash-completion/completions/dyad-host zsh/site-functions/_dyad-host \
    fish/vendor_completions.d/dyad-host.fish; do
    [ -s "$described/$file" ] || fail "$described/$file is missing: run \`make program\` first"
done
files=$(cd "$described" && find . -type f | sed 's|^\./||' | sort)
for file in $files; do
    # What uninstall.sh would not know is a mistake of program.sh.
    printf '%s\n' "/$file" | grep -q -e "$ours_alone" || fail "$described/$file has no place"
done

# The built file of a single file's place.
built_file() {
    case $1 in
        "$bin/dyad-host") printf '%s\n' "$program" ;;
        "$lib/dyad/dyad-webview") printf '%s\n' "$webview" ;;
        *) printf '%s\n' "$described/${1#"$share/"}" ;;
    esac
}

# Where a bundle goes.
place_of() {
    case $1 in
        *.lv2) printf '%s\n' "$lv2/$1" ;;
        *) printf '%s\n' "$vst3/$1" ;;
    esac
}

# Whether it is a folder without a plugin: what a user had put into a bundle, and uninstall.sh left.
is_remains() {
    [ -d "$1" ] && [ ! -e "$1/manifest.ttl" ] && [ ! -e "$1/Contents" ]
}

# Stops where there is something that may not be replaced.
check_ours() {
    [ -e "$root$1" ] || [ -L "$root$1" ] || return 0
    # What bundles are, a link or a file is not; and the other way round.
    kind=
    [ -L "$root$1" ] || [ ! -d "$root$1" ] || kind=/
    [ ! -L "$root$1" ] && { ours "$1$kind" || is_remains "$root$1"; } ||
        fail "$root$1 is there already, and not from here: take it away first, then install"
    check_removable "$root$1"
}

check_manifest
folders > "$work/where"
while IFS= read -r folder; do
    there=$root$folder
    while [ ! -e "$there" ] && [ ! -L "$there" ]; do
        there=$(dirname "$there")
    done
    check_writable "$there"
done < "$work/where"
for bundle in $bundles; do
    place=$(place_of "$bundle")
    check_ours "$place"
    # A user's file where one of ours would go.
    foreign_in "$place" > "$work/foreign"
    while IFS= read -r entry; do
        case $entry in
            */) [ ! -e "$built/$bundle/$entry" ] || continue ;;
        esac
        [ ! -e "$built/$bundle/${entry%/}" ] ||
            fail "$root$place/${entry%/} is there already, and not from here: take it away first, then install"
    done < "$work/foreign"
    printf '%s\n' "$place" >> "$work/places"
done
printf '%s\n' "$programs" > "$work/alone"
for file in $files; do
    printf '%s/%s\n' "$share" "$file"
done >> "$work/alone"
while IFS= read -r place; do
    check_ours "$place"
done < "$work/alone"
cat "$work/alone" >> "$work/places"
# What an older version had, and this one has no more.
installed | grep -vxF -f "$work/places" > "$work/outdated" || true
while IFS= read -r place; do
    [ ! -e "$root$place" ] || check_removable "$root$place"
done < "$work/outdated"

# Makes a folder and what leads to it.
make_folder() {
    [ ! -d "$root$1/" ] || return 0
    make_folder "$(dirname "$1")"
    mkdir -m 755 "$root$1"
    printf '%s/\n' "$1" >> "$work/made"
}

# From here on files are written.
mkdir -p "$root/"
while IFS= read -r folder; do
    make_folder "$folder"
    recover "$folder"
done < "$work/where"
for bundle in $bundles; do
    place=$(place_of "$bundle")
    staging_for "$place"
    new=$root$staging/$bundle-new
    cp -R "$built/$bundle" "$new"
    # Whatever the mode of the built files.
    find "$new" -type d -exec chmod 755 {} +
    find "$new" -type f -exec chmod 644 {} +
    (cd "$new" && find . -type d | sed 's|$|/|' && find . -type f) | sed 's|^\./||' |
        while IFS= read -r entry; do
            printf '%s/%s\n' "$place" "$entry"
        done >> "$work/files"
    foreign_in "$place" | while IFS= read -r entry; do
        entry=${entry%/}
        [ -e "$new/$entry" ] || {
            mkdir -p "$(dirname "$new/$entry")"
            cp -RPp "$root$place/$entry" "$new/$entry"
        }
    done
done
while IFS= read -r place; do
    staging_for "$place"
    new=$root$staging/$(basename "$place")-new
    cp "$(built_file "$place")" "$new"
    case $place in
        "$bin/dyad-host" | "$lib/dyad/dyad-webview") chmod 755 "$new" ;;
        *) chmod 644 "$new" ;;
    esac
done < "$work/alone"
cat "$work/alone" >> "$work/files"
printf '%s\n' "$manifest" >> "$work/files"
# Folders outside of bundles that this or an earlier install made.
[ ! -e "$root$manifest" ] || sed 1d "$root$manifest" | grep '/$' |
    grep -v -e '[^/]\.lv2/' -e '[^/]\.vst3/' >> "$work/made-before" || true
cat "$work/made" >> "$work/made-before"

# Lists what is ours, in one step too.
write_manifest() {
    { printf '%s\n' "$title" && sort -u "$@"; } > "$root$staging/manifest"
    chmod 644 "$root$staging/manifest"
    mv -f "$root$staging/manifest" "$root$manifest"
}

# The rest is short, and not to be stopped half-way.
trap '' HUP INT TERM
staging_for "$manifest"
if [ -e "$root$manifest" ]; then
    sed 1d "$root$manifest" > "$work/before"
    write_manifest "$work/before" "$work/files" "$work/made-before"
else
    write_manifest "$work/files" "$work/made-before"
fi
finished=yes
while IFS= read -r place; do
    staging_for "$place"
    name=$(basename "$place")
    # A program that runs and a binary that is loaded stay what they are: they only lose their name.
    if [ -d "$root$place" ]; then
        mv "$root$place" "$root$staging/$name-old"
    fi
    mv -f "$root$staging/$name-new" "$root$place" || {
        [ ! -e "$root$staging/$name-old" ] || mv "$root$staging/$name-old" "$root$place"
        fail "$root$place could not be put there"
    }
    say Installed "$place"
done < "$work/places"
while IFS= read -r place; do
    take_away "$place"
done < "$work/outdated"
staging_for "$manifest"
write_manifest "$work/files" "$work/made-before"

case ${1:-}::$PATH: in
    user:*:"$bin":*) ;;
    user:*) echo "Your shell finds dyad-host when $bin is in PATH." ;;
esac
