/*
 * fleetledger describe: the binary recites its tables.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DESCRIBE_H
#define DESCRIBE_H

/* Prints or writes reference pages; `args` are what follows the sub-command. Gives the exit code. */
int describe_run(int count, char **args);

#endif
