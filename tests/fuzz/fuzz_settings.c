/*
 * The command line's settings: words separated by NUL. They are read, or refused by a sentence.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/settings.h"
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/config/config.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_WORDS = 64 };

static int split(char *words, size_t size, char *args[MOST_WORDS])
{
    int count = 0;

    for (size_t at = 0; at < size && count < MOST_WORDS; at += strlen(words + at) + 1)
        args[count++] = words + at;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct settings settings;
    struct config_found found;
    char *args[MOST_WORDS];
    struct error error = {0};
    char *words;

    if (size == 0 || size > 8192)
        return 0;
    words = arena_take(arena, size + 1);
    memcpy(words, data, size);
    words[size] = '\0';
    if (config_read(
            &settings_config,
            &(const struct config_given){.arg_count = split(words, size, args), .args = args},
            arena, &settings, &found, &error) != STATUS_OK)
        must(error.text[0] != '\0' && text_is_clean_utf8(text_from(error.text)));
    return 0;
}
