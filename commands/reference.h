/*
 * What the catalogues of commands and refusals say of themselves, as Markdown.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_REFERENCE_H
#define COMMANDS_REFERENCE_H

struct buf;

/* Appends every command: a heading for each area, tables of input and answer for each command. */
void commands_describe(struct buf *out);

/* Appends a table of refusals for each area. */
void reference_refusals(struct buf *out);

/* Appends a row of such a table: code, status, text, remedy. */
struct refusal;
void reference_refusal(const struct refusal *refusal, struct buf *out);

#endif
