/*
 * Real numbers as text.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_internal.h"
#include "tests/support/expect.h"

#include <stdlib.h>

static void decimal_text_is_read(void)
{
    double value = 0;

    expect(shape_parse_double(text_lit(" -1.5e3 "), &value) && value == -1500.0);
    expect(shape_parse_double(text_lit("+.5"), &value) && value == 0.5);
    expect(shape_parse_double(text_lit("007"), &value) && value == 7.0);
}

static void anything_else_is_refused(void)
{
    static const char *const bad[] = {"",    " ",  "x",   "0x10", "inf", "nan", "1e999",
                                      "1 2", "1e", "--1", ".",    "1,5", "1f"};
    char digits[600];
    double value = 77;

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect(!shape_parse_double(text_from(bad[i]), &value));
    memset(digits, '1', sizeof(digits));
    expect(!shape_parse_double((struct text){digits, sizeof(digits)}, &value));
    expect(value == 77.0);
}

static void printed_numbers_read_back_the_same(void)
{
    double value = 1e-310;

    for (int i = 0; i < 4000 && value < 1e308 && value > -1e308;
         i++, value *= -1.4142135623730951) {
        char digits[NUMBER_TEXT_SIZE];
        shape_print_double(value, digits);
        expect(strtod(digits, NULL) == value);
    }
}

static const struct test tests[] = {
    TEST(decimal_text_is_read),
    TEST(anything_else_is_refused),
    TEST(printed_numbers_read_back_the_same),
};

const struct suite test_shape_number_suite = SUITE("core/shape/shape_number", tests);
