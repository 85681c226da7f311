/* replay.c - runs a fuzz target on the files of the folders named, without libFuzzer. */
#include <dirent.h>
#include <string.h>

#include "fuzz.h"

#define INPUT_MAX ((size_t)1 << 20)

static void replay(const char *path)
{
    /* A block of its own size, so that a sanitizer sees the end of the input. */
    static uint8_t all[INPUT_MAX];
    FILE *file = fopen(path, "rb");
    PROMISE(file != NULL);
    size_t size = fread(all, 1, sizeof all, file);
    fclose(file);
    uint8_t *data = malloc(size + (size == 0));
    PROMISE(data != NULL);
    memcpy(data, all, size);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
}

static size_t replay_folder(const char *folder)
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    PROMISE(dir != NULL);
    const struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        char path[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        replay(path);
        count++;
    }
    closedir(dir);
    return count;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    for (int i = 1; i < argc; i++)
        count += replay_folder(argv[i]);
    printf("%zu seeds\n", count);
    return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
