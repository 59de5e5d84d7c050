/*
 * The test's own argon2id_verify() comes before the library's; jansson takes the allocator that it is
 * given.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/core/crypto/library_faults.h"

#include "core/base/heap.h"

#include <argon2.h>
#include <jansson.h>

#include <dlfcn.h>
#include <string.h>

static bool has_no_memory;
static size_t due; /* 0: none */
static size_t allocations;

void given_no_memory_for_passwords(bool is_missing)
{
    has_no_memory = is_missing;
}

int argon2id_verify(const char *encoded, const void *pwd, size_t pwdlen)
{
    int (*next)(const char *encoded, const void *pwd, size_t pwdlen);
    void *found = dlsym(RTLD_NEXT, "argon2id_verify");

    memcpy(&next, &found, sizeof(next));
    return has_no_memory ? ARGON2_MEMORY_ALLOCATION_ERROR : next(encoded, pwd, pwdlen);
}

static void *allocate_or_fail(size_t size)
{
    allocations++;
    return allocations == due ? NULL : heap_resize(NULL, size);
}

void given_jansson_fault(size_t nth)
{
    due = nth;
    allocations = 0;
    json_set_alloc_funcs(allocate_or_fail, heap_free);
}

bool jansson_fault_has_fired(void)
{
    return due > 0 && allocations >= due;
}
