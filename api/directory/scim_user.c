/*
 * A user as directories know them: the table of attributes, and their values.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_user.h"

#include "api/entity_tag.h"
#include "commands/identity/directory_commands.h"

const char *const scim_type_names[] = {"string", "boolean", "dateTime", "reference", "complex"};

#define META .is_common = true, .is_read_only = true

const struct scim_attribute scim_user_attributes[SCIM_USER_ATTRIBUTE_COUNT] = {
    [SCIM_USER_ID] =
        {"id", "Id of the account.", .type = SCIM_STRING, META, .is_case_exact = true,
         .is_always_returned = true, .is_unique = true},
    [SCIM_USER_EXTERNAL_ID] =
        {"externalId", "Id of the person in the directory.", .type = SCIM_STRING, .is_common = true,
         .is_case_exact = true},
    [SCIM_USER_NAME] =
        {"userName", "Address that the person signs in with.", .type = SCIM_STRING,
         .is_required = true, .is_unique = true},
    [SCIM_USER_DISPLAY_NAME] =
        {"displayName", "Name to show; without it that is the address.", .type = SCIM_STRING},
    [SCIM_USER_FULL_NAME] = {"name", "The same name.", .type = SCIM_COMPLEX},
    [SCIM_USER_FULL_NAME_FORMATTED] =
        {"name.formatted", "The same as displayName.", .type = SCIM_STRING},
    [SCIM_USER_ACTIVE] = {"active", "Whether the person may sign in.", .type = SCIM_BOOLEAN},
    [SCIM_USER_EMAILS] =
        {"emails", "The address of userName, and no other.", .type = SCIM_COMPLEX, .is_many = true,
         .is_read_only = true},
    [SCIM_USER_EMAILS_VALUE] =
        {"emails.value", "The address.", .type = SCIM_STRING, .is_read_only = true},
    [SCIM_USER_EMAILS_TYPE] =
        {"emails.type", "Always work.", .type = SCIM_STRING, .is_read_only = true,
         .only_value = "work"},
    [SCIM_USER_EMAILS_PRIMARY] =
        {"emails.primary", "Always true.", .type = SCIM_BOOLEAN, .is_read_only = true},
    [SCIM_USER_META] = {"meta", "About the account.", .type = SCIM_COMPLEX, META},
    [SCIM_USER_META_RESOURCE_TYPE] =
        {"meta.resourceType", "User.", .type = SCIM_STRING, META, .is_case_exact = true},
    [SCIM_USER_META_CREATED] =
        {"meta.created", "Time the account was created.", .type = SCIM_DATE_TIME, META},
    [SCIM_USER_META_LAST_MODIFIED] =
        {"meta.lastModified", "Time of the last change.", .type = SCIM_DATE_TIME, META},
    [SCIM_USER_META_LOCATION] =
        {"meta.location", "Where it is read.", .type = SCIM_REFERENCE, META, .is_case_exact = true},
    [SCIM_USER_META_VERSION] =
        {"meta.version", "Its entity tag.", .type = SCIM_STRING, META, .is_case_exact = true},
};

static const struct field scim_row_fields[] = {
    {UUID(scim_row, id), .doc = "Id of the account."},
    {TEXT(scim_row, email), .doc = "Address of the person."},
    {TEXT(scim_row, name), .doc = "Display name of the person."},
    {BOOL(scim_row, is_active), .doc = "Whether the person may sign in."},
    {TEXT(scim_row, external_id), .doc = "Id of the person in the directory."},
    {TIMESTAMP(scim_row, created_at), .doc = "Time the account was created."},
    {TIMESTAMP(scim_row, updated_at), .doc = "Time of the last change."},
    {INT64(scim_row, revision), .doc = "Number of events of its stream so far."},
};
const struct shape scim_row_shape = SHAPE(scim_row, "An account that a directory looks after.");

enum scim_user_attribute scim_user_attribute_named(struct text path)
{
    const struct text urn = text_lit(SCIM_USER_URN ":");

    if (text_equal_ignoring_case(text_slice(path, 0, urn.size), urn))
        path = text_slice(path, urn.size, path.size);
    for (int i = 0; i < SCIM_USER_ATTRIBUTE_COUNT; i++) {
        if (text_equal_ignoring_case(path, text_from(scim_user_attributes[i].path)))
            return (enum scim_user_attribute)i;
    }
    return SCIM_USER_ATTRIBUTE_COUNT;
}

enum scim_user_attribute scim_user_attribute_whole(enum scim_user_attribute attribute)
{
    struct text path = text_from(scim_user_attributes[attribute].path);

    return scim_user_attribute_named(text_cut(&path, '.'));
}

struct text scim_user_location(struct arena *arena, struct uuid user_id)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(user_id, id);
    return text_format(arena, "/scim/v2/Users/%s", id);
}

static struct text id_of(struct arena *arena, struct uuid user_id)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(user_id, id);
    return text_copy(arena, text_from(id));
}

/* Without a name of its own an account is called by its address. */
static struct text name_of(const struct scim_row *row)
{
    return text_equal(row->name, directory_usual_name(row->email)) ? (struct text){NULL, 0}
                                                                   : row->name;
}

struct scim_value
scim_user_value(struct arena *arena, const struct scim_row *row, enum scim_user_attribute attribute)
{
    switch (attribute) {
    case SCIM_USER_ID:
        return (struct scim_value){.text = id_of(arena, row->id)};
    case SCIM_USER_EXTERNAL_ID:
        return (struct scim_value){.text = row->external_id};
    case SCIM_USER_NAME:
    case SCIM_USER_EMAILS_VALUE:
        return (struct scim_value){.text = row->email};
    case SCIM_USER_DISPLAY_NAME:
    case SCIM_USER_FULL_NAME_FORMATTED:
        return (struct scim_value){.text = name_of(row)};
    case SCIM_USER_ACTIVE:
        return (struct scim_value){.flag = row->is_active};
    case SCIM_USER_EMAILS_TYPE:
        return (struct scim_value){.text = text_lit("work")};
    case SCIM_USER_EMAILS_PRIMARY:
        return (struct scim_value){.flag = OPT_TRUE};
    case SCIM_USER_META_RESOURCE_TYPE:
        return (struct scim_value){.text = text_lit("User")};
    case SCIM_USER_META_CREATED:
        return (struct scim_value){.time = row->created_at};
    case SCIM_USER_META_LAST_MODIFIED:
        return (struct scim_value){.time = row->updated_at};
    case SCIM_USER_META_LOCATION:
        return (struct scim_value){.text = scim_user_location(arena, row->id)};
    case SCIM_USER_META_VERSION:
        return (struct scim_value){.text = entity_tag(arena, row->revision, text_lit(""))};
    case SCIM_USER_FULL_NAME:
    case SCIM_USER_EMAILS:
    case SCIM_USER_META:
    case SCIM_USER_ATTRIBUTE_COUNT:
        break;
    }
    return (struct scim_value){.text = {NULL, 0}};
}
