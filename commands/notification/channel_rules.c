/*
 * What commands about channels have in common, and what other areas ask of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_lookup.h"
#include "commands/notification/channel.h"
#include "commands/platform/platform_lookup.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/base/placeholder.h"
#include "core/label/selector.h"
#include "core/time/timezone.h"

struct uuid channel_owner(const struct decision *decision, struct uuid workspace_id)
{
    return uuid_is_present(workspace_id) ? workspace_id : installation_id(decision);
}

static bool is_of_platform(const struct decision *decision, struct uuid owner)
{
    return uuid_equal(owner, installation_id(decision));
}

struct uuid
channel_workspace(const struct decision *decision, const struct channel_definition *channel)
{
    return is_of_platform(decision, channel->workspace_id) ? UUID_NONE : channel->workspace_id;
}

enum status channel_owner_must_be_writable(
    const struct decision *decision, struct uuid workspace_id, struct error *error)
{
    return uuid_is_present(workspace_id) ? workspace_must_be_writable(decision, workspace_id, error)
                                         : STATUS_OK;
}

enum status channel_must_be_of(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid channel_id,
    struct channel_definition *out,
    struct error *error)
{
    enum status status = channel_owner_must_be_writable(decision, workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (!model_load(decision->model, &channel_aggregate, channel_id, decision->arena, out) ||
        !uuid_equal(out->workspace_id, channel_owner(decision, workspace_id)))
        return decision_refuse(
            error, &refused_channel_missing, decision_show(decision, channel_id));
    return STATUS_OK;
}

static enum status refuse(struct error *error, const char *field, const char *what)
{
    return error_set_field(error, "validation_failed", field, "%s", what);
}

/* "https://", then all up to the path; nothing that would end it in a header, no name and no password. */
struct text channel_host_of(struct text url, struct arena *arena)
{
    struct text scheme = text_slice(url, 0, text_find(url, ':', 0));
    size_t begin = scheme.size + 3;
    size_t end = begin;

    if ((!text_is(scheme, "https") && !text_is(scheme, "http")) ||
        !text_starts_with(text_slice(url, scheme.size, 3), text_lit("://")))
        return (struct text){NULL, 0};
    for (size_t i = begin; i < url.size; i++) {
        if (url.data[i] <= ' ' || url.data[i] > '~')
            return (struct text){NULL, 0};
    }
    while (end < url.size && url.data[end] != '/' && url.data[end] != '?' && url.data[end] != '#')
        end++;
    if (end == begin || text_find(text_slice(url, begin, end - begin), '@', 0) < end - begin)
        return (struct text){NULL, 0};
    return text_lower(arena, text_slice(url, 0, end));
}

/* What each kind has, and what it must not have. */
static enum status
settle_kind(const struct channel_definition *wanted, struct text url, struct error *error)
{
    bool is_mail = wanted->kind.is == CHANNEL_MAIL;

    if (is_mail && text_is_present(url))
        return refuse(error, "url", "must not be given: a mail goes to userIds");
    if (!is_mail && !text_is_present(wanted->host))
        return refuse(
            error, "url", "must be https://host/path or http://host/path, without a user");
    if (!is_mail && wanted->user_ids.count > 0)
        return refuse(error, "userIds", "must not be given: only a mail goes to people");
    if (is_mail && wanted->user_ids.count == 0)
        return refuse(
            error, "userIds",
            "must name at least one member of the workspace; of the platform a platform admin");
    if (wanted->kind.is != CHANNEL_CHAT && text_is_present(wanted->text))
        return refuse(error, "text", "must not be given: only a chat has one");
    return STATUS_OK;
}

static enum status settle_people(
    const struct decision *decision, const struct channel_definition *wanted, struct error *error)
{
    const struct uuid *ids = wanted->user_ids.items;
    bool is_platforms = is_of_platform(decision, wanted->workspace_id);

    for (size_t i = 0; i < wanted->user_ids.count; i++) {
        if (is_platforms && !user_is_platform_admin(decision, ids[i]))
            return refuse(error, "userIds", "must be platform admins");
        if (!is_platforms && workspace_role(decision, wanted->workspace_id, ids[i]) == 0)
            return refuse(error, "userIds", "must be members of the workspace");
    }
    return STATUS_OK;
}

/* Nothing of a workspace is told to another one's channels. */
static enum status settle_workspaces(
    const struct decision *decision, const struct channel_definition *wanted, struct error *error)
{
    const struct uuid *ids = wanted->workspace_ids.items;

    if (ids != NULL && !is_of_platform(decision, wanted->workspace_id))
        return refuse(
            error, "workspaceIds", "must not be given: a workspace's channel tells of that alone");
    for (size_t i = 0; ids != NULL && i < wanted->workspace_ids.count; i++) {
        if (!workspace_exists(decision, ids[i]))
            return refuse(error, "workspaceIds", "must be workspaces");
    }
    return STATUS_OK;
}

static bool is_type(struct text type)
{
    if (text_ends_with(type, text_lit("*")))
        type.size--;
    for (size_t i = 0; i < type.size; i++) {
        char c = type.data[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '_')
            return false;
    }
    return true;
}

static enum status settle_matchers(
    const struct decision *decision, const struct channel_definition *wanted, struct error *error)
{
    const struct text *types = wanted->types.items;
    struct selector selector;
    struct text why = {NULL, 0};

    for (size_t i = 0; i < wanted->types.count; i++) {
        if (!is_type(types[i]))
            return refuse(
                error, "types", "must be types such as task.failed, or task.* for a family");
    }
    if (text_is_present(wanted->selector) &&
        !selector_read(wanted->selector, decision->arena, &selector, &why))
        return error_set_field(
            error, "selector_invalid", "selector", "%s", text_c(decision->arena, why));
    return STATUS_OK;
}

static bool is_clock(struct text t)
{
    static const char last[] = "23:59";

    if (t.size != 5 || t.data[2] != ':')
        return false;
    for (size_t i = 0; i < t.size; i++) {
        if (i != 2 && (t.data[i] < '0' || t.data[i] > '9'))
            return false;
    }
    return text_compare(text_slice(t, 0, 2), text_slice(text_from(last), 0, 2)) <= 0 &&
           text_compare(text_slice(t, 3, 2), text_slice(text_from(last), 3, 2)) <= 0;
}

static enum status settle_hours(
    const struct decision *decision, struct channel_definition *wanted, struct error *error)
{
    struct quiet_hours *hours;

    if (wanted->quiet_hours == NULL)
        return STATUS_OK;
    hours = arena_one(decision->arena, struct quiet_hours);
    *hours = *wanted->quiet_hours;
    hours->timezone = timezone_list_find(decision->policy->timezones, hours->timezone);
    if (!is_clock(hours->from) || !is_clock(hours->to) || text_equal(hours->from, hours->to))
        return refuse(error, "quietHours", "must go from one time of day to another: 22:00, 07:00");
    if (!text_is_present(hours->timezone))
        return refuse(error, "quietHours.timezone", "must be an IANA time zone: Europe/Berlin");
    wanted->quiet_hours = hours;
    return STATUS_OK;
}

static enum status settle_text(struct text text, struct error *error)
{
    struct placeholder found;
    size_t at = 0;

    while (text_is_present(text) && placeholder_next(text, &at, &found)) {
        if (channel_placeholder_of(found.name) == SAYS_NOTHING)
            return refuse(
                error, "text",
                "may have {{type}}, {{severity}}, {{message}}, {{node}}, {{workspace}} and {{time}} only");
    }
    return STATUS_OK;
}

enum status channel_settle(
    const struct decision *decision,
    struct channel_definition *wanted,
    struct text url,
    struct error *error)
{
    enum status status;

    if (text_is_present(url))
        wanted->host = channel_host_of(url, decision->arena);
    status = settle_kind(wanted, url, error);
    if (status == STATUS_OK)
        status = settle_people(decision, wanted, error);
    if (status == STATUS_OK)
        status = settle_workspaces(decision, wanted, error);
    if (status == STATUS_OK)
        status = settle_matchers(decision, wanted, error);
    if (status == STATUS_OK)
        status = settle_hours(decision, wanted, error);
    if (status == STATUS_OK)
        status = settle_text(wanted->text, error);
    return status;
}

uint64_t channel_count(const struct decision *decision, struct uuid workspace_id, uint64_t most)
{
    return model_count_links(decision->model, LINK_WORKSPACE_CHANNEL, workspace_id, most);
}

void channel_emit_deleted(struct decision *decision, struct uuid workspace_id)
{
    struct channel_deleted deleted = {UUID_NONE, workspace_id, OPT_TRUE};

    while (model_next_link(
        decision->model, LINK_WORKSPACE_CHANNEL, workspace_id, deleted.channel_id,
        &deleted.channel_id, NULL))
        decision_emit(decision, &channel_deleted_event, deleted.channel_id, workspace_id, &deleted);
}
