/*
 * Real numbers as text: written as short as they read back the same, read without surprises.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Above this a double no longer tells neighbouring whole numbers apart. */
static const double LARGEST_EXACT_INTEGER = 9007199254740992.0;

void shape_print_double(double value, char out[NUMBER_TEXT_SIZE])
{
    if (fabs(value) <= LARGEST_EXACT_INTEGER && value == trunc(value)) {
        snprintf(out, NUMBER_TEXT_SIZE, "%lld", (long long)value);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, NUMBER_TEXT_SIZE, "%.*g", digits, value);
        if (strtod(out, NULL) == value)
            return;
    }
}

static bool is_number_char(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

bool shape_parse_double(struct text t, double *out)
{
    char digits[512];
    char *end;
    double value;

    t = text_trim(t);
    if (t.size == 0 || t.size >= sizeof(digits))
        return false;
    for (size_t i = 0; i < t.size; i++) {
        if (!is_number_char(t.data[i]))
            return false;
    }
    memcpy(digits, t.data, t.size);
    digits[t.size] = '\0';
    value = strtod(digits, &end);
    if (*end != '\0' || !isfinite(value))
        return false;
    *out = value;
    return true;
}
