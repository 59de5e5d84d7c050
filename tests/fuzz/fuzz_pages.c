/*
 * Files of LMDB, as verify and the start look at them page by page. The first byte chooses: an even
 * one takes the rest as the file; an odd one makes the heads right, of both meta pages and of all
 * that have a kind, so that what they hold is looked at. A file that is accepted has each page in one place.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/store/pages.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SMALL_PAGE = 512, KIND = 10, META = 16, LAST_PAGE = META + 120, LARGEST = 256 * 1024 };

static void make_heads_right(uint8_t *file, size_t size)
{
    static const uint32_t begin[] = {0xBEEFC0DE, 1};
    static const uint32_t page_size = SMALL_PAGE;
    uint64_t pages = size / SMALL_PAGE;
    uint64_t last = pages - 1;

    for (uint64_t i = 0; i < pages; i++) {
        uint8_t *page = file + i * SMALL_PAGE;
        if ((page[KIND] | page[KIND + 1]) != 0)
            memcpy(page, &i, sizeof(i));
        if (i >= 2)
            continue;
        memcpy(page + META, begin, sizeof(begin));
        memcpy(page + META + 24, &page_size, sizeof(page_size));
        memcpy(page + LAST_PAGE, &last, sizeof(last));
    }
}

static void check(const uint8_t *bytes, size_t size)
{
    struct pages_commit commit = {"a.mdb", memfd_create("a.mdb", MFD_CLOEXEC), 0};
    struct pages_usage usage = {0};
    struct error error = {0};
    enum status status;

    must(commit.descriptor >= 0);
    must(write(commit.descriptor, bytes, size) == (ssize_t)size);
    status = pages_check_commit(&commit, &usage, &error);
    must(status == STATUS_OK || status == STATUS_CORRUPT || status == STATUS_NOT_FOUND);
    must(status != STATUS_OK || usage.used + usage.free == usage.pages);
    must((status == STATUS_CORRUPT) == (error.text[0] != '\0'));
    close(commit.descriptor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *file;

    if (size < 2 || size > LARGEST)
        return 0;
    file = heap_new(size - 1);
    memcpy(file, data + 1, size - 1);
    if (data[0] % 2 == 1 && size > 2 * SMALL_PAGE)
        make_heads_right(file, size - 1);
    check(file, size - 1);
    heap_free(file);
    return 0;
}
