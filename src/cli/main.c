/* main.c - the program: everything is in the library of commands. */
#include "cli/commands.h"

int main(int argc, char **argv)
{
    return (int)pl_cli_run(argc, argv);
}
