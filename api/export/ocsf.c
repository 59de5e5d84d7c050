/*
 * OCSF 1.9.0 as JSON, with the profile record_integrity: its fingerprint is the SHA-256 of the object
 * without the fingerprint, canonical by RFC 8785. So members stand in the order of their names, numbers are
 * whole, and the event's own fields are text (raw_data).
 *
 *   event type ─► class, activity, and what the class asks for
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/export_format.h"
#include "api/export/members.h"
#include "core/base/encode.h"
#include "core/crypto/crypto.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/platform_events.h"

static const char ocsf_version[] = "1.9.0";

enum { INFORMATIONAL = 1, MEDIUM = 3 }; /* severity_id */
enum { SUCCESS = 1, FAILURE = 2 };      /* status_id */
enum { OTHER = 99 };                    /* of every activity */

enum class {
    CLASS_ACCOUNT_CHANGE = 3001,
    CLASS_AUTHENTICATION = 3002,
    CLASS_ENTITY_MANAGEMENT = 3004,
    CLASS_GROUP_MANAGEMENT = 3006,
    CLASS_API_ACTIVITY = 6003
};

/* What a type of event is there. `type` may begin or end with '*'; the first row that fits is taken. */
struct mapping {
    const char *type;
    enum class class;
    int activity;
};
static const struct mapping mappings[] = {
    {"identity.user_signed_in", CLASS_AUTHENTICATION, 1},
    {"identity.sign_in_failed", CLASS_AUTHENTICATION, 1},
    {"identity.user_registered", CLASS_ACCOUNT_CHANGE, 1},
    {"identity.user_created", CLASS_ACCOUNT_CHANGE, 1},
    {"identity.invitation_accepted", CLASS_ACCOUNT_CHANGE, 2},
    {"identity.password_changed", CLASS_ACCOUNT_CHANGE, 3},
    {"identity.password_reset", CLASS_ACCOUNT_CHANGE, 4},
    {"identity.user_deleted", CLASS_ACCOUNT_CHANGE, 6},
    {"identity.*", CLASS_ACCOUNT_CHANGE, OTHER},
    {"workspace.member_added", CLASS_GROUP_MANAGEMENT, 3},
    {"workspace.member_removed", CLASS_GROUP_MANAGEMENT, 4},
    {"workspace.member_role_changed", CLASS_GROUP_MANAGEMENT, OTHER},
    {"workspace.team_created", CLASS_GROUP_MANAGEMENT, 6},
    {"workspace.team_deleted", CLASS_GROUP_MANAGEMENT, 5},
    {"workspace.team_member_added", CLASS_GROUP_MANAGEMENT, 3},
    {"workspace.team_member_removed", CLASS_GROUP_MANAGEMENT, 4},
    {"workspace.team_*", CLASS_GROUP_MANAGEMENT, OTHER},
    {"platform.ledger_opened", CLASS_ENTITY_MANAGEMENT, 1},
    {"platform.refusal*", CLASS_API_ACTIVITY, OTHER},
    {"*created", CLASS_ENTITY_MANAGEMENT, 1},
    {"*added", CLASS_ENTITY_MANAGEMENT, 1},
    {"*registered", CLASS_ENTITY_MANAGEMENT, 6},
    {"*removed", CLASS_ENTITY_MANAGEMENT, 4},
    {"*deleted", CLASS_ENTITY_MANAGEMENT, 4},
    {"*", CLASS_ENTITY_MANAGEMENT, 3},
};

static bool fits(const char *pattern, struct text type)
{
    struct text name = text_from(pattern);

    if (text_starts_with(name, text_lit("*")))
        return text_ends_with(type, text_slice(name, 1, name.size - 1));
    if (text_ends_with(name, text_lit("*")))
        return text_starts_with(type, text_slice(name, 0, name.size - 1));
    return text_equal(name, type);
}

static const struct mapping *find_mapping(struct text type)
{
    const struct mapping *mapping = mappings;

    while (!fits(mapping->type, type)) /* the last row fits all */
        mapping++;
    return mapping;
}

/* The user that the fields name; else, of a person's own stream, that. */
static struct uuid find_user(const struct export_line *line)
{
    const struct record *record = line->record;
    const struct field *field = NULL;

    if (record->type != NULL && record->has_body)
        field = shape_field(record->type->shape, text_lit("user_id"));
    if (field == NULL || field->kind != KIND_UUID)
        return record->entry.stream;
    return *(const struct uuid *)field_at(field, record->event);
}

static void add_user(struct members *members, const struct export_line *line)
{
    struct uuid user = find_user(line);

    members_open(members, "user");
    if (!uuid_is_present(user))
        members_add_c(members, "name", "unknown");
    members_add_id(members, "uid", user);
    members_close(members);
}

static void add_actor(struct members *members, const struct export_line *line)
{
    static const int types[] = {0, 3, 1, 4, 0, 2}; /* type_id, by enum actor_kind */
    const struct event_actor *actor = line->event->view.actor;

    members_open(members, "actor");
    if (uuid_is_present(actor->session)) {
        members_open(members, "session");
        members_add_id(members, "uid", actor->session);
        members_close(members);
    }
    members_open(members, "user");
    members_add_c(members, "name", enum_name(actor_kind_names, actor->kind));
    members_add_int64(members, "type_id", types[actor->kind.is]);
    members_add_id(members, "uid", actor->id);
    members_close(members);
    members_close(members);
}

static void
add_attestation(struct members *members, const struct export_line *line, struct text fingerprint)
{
    members_open(members, "attestation");
    members_add_text(members, "authority_uid", line->origin_name);
    members_add_text(members, "chain_uid", line->origin_name);
    if (text_is_present(fingerprint)) {
        members_open(members, "fingerprint");
        members_add_c(members, "algorithm", "SHA-256");
        members_add_int64(members, "algorithm_id", 3);
        members_add_text(members, "value", fingerprint);
        members_close(members);
    }
    members_add_text(members, "uid", line->event->leaf_hash);
    members_close(members);
}

static void add_metadata(struct members *members, const struct export_line *line)
{
    const struct recorded_event *view = &line->event->view;

    members_open(members, "metadata");
    members_add_id(members, "correlation_uid", view->correlation);
    members_add_text(members, "event_code", view->type);
    members_add_text(members, "log_name", line->origin_name);
    members_open(members, "product");
    members_add_c(members, "name", "Fleetledger");
    members_add_c(members, "vendor_name", "Fleetledger");
    members_close(members);
    members_add_json(members, "profiles", text_lit("[\"record_integrity\"]"));
    members_add_int64(members, "sequence", view->position);
    members_add_id(members, "tenant_uid", view->workspace);
    members_add_id(members, "uid", view->event_id);
    members_add_c(members, "version", ocsf_version);
    members_close(members);
}

static void add_unmapped(struct members *members, const struct export_line *line)
{
    const struct exported_event *event = line->event;

    members_open(members, "unmapped");
    members_add_c(members, "body", enum_name(exported_body_names, event->body));
    members_add_text(members, "body_digest", event->body_digest);
    members_add_id(members, "causation", event->view.causation);
    members_add_id(members, "command_id", event->view.command_id);
    members_add_text(members, "leaf_hash", event->leaf_hash);
    members_add_int64(members, "revision", event->view.revision);
    members_add_texts(members, "sealed", &event->sealed);
    members_add_id(members, "stream", event->view.stream);
    members_close(members);
}

/* "node" of "node.came_online" */
static struct text find_area(struct text type)
{
    return text_slice(type, 0, text_find(type, '.', 0));
}

/* What was asked of the API, where it was refused. */
static struct text find_operation(const struct export_line *line)
{
    const struct record *record = line->record;
    const struct refusal_recorded *refusal = record->event;

    if (record->type != &refusal_recorded_event || !record->has_body)
        return record->entry.type;
    return text_format(
        line->arena, "%.*s %.*s", TEXT_ARGS(refusal->method), TEXT_ARGS(refusal->route));
}

/* What the class asks for, of the members that come between "class_uid" and "message". */
static void add_subject(struct members *members, const struct export_line *line, enum class class)
{
    const struct recorded_event *view = &line->event->view;

    if (class == CLASS_ENTITY_MANAGEMENT) {
        members_open(members, "entity");
        members_add_text(members, "type", find_area(view->type));
        members_add_id(members, "uid", view->stream);
        members_close(members);
    }
    if (class == CLASS_GROUP_MANAGEMENT) {
        members_open(members, "group");
        members_add_id(members, "uid", view->stream);
        members_close(members);
    }
}

/* Of those behind "raw_data". From where it was asked is personal, and so sealed. */
static void add_service(struct members *members, enum class class)
{
    if (class != CLASS_AUTHENTICATION)
        return;
    members_open(members, "service");
    members_add_c(members, "name", "Fleetledger");
    members_close(members);
}

static void add_source(struct members *members, enum class class)
{
    if (class != CLASS_API_ACTIVITY)
        return;
    members_open(members, "src_endpoint");
    members_add_c(members, "name", "sealed");
    members_close(members);
}

static void add_class(
    struct members *members,
    const struct export_line *line,
    const struct mapping *mapping,
    struct text fingerprint)
{
    members_add_int64(members, "activity_id", mapping->activity);
    if (mapping->activity == OTHER)
        members_add_text(members, "activity_name", line->event->view.type);
    add_actor(members, line);
    if (mapping->class == CLASS_API_ACTIVITY) {
        members_open(members, "api");
        members_add_text(members, "operation", find_operation(line));
        members_close(members);
    }
    add_attestation(members, line, fingerprint);
    members_add_int64(members, "category_uid", mapping->class / 1000);
    members_add_int64(members, "class_uid", mapping->class);
    add_subject(members, line, mapping->class);
}

/* In the order of names. */
static void print_object(
    const struct export_line *line, struct text raw, struct text fingerprint, struct buf *out)
{
    const struct recorded_event *view = &line->event->view;
    const struct mapping *mapping = find_mapping(view->type);
    bool is_refused = view->outcome.is == OUTCOME_REFUSED;
    struct members members = members_begin(out);

    add_class(&members, line, mapping, fingerprint);
    members_add_text(&members, "message", export_message(line));
    add_metadata(&members, line);
    members_add_text(&members, "raw_data", raw);
    add_service(&members, mapping->class);
    members_add_int64(&members, "severity_id", is_refused ? MEDIUM : INFORMATIONAL);
    add_source(&members, mapping->class);
    members_add_int64(&members, "status_id", is_refused ? FAILURE : SUCCESS);
    members_add_int64(&members, "time", view->recorded_at.us / US_PER_MS);
    members_add_int64(&members, "type_uid", (int64_t)mapping->class * 100 + mapping->activity);
    add_unmapped(&members, line);
    if (mapping->class == CLASS_AUTHENTICATION || mapping->class == CLASS_ACCOUNT_CHANGE ||
        mapping->class == CLASS_GROUP_MANAGEMENT)
        add_user(&members, line);
    members_close(&members);
}

void export_add_ocsf(const struct export_line *line, struct buf *out)
{
    struct digest fingerprint;
    AUTO_BUF raw = {0};
    AUTO_BUF canonical = {0};

    buf_init(&raw, EXPORT_MOST_BYTES);
    buf_init(&canonical, EXPORT_MOST_BYTES);
    shape_json_write(&exported_event_shape, line->event, &raw);
    print_object(line, buf_text(&raw), (struct text){NULL, 0}, &canonical);
    fingerprint = sha256(buf_bytes(&canonical));
    print_object(
        line, buf_text(&raw),
        hex_encode(line->arena, (struct bytes){fingerprint.bytes, sizeof(fingerprint.bytes)}), out);
}
