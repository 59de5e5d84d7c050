/*
 * What orders about people need of keys.mdb, and what is certified of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PRIVACY_PRIVACY_HOOKS_H
#define API_PRIVACY_PRIVACY_HOOKS_H

#include "core/shape/shape.h"
#include "eventlog/seal.h"

struct call;

/* The ids of all keys of a person, joined, in the arena; the first MOST_ERASED_KEYS. Any thread. */
MUST_USE enum status privacy_find_keys(
    struct keyring *keyring,
    struct uuid subject,
    struct arena *arena,
    struct bytes *out,
    struct error *error);

bool privacy_prepare_erasure(struct call *call, void *input);

extern const struct shape certificate_shape;
extern const struct shape certificate_question_shape;
void certificate_answer(struct call *call, const void *answer);
void certificate_handle(struct call *call);

#endif
