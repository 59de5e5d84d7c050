/*
 * fleetledger describe: the binary recites its tables.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include "core/cli/cli.h"

struct describe_input {
    struct enum_value page;
    struct text directory; /* absent: to standard output */
};
extern const struct shape describe_input_shape;

/* Prints or writes reference pages. Gives the exit code. */
int describe_run(const struct cli *cli, const struct describe_input *input);

#endif
