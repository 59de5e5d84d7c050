/*
 * Runs a fuzz target once over every file of the directories it is given, without a fuzzer: so the
 * corpus is an ordinary test under any compiler. A directory without inputs is a failure, because
 * a test that runs nothing proves nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX_BYTES = 1 << 20 };

/* Exactly as large as the input, so that the address sanitizer sees a read beyond its end. */
static void run_input(const uint8_t *data, size_t size)
{
    uint8_t *exact = heap_new(size + (size == 0));

    for (size_t i = 0; i < size; i++)
        exact[i] = data[i];
    LLVMFuzzerTestOneInput(exact, size);
    heap_free(exact);
}

static int run_file(const char *path, uint8_t *buffer)
{
    FILE *file = fopen(path, "rb");
    size_t size;

    if (file == NULL)
        return 0;
    size = fread(buffer, 1, INPUT_MAX_BYTES, file);
    fclose(file);
    run_input(buffer, size);
    return 1;
}

static int run_directory(const char *path, uint8_t *buffer)
{
    DIR *directory = opendir(path);
    char file[4096];
    int count = 0;

    if (directory == NULL)
        return 0;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.')
            count += run_file(file, buffer);
    }
    closedir(directory);
    return count;
}

int main(int argc, char **argv)
{
    uint8_t *buffer = heap_new(INPUT_MAX_BYTES);
    int failures = argc < 2;

    run_input(buffer, 0);
    for (int i = 1; i < argc; i++) {
        int count = run_directory(argv[i], buffer);

        printf("%s: %d inputs\n", argv[i], count);
        failures += count == 0;
    }
    heap_free(buffer);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
