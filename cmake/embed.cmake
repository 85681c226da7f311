# cmake -DOUT=file.c -DSCHEMA=schema.sql -DDIALECTS=a.yaml;b.yaml -P embed.cmake
#
# Writes the files as arrays of bytes: string literals over 4095 characters are not ISO C.

# Appends the array text_<id> to `source`, and sets `entry` to the pl_embedded of it.
function(embed id path)
    file(READ ${path} bytes HEX)
    string(REGEX REPLACE "(................................)" "\\1\n    " bytes "${bytes}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1, " bytes "${bytes}")
    string(REPLACE ", \n" ",\n" bytes "${bytes}")
    get_filename_component(name ${path} NAME)
    set(array "static const unsigned char text_${id}[] = {\n    ${bytes}0x00};\n")
    set(source "${source}\n/* ${name} */\n${array}" PARENT_SCOPE)
    set(entry "{\"${name}\", (const char *)text_${id}, sizeof text_${id} - 1}" PARENT_SCOPE)
endfunction()

set(source "/* embedded.c - written by cmake/embed.cmake. */\n#include \"base/embedded.h\"\n")
embed(schema ${SCHEMA})
set(schema_entry ${entry})

set(entries "")
set(count 0)
foreach(path IN LISTS DIALECTS)
    embed(${count} ${path})
    string(APPEND entries "    ${entry},\n")
    math(EXPR count "${count} + 1")
endforeach()
if(count EQUAL 0)
    set(entries "    {\"\", \"\", 0},\n")
endif()

string(APPEND source "\nconst pl_embedded pl_embedded_schema = ${schema_entry};\n"
    "const pl_embedded pl_embedded_dialects[] = {\n${entries}};\n"
    "const size_t pl_embedded_dialect_count = ${count};\n")
file(WRITE ${OUT} "${source}")
