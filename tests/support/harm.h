/*
 * Harm done to the files of a home behind everybody's back: a table of a closed environment, opened to
 * change what is stored in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_HARM_H
#define TESTS_SUPPORT_HARM_H

#include "eventlog/store/env.h"

struct harmed {
    struct store_env *env;
    struct store_txn *txn;
    struct store_table table;
};

struct harmed harm_begin(const char *directory, const char *file, struct store_table_spec spec);
void harm_end(struct harmed *harmed); /* commits */

/* Changes the value of the n-th pair of a table, counted from 0; NULL: removes the pair. */
void harm_pair(
    const char *directory,
    const char *file,
    struct store_table_spec spec,
    uint64_t n,
    void (*change)(uint8_t *bits, size_t size));

/* Changes for it. */
void harm_flip_middle(uint8_t *bits, size_t size);
void harm_raise_format(uint8_t *bits, size_t size); /* of a mark: another version's */

#endif
