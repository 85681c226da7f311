# The warnings of every source, per compiler; presets make them errors.
set(PL_WARNINGS
    -Wall -Wextra -Wpedantic -Wformat=2 -Wconversion -Wsign-conversion -Wshadow -Wundef -Wvla
    -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wswitch-enum -Wnull-dereference
    -Wwrite-strings)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    list(APPEND PL_WARNINGS -Wlogical-op -Wduplicated-cond -Wduplicated-branches)
elseif(CMAKE_C_COMPILER_ID MATCHES "Clang")
    list(APPEND PL_WARNINGS -Wcomma -Wconditional-uninitialized -Wassign-enum)
endif()
