/*
 * Templates for scenarios.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_TEMPLATES_H
#define TESTS_SUPPORT_TEMPLATES_H

#include "eventlog/events/template_events.h"
#include "tests/support/scenario.h"

#define P1 id_named("template 1")

/* "Restart": a shell.exec of W1 that says "systemctl restart {{unit}}", whose parameter is a text that must be given. */
extern const struct template_parameter unit_parameter;
struct template_definition make_template(struct uuid template_id);

/* That it was created. */
void given_template(struct scenario *s, const struct template_definition *definition);

#endif
