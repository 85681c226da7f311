#!/bin/bash
# install.sh - what `cmake --install` leaves behind is all that a user, and a program that uses the
# library, needs: it is built against with pkg-config and with find_package().
source "$(dirname "$0")/../support.sh"
need cmake pkg-config

prefix=$work/prefix
consumer=$PHASELINE_ROOT/tests/e2e/consumer
logs=$PHASELINE_ROOT/fixtures/demo/logs
# The same compiler and sanitizers as the library was built with.
cc=${PHASELINE_CC:-cc} cflags=${PHASELINE_CFLAGS:-}

cmake --install "$PHASELINE_BUILD" --prefix "$prefix" >"$out" 2>"$err" || fail "cmake --install"
libdir=$(dirname "$(find "$prefix" -name 'libphaseline.so')")
soname=$(readelf -d "$libdir/libphaseline.so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
equal "the SONAME holds the major version" libphaseline.so.0 "$soname"
equal "the built-in dialects are there to read" "$(ls "$PHASELINE_ROOT/dialects")" \
    "$(ls "$prefix/share/phaseline/dialects")"
for page in README.md CHANGELOG.md LICENSE dialects.md sql.md; do
    [ -s "$prefix/share/doc/phaseline/$page" ] || fail "the page $page"
done

# The program runs from where it was put, wherever that is.
mv "$prefix" "$work/moved" && prefix=$work/moved libdir=${libdir/\/prefix\//\/moved\/}
PHASELINE_BIN=$prefix/bin/phaseline
run 0 "$logs"
holds "the installed program" '^Verdict +STALLED' "$out"
run 0 --format json "$logs"
cp "$out" "$work/report.json"

# check_consumer HOW PROGRAM
check_consumer() {
    LD_LIBRARY_PATH=$libdir "$2" "$logs" >"$out" 2>"$err" || { fail "$1"; cat "$err"; }
    equal "$1: counts" 'phaseline 0.1.0: 44 events' "$(sed -n 1p "$out")"
    equal "$1: the row" 'node=NODE2 duration_us=2077224043' "$(sed -n 2p "$out")"
    tail -n +3 "$out" | cmp - "$work/report.json" || fail "$1: the report is not the program's"
}

export PKG_CONFIG_PATH=$libdir/pkgconfig
equal "pkg-config knows the version" 0.1.0 "$(pkg-config --modversion phaseline)"
# shellcheck disable=SC2086,SC2046 # flags are words
$cc $cflags -std=c11 -Wall -Wextra -Werror "$consumer/consumer.c" -o "$work/with-pkg-config" \
    $(pkg-config --cflags --libs phaseline) >"$out" 2>&1 || { fail "pkg-config"; cat "$out"; }
check_consumer pkg-config "$work/with-pkg-config"

cmake -S "$consumer" -B "$work/build" -DCMAKE_C_COMPILER="$cc" -DCMAKE_C_FLAGS="$cflags" \
    -DCMAKE_PREFIX_PATH="$prefix" >"$out" 2>&1 && cmake --build "$work/build" >>"$out" 2>&1 ||
    { fail "find_package"; cat "$out"; }
check_consumer find_package "$work/build/consumer"

# Every public header stands for itself, in C99 and in C++.
for header in "$prefix"/include/phaseline/*.h; do
    name=phaseline/$(basename "$header")
    echo "#include <$name>" >"$work/alone.c"
    $cc -std=c99 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I"$prefix/include" "$work/alone.c" ||
        fail "$name in C99"
    $cc -x c++ -Wall -Wextra -Werror -fsyntax-only -I"$prefix/include" "$work/alone.c" 2>"$err" ||
        grep -q "unable to execute\|cannot execute" "$err" || { fail "$name in C++"; cat "$err"; }
done
finish
