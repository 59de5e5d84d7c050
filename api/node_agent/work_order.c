/*
 * The shape of an order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/work_order.h"

static const struct field work_order_fields[] = {
    {LIST_OF(work_order, arguments, KIND_TEXT), .tag = 1, .flags = REQUIRED, .min = 1, .max = 512,
     .doc = "Program, by its path or its name, and its arguments."},
    {LIST_OF(work_order, environment, KIND_TEXT), .tag = 2, .max = 1024,
     .doc = "Variables, as NAME=value, beside the usual ones."},
    {TEXT(work_order, directory), .tag = 3, .min = 1, .max = 4096,
     .doc = "Directory that it starts in; the root unless told."},
};
const struct shape work_order_shape = SHAPE(work_order, "Program that is to be run.");
