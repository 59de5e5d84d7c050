/*
 * Text beyond ASCII, by the rules of the Unicode standard: one form for what is written in several,
 * domains as DNS knows them, names that cannot be taken for others. ICU is known here, and in
 * core/time. Any thread.
 *
 * All take clean UTF-8; results lie in the arena, ASCII mostly comes back as it was. Absent where the
 * text is too long for a name (UNICODE_LONGEST bytes).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_UNICODE_UNICODE_H
#define CORE_UNICODE_UNICODE_H

#include "core/base/arena.h"
#include "core/base/text.h"

#include <stdbool.h>

enum { UNICODE_LONGEST = 1024 };

bool unicode_is_ascii(struct text t);

/* Normalization form C: "é" is one character, however it was typed. */
struct text unicode_composed(struct arena *arena, struct text t);

/* Small letters of all scripts, whatever the language. */
struct text unicode_lowered(struct arena *arena, struct text t);

/* What a search compares: small letters of one form, so that "MÜLLER" finds "müller" and full-width
 * letters find others (NFKC_Casefold). */
struct text unicode_folded(struct arena *arena, struct text t);

/* The domain as DNS has it (UTS #46, nontransitional): "xn--bcher-kva.example" for "Bücher.example".
 * Absent where it is none. */
struct text unicode_domain(struct arena *arena, struct text domain);

/* Can a reader tell it from other names (UTS #39)? It holds no invisible character, mixes no scripts
 * beyond what languages do, and does not look like ASCII where it is not. ASCII always can. */
bool unicode_is_unmistakable(struct text name);

#endif
