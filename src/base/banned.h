/*
 * banned.h - functions that this program never calls; the build puts it in front of every source.
 *
 * The headers that declare them come first: a poisoned name may not even be declared.
 */
#ifndef PL_BASE_BANNED_H
#define PL_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy sprintf strtok atoi sscanf gmtime localtime strptime

#endif
