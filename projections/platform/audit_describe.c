/*
 * Reciting the rules of the audit trail, event by event.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/must.h"
#include "projections/audit.h"

static const char *const list_names[] = {
    [AUDIT_PLATFORM] = "platform",
    [AUDIT_WORKSPACE] = "workspace",
    [AUDIT_OWNER] = "workspace or platform",
    [AUDIT_PLATFORM_AND_WORKSPACE] = "platform, workspace",
};

static void describe_details(const struct detail *details, struct buf *out)
{
    char name[64];

    for (const struct detail *detail = details; detail->name != NULL; detail++) {
        field_json_name(&(struct field){.name = detail->name}, name);
        buf_printf(out, "%s`%s`", detail == details ? "" : ", ", name);
    }
}

static void describe_entry(const struct audit_rule *rule, struct buf *out)
{
    buf_printf(
        out, "| `%s` | `%s` | `%s` | %s | ", rule->event->name, rule->action, rule->target_type,
        list_names[rule->list]);
    if (rule->metadata != NULL)
        describe_details(rule->metadata, out);
    if (rule->after != NULL) {
        buf_add_c(out, "before and after: ");
        describe_details(rule->after, out);
    }
    buf_add_c(out, " |\n");
}

static void describe_rule(const struct event_type *type, struct buf *out)
{
    const struct audit_rule *rule = audit_rule_of(type);

    must(rule != NULL);
    if (rule->no_entry == NULL)
        describe_entry(rule, out);
    else
        buf_printf(out, "| `%s` | no entry | | | %s |\n", type->name, rule->no_entry);
}

void audit_describe(struct buf *out)
{
    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        buf_printf(
            out,
            "\n## %s\n\n| Event | Action | Target type | Lists | Details |\n|---|---|---|---|---|\n",
            area->name);
        for (size_t i = 0; area->types[i] != NULL; i++)
            describe_rule(area->types[i], out);
    }
}
