/*
 * Receipts from outside. One that is read is written again byte by byte; and none holds whose checkpoint we
 * did not sign, or which proves another entry than that at its position.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/receipt.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of the published vectors: entry 3 of 7 is "event-3". */
static const struct text vkey =
    TEXT_OF("audit.example.com/ws/demo+7ee0fd96+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(8 << 20);
    struct text text = {(const char *)data, size};
    struct receipt receipt;
    struct note_keys keys;
    struct checkpoint checkpoint;
    struct error error = {0};

    must(note_keys_parse(arena, vkey, &keys));
    if (receipt_parse(arena, text, &receipt, &error) != STATUS_OK) {
        must(error.status == STATUS_INVALID && error.text[0] != '\0');
        return 0;
    }
    must(receipt.entry.size == 0 || text_equal(receipt_text(arena, &receipt), text));
    if (receipt_check(arena, &receipt, receipt.entry, &keys, &checkpoint, &error) == STATUS_OK)
        must(text_equal(
            text_of_bytes(receipt.entry),
            text_format(arena, "event-%llu", (unsigned long long)receipt.index)));
    return 0;
}
