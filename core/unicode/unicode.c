/*
 * Text beyond ASCII, by ICU, which speaks UTF-16: in, a function of its own, and out again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/unicode/unicode.h"

#include <unicode/ucasemap.h>
#include <unicode/uidna.h>
#include <unicode/unorm2.h>
#include <unicode/uset.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

/* A character of UTF-8 grows at most threefold, in units of UTF-16 or in bytes. */
enum { MOST_UNITS = 3 * UNICODE_LONGEST };

static const struct text absent = {NULL, 0};

bool unicode_is_ascii(struct text t)
{
    for (size_t i = 0; i < t.size; i++) {
        if ((unsigned char)t.data[i] >= 0x80)
            return false;
    }
    return true;
}

typedef const UNormalizer2 *normalizer(UErrorCode *error);

static struct text normalized(normalizer *get, struct arena *arena, struct text t)
{
    UErrorCode error = U_ZERO_ERROR;
    UChar from[MOST_UNITS];
    UChar to[MOST_UNITS];
    char *out;
    int32_t size;

    if (t.size > UNICODE_LONGEST)
        return absent;
    out = arena_take(arena, MOST_UNITS);
    u_strFromUTF8(from, MOST_UNITS, &size, t.data, (int32_t)t.size, &error);
    size = unorm2_normalize(get(&error), from, size, to, MOST_UNITS, &error);
    u_strToUTF8(out, MOST_UNITS, &size, to, size, &error);
    return U_SUCCESS(error) ? (struct text){out, (size_t)size} : absent;
}

struct text unicode_composed(struct arena *arena, struct text t)
{
    return unicode_is_ascii(t) ? t : normalized(unorm2_getNFCInstance, arena, t);
}

struct text unicode_folded(struct arena *arena, struct text t)
{
    return unicode_is_ascii(t) ? text_lower(arena, t)
                               : normalized(unorm2_getNFKCCasefoldInstance, arena, t);
}

struct text unicode_lowered(struct arena *arena, struct text t)
{
    UErrorCode error = U_ZERO_ERROR;
    UCaseMap *map;
    char *out;
    int32_t size;

    if (unicode_is_ascii(t))
        return text_lower(arena, t);
    if (t.size > UNICODE_LONGEST)
        return absent;
    out = arena_take(arena, MOST_UNITS);
    map = ucasemap_open("", 0, &error);
    size = ucasemap_utf8ToLower(map, out, MOST_UNITS, t.data, (int32_t)t.size, &error);
    ucasemap_close(map);
    return U_SUCCESS(error) ? (struct text){out, (size_t)size} : absent;
}

struct text unicode_domain(struct arena *arena, struct text domain)
{
    const uint32_t options = UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
                             UIDNA_NONTRANSITIONAL_TO_ASCII;
    UErrorCode error = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UIDNA *rules;
    char *out;
    int32_t size;

    if (domain.size == 0 || domain.size > UNICODE_LONGEST)
        return absent;
    out = arena_take(arena, MOST_UNITS);
    rules = uidna_openUTS46(options, &error);
    size = uidna_nameToASCII_UTF8(
        rules, domain.data, (int32_t)domain.size, out, MOST_UNITS, &info, &error);
    uidna_close(rules);
    return U_SUCCESS(error) && info.errors == 0 ? (struct text){out, (size_t)size} : absent;
}

/* Does it look like ASCII through and through? */
static bool looks_like_ascii(const USpoofChecker *checker, struct text name, UErrorCode *error)
{
    char skeleton[4 * UNICODE_LONGEST];
    int32_t size = uspoof_getSkeletonUTF8(
        checker, 0, name.data, (int32_t)name.size, skeleton, sizeof(skeleton), error);

    return U_FAILURE(*error) || unicode_is_ascii((struct text){skeleton, (size_t)size});
}

/* What Unicode recommends for identifiers, and all that one sees of ASCII. */
static void allow_letters(USpoofChecker *checker, UErrorCode *error)
{
    USet *allowed = uset_cloneAsThawed(uspoof_getRecommendedSet(error));

    uset_addRange(allowed, 0x21, 0x7e);
    uspoof_setAllowedChars(checker, allowed, error);
    uset_close(allowed);
}

bool unicode_is_unmistakable(struct text name)
{
    UErrorCode error = U_ZERO_ERROR;
    USpoofChecker *checker;
    bool is_good;

    if (unicode_is_ascii(name))
        return true;
    if (name.size > UNICODE_LONGEST)
        return false;
    checker = uspoof_open(&error);
    uspoof_setRestrictionLevel(checker, USPOOF_HIGHLY_RESTRICTIVE);
    allow_letters(checker, &error);
    uspoof_setChecks(
        checker,
        USPOOF_RESTRICTION_LEVEL | USPOOF_CHAR_LIMIT | USPOOF_INVISIBLE | USPOOF_MIXED_NUMBERS,
        &error);
    is_good = uspoof_checkUTF8(checker, name.data, (int32_t)name.size, NULL, &error) == 0 &&
              U_SUCCESS(error) && !looks_like_ascii(checker, name, &error);
    uspoof_close(checker);
    return is_good;
}
