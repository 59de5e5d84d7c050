/*
 * After a storm the memory goes back to the system, though some blocks of it still live and lie
 * everywhere. Built without sanitizers, whose allocator is another one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCKS = 200000, BLOCK_BYTES = 512, KEPT_OF = 1000, LESS = 4 };

static void *blocks[BLOCKS];

/* In bytes; 0 when it cannot be read. */
static long resident(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    long whole = 0;
    long pages = 0;

    if (file == NULL)
        return 0;
    if (fscanf(file, "%ld %ld", &whole, &pages) != 2)
        pages = 0;
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

/* The program's own would bring its log with it. */
void must_fail(const char *file, int line, const char *condition)
{
    printf("%s:%d: must(%s) does not hold\n", file, line, condition);
    abort();
}

int main(void)
{
    long full;
    long freed;
    long trimmed;

    for (size_t i = 0; i < BLOCKS; i++)
        blocks[i] = memset(heap_new(BLOCK_BYTES), 1, BLOCK_BYTES);
    full = resident();
    for (size_t i = 0; i < BLOCKS; i++) {
        if (i % KEPT_OF != KEPT_OF - 1)
            heap_free(blocks[i]);
    }
    freed = resident();
    heap_trim();
    trimmed = resident();
    printf("resident: %ld full, %ld freed, %ld trimmed\n", full, freed, trimmed);
    for (size_t i = KEPT_OF - 1; i < BLOCKS; i += KEPT_OF)
        heap_free(blocks[i]);
    return trimmed > 0 && trimmed < full / LESS ? EXIT_SUCCESS : EXIT_FAILURE;
}
