/*
 * Saying it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "said.h"

#include "replay/exit_codes.h"

#include <stdio.h>

int said_complaint(const struct error *error)
{
    fprintf(stderr, "fleetledger: %s\n", error->text);
    return exit_code_for(error->status);
}

int said_text(struct text out)
{
    bool is_written = fwrite(out.data, 1, out.size, stdout) == out.size && fflush(stdout) == 0;

    return is_written ? EXIT_HOLDS : EXIT_TROUBLE;
}

int said_print(const struct buf *out)
{
    return said_text(buf_text(out));
}
