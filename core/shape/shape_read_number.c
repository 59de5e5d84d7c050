/*
 * Numbers: JSON's own, and numeric text. Whole ones must be whole, unless the row says that they
 * are clamped.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_check.h"
#include "core/shape/shape_internal.h"
#include "core/shape/shape_read_value.h"

#include <math.h>

/* Whole numbers up to here survive the way through a double. */
static const double LARGEST_INTEGER = 9223372036854774784.0;

struct number {
    double real;
    int64_t whole;
    bool is_whole;
};

static struct number number_of_double(double real)
{
    bool is_whole = real == trunc(real) && fabs(real) <= LARGEST_INTEGER;

    return (struct number){real, is_whole ? (int64_t)real : 0, is_whole};
}

static struct number number_of_int64(int64_t whole)
{
    return (struct number){(double)whole, whole, whole != INT64_ABSENT};
}

/* Empty text is zero, as clients of the wire contract have it. */
static bool coerce_number(const json_t *from, struct number *out)
{
    struct text value;
    int64_t whole = 0;
    double real;

    if (json_is_integer(from)) {
        *out = number_of_int64(json_integer_value(from));
        return true;
    }
    if (json_is_real(from)) {
        *out = number_of_double(json_real_value(from));
        return true;
    }
    if (!json_is_string(from))
        return false;
    value = text_trim(text_of_string(from));
    if (value.size == 0 || text_to_int64(value, &whole)) {
        *out = number_of_int64(whole);
        return true;
    }
    if (!double_parse(value, &real))
        return false;
    *out = number_of_double(real);
    return true;
}

static int64_t clamped_int64(const struct field *field, const struct number *number)
{
    struct number cut = number->is_whole ? *number : number_of_double(trunc(number->real));
    int64_t most = field->max == 0 ? INT64_MAX : field->max;

    if (!cut.is_whole)
        return cut.real < 0 ? field->min : most;
    if (cut.whole < field->min)
        return field->min;
    return cut.whole > most ? most : cut.whole;
}

bool read_int64(
    struct reading *reading, const struct place *place, const json_t *from, int64_t *out)
{
    struct number number;
    bool is_good;

    if (!coerce_number(from, &number))
        return refuse(reading, place);
    if ((place->field->flags & CLAMP) != 0) {
        *out = clamped_int64(place->field, &number);
        return true;
    }
    is_good = check_number(reading, place, number.real);
    if (!number.is_whole) {
        violate(reading, place, "must be an integer number");
        return false;
    }
    if (is_good)
        *out = number.whole;
    return is_good;
}

static double clamped_double(const struct field *field, double real)
{
    if (field->min != INT64_MIN && real < (double)field->min)
        return (double)field->min;
    if (field->max != 0 && real > (double)field->max)
        return (double)field->max;
    return real;
}

bool read_double(
    struct reading *reading, const struct place *place, const json_t *from, double *out)
{
    struct number number;

    if (!coerce_number(from, &number))
        return refuse(reading, place);
    if ((place->field->flags & CLAMP) != 0)
        number.real = clamped_double(place->field, number.real);
    else if (!check_number(reading, place, number.real))
        return false;
    *out = number.real;
    return true;
}
