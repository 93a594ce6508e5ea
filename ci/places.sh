# Read by install.sh and uninstall.sh: where things go, and which of them are ours.
#
# The manifest lists what was put there: files, and folders with a "/" at the end, each without DESTDIR.
# Folders that were there before are not in it, and what is not in it is never taken away.
. "$(dirname "$0")/env.sh"

LC_ALL=C
export LC_ALL
title='# "make install" of Dyad put these here, and "make uninstall" takes them away again.'

# tidy NAME VALUE: a folder's path without needless slashes.
tidy() {
    case $2 in
        *"
"*) fail "$1 has a line break in it" ;;
        /*) ;;
        *) fail "$1 must begin with /, and is '$2'" ;;
    esac
    case $2/ in
        */./* | */../*) fail "$1 has a . or .. in it: $2" ;;
    esac
    printf '%s\n' "$2" | sed 's|//*|/|g; s|/$||'
}

# Each of these is without `root`, which is DESTDIR as an absolute path.
case ${1:-} in
    "")
        root=${DESTDIR:-}
        case $root in
            "" | /*) ;;
            # As seen from where make was called.
            *) root=$dyad_caller/$root ;;
        esac
        prefix=$(tidy PREFIX "${PREFIX:-/usr/local}")
        lib=$(tidy LIBDIR "${LIBDIR:-$prefix/lib}")
        lv2=$lib/lv2 vst3=$lib/vst3 bin=$prefix/bin share=$prefix/share
        task=${0##*/}
        task=${task%.sh}
        who="as root (sudo make $task), or for yourself alone (make $task-user)"
        ;;
    user)
        root=
        [ -z "${DESTDIR:-}" ] || fail "DESTDIR has no meaning here: your own plugins are in your home folder"
        home=$(tidy HOME "${HOME:-}")
        lib=$home/.local/lib
        lv2=$home/.lv2 vst3=$home/.vst3 bin=$home/.local/bin share=$home/.local/share
        who="as the owner of $home"
        # It would leave root's files in somebody's home.
        if [ "$(id -u)" = 0 ] && [ -d "$home" ] && [ ! -O "$home" ]; then
            fail "$home is not root's; do this without sudo"
        fi
        ;;
    *) fail "usage: $0 [user]" ;;
esac
manifest=$lib/dyad/manifest

# All folders that something of ours goes to.
folders() {
    printf '%s\n' "$lv2" "$vst3" "$bin" "$lib/dyad" "$share/man/man1" "$share/bash-completion/completions" \
        "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
}

# Every single file of ours, as expressions; bundles hold the others.
ours_alone='/bin/dyad-host$
/dyad/dyad-webview$
/man/man1/dyad-host[a-z-]*\.1$
/bash-completion/completions/dyad-host$
/zsh/site-functions/_dyad-host$
/fish/vendor_completions\.d/dyad-host\.fish$'

# Whether a line is in the manifest.
ours() {
    [ -e "$root$manifest" ] && grep -qxF -e "$1" "$root$manifest"
}

# The bundles and single files that the manifest tells of.
installed() {
    [ -e "$root$manifest" ] || return 0
    # ~/.lv2 and ~/.vst3 hold bundles, and are none.
    sed -n -e 's|^\(/.*[^/]\.lv2\)/$|\1|p' -e 's|^\(/.*[^/]\.vst3\)/$|\1|p' "$root$manifest"
    grep -e "$ours_alone" "$root$manifest" || true
}

# Stops where the manifest says what install.sh never writes.
check_manifest() {
    [ -e "$root$manifest" ] || return 0
    [ -f "$root$manifest" ] && [ -r "$root$manifest" ] || fail "$root$manifest can't be read; do this $who"
    if [ "$(sed 1q "$root$manifest")" != "$title" ] || sed 1d "$root$manifest" | grep -q -v -e '^/.*/$' \
        -e '^/.*[^/]\.lv2/.' -e '^/.*[^/]\.vst3/.' -e "$ours_alone" -e '/dyad/manifest$' ||
        sed 1d "$root$manifest" | grep -q -e '^[^/]' -e '/\.\./' -e '/\.\.$'; then
        fail "$root$manifest is damaged, so it can't tell what was installed.
Take Dyad's bundles away by hand, and this file."
    fi
}

# What is in a bundle and not ours: folders with a "/" at the end, then files.
foreign_in() {
    [ -d "$root$1" ] || return 0
    (cd "$root$1" && find . ! -name . -type d | sed 's|$|/|' && find . ! -type d) | sed 's|^\./||' |
        while IFS= read -r entry; do
            ours "$1/$entry" || printf '%s\n' "$entry"
        done
}

# Stops unless files can be made in a folder and taken away from it.
check_writable() {
    [ -d "$1" ] || fail "$1 is in the way: it is not a folder"
    [ -w "$1" ] && [ -x "$1" ] || fail "$1 can't be written to; do this $who"
}

# Stops unless a bundle or a file can be moved away and deleted.
check_removable() {
    check_writable "$(dirname "$1")"
    [ -d "$1" ] || return 0
    find "$1" -type d > "$work/folders"
    while IFS= read -r folder; do
        check_writable "$folder"
    done < "$work/folders"
}

# What hosts must not see yet, or any more, lies in a folder beside its place, since only within one
# file system can it be moved in one step. Hosts find nothing there: neither the folder's name nor
# those in it end in .lv2 or .vst3, and it has no manifest.ttl.
staging_for() {
    staging=$(dirname "$1")/.dyad-$$
    [ -d "$root$staging" ] || {
        mkdir -m 700 "$root$staging"
        printf '%s\n' "$staging" >> "$work/stagings"
    }
}

# Tidies up in a folder after a run that was killed; a bundle that it had moved away comes back.
recover() {
    for stale in "$root$1"/.dyad-*; do
        [ -d "$stale" ] && ! kill -0 "${stale##*-}" 2> /dev/null || continue
        for old in "$stale"/*-old; do
            place=$root$1/$(basename "$old" -old)
            [ ! -e "$old" ] || [ -e "$place" ] || mv "$old" "$place"
        done
        rm -rf "$stale"
    done
}

# say WHAT PLACE: what was done; of the pages, one stands for all.
say() {
    case $2 in
        */man/man1/dyad-host-*) ;;
        *) echo "$1 $root$2" ;;
    esac
}

# Takes away what is ours of a bundle, or a single file. What a user put into a bundle stays.
take_away() {
    place=$root$1
    if [ -L "$place" ]; then
        echo "Left $place: it is a link now, which is not ours"
    elif [ -d "$place" ] && [ -n "$(foreign_in "$1")" ]; then
        # Files first: in this order a folder comes after all that is in it.
        sort -r "$root$manifest" | while IFS= read -r line; do
            case $line in
                "$1"/*/ | "$1"/) rmdir "$root$line" 2> /dev/null || true ;;
                "$1"/*) rm -f "$root$line" ;;
            esac
        done
        echo "Removed from $place, which stays: not all in it is ours"
    elif [ -e "$place" ]; then
        # Away in one step for hosts; one that has the binary open keeps what it has.
        staging_for "$1"
        mv "$place" "$root$staging/$(basename "$1")-old"
        say Removed "$1"
    fi
}

# Takes away folders, named on standard input, that are empty.
remove_folders() {
    sort -r | while IFS= read -r line; do
        rmdir "$root$line" 2> /dev/null || true
    done
}

work=$(mktemp -d)
: > "$work/stagings"
: > "$work/made"
finished=
clean_up() {
    while IFS= read -r staging; do
        rm -rf "$root$staging"
    done < "$work/stagings"
    # Folders that were made for what never came.
    [ -n "$finished" ] || remove_folders < "$work/made"
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' HUP INT TERM
