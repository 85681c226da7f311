#!/bin/bash
# layers.sh - a layer includes only itself and those before it, third-party headers stay in their
# layers, and nothing below cli asks for the time, the environment, the locale or the terminal.
set -euo pipefail
cd "${PHASELINE_ROOT:-$(dirname "$0")/../..}"

find src -mindepth 2 -name '*.[ch]' -print0 | sort -z | xargs -0 awk '
    function complain(text) { printf "%s:%d: %s\n", FILENAME, FNR, text; bad = 1 }
    function allow(header, layers) { owners[header] = " " layers " " }
    BEGIN {
        count = split("base io decode dialect scan match store ingest analysis render api cli", names, " ")
        for (i = 1; i <= count; i++) rank[names[i]] = i
        allow("archive.h", "io"); allow("archive_entry.h", "io"); allow("xxhash.h", "io")
        allow("xxh_x86dispatch.h", "io")
        allow("zlib.h", "io"); allow("lzma.h", "io"); allow("zstd.h", "io"); allow("bzlib.h", "io")
        allow("lz4frame.h", "io")
        allow("iconv.h", "decode"); allow("expat.h", "decode"); allow("yaml.h", "dialect")
        allow("pcre2.h", "dialect match"); allow("sqlite3.h", "store"); allow("getopt.h", "cli")
    }
    FNR == 1 {
        split(FILENAME, parts, "/")
        layer = parts[2]
        if (!(layer in rank)) complain("no such layer: " layer)
    }
    /^ *# *include *"/ {
        split($0, quoted, "\"")
        split(quoted[2], parts, "/")
        other = parts[1]
        if (other == "phaseline") next
        if (!(other in rank)) complain("include names no layer: " quoted[2])
        else if (rank[other] > rank[layer]) complain(layer " includes the later layer " other)
    }
    /^ *# *include *</ {
        split($0, angled, /[<>]/)
        header = angled[2]
        if ((header in owners) && index(owners[header], " " layer " ") == 0)
            complain(layer " includes " header)
    }
    layer != "cli" && /(^|[^A-Za-z0-9_.>])(time|clock_gettime|gettimeofday|getenv|secure_getenv|setlocale|isatty)\(/ {
        complain("below cli nobody looks at the world: " $0)
    }
    END { exit bad }
'
