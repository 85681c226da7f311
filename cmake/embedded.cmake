# schema.sql and the built-in dialects as a C source, PL_EMBEDDED_C; src/base/embedded.h is its interface.
set(PL_EMBEDDED_C ${PROJECT_BINARY_DIR}/generated/embedded.c)
set(PL_SCHEMA ${PROJECT_SOURCE_DIR}/schema.sql)
file(GLOB PL_DIALECTS CONFIGURE_DEPENDS dialects/*.yaml)
list(SORT PL_DIALECTS)

add_custom_command(
    OUTPUT ${PL_EMBEDDED_C}
    COMMAND ${CMAKE_COMMAND} -DOUT=${PL_EMBEDDED_C} -DSCHEMA=${PL_SCHEMA}
            "-DDIALECTS=${PL_DIALECTS}" -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${PL_SCHEMA} ${PL_DIALECTS} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    COMMENT "Embedding schema.sql and the dialects"
    VERBATIM)

# Makes the build fail when a sample of a built-in dialect does.
function(pl_check_dialects program)
    set(stamp ${PROJECT_BINARY_DIR}/generated/dialects.checked)
    add_custom_command(
        OUTPUT ${stamp}
        COMMAND ${CMAKE_COMMAND} -E env XDG_CONFIG_HOME=${PROJECT_BINARY_DIR}/generated
            $<TARGET_FILE:${program}> dialects test
        COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
        DEPENDS ${program}
        COMMENT "Running the samples of the built-in dialects"
        VERBATIM)
    add_custom_target(check_dialects ALL DEPENDS ${stamp})
endfunction()
