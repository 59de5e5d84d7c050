/*
 * Accounts that a directory looks after, from the read model.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_select.h"

static const struct field scim_asked_fields[] = {
    {UUID(scim_asked, directory_id), .doc = "Id of the provider."},
    {UUID(scim_asked, user_id), .doc = "Only this account."},
    {TEXT(scim_asked, user_name), .doc = "Only who has this address."},
    {TEXT(scim_asked, external_id), .doc = "Only who has this id in the directory."},
    {UUID(scim_asked, after), .doc = "Only accounts behind this one."},
    {INT64(scim_asked, start), .doc = "How many to leave out."},
    {INT64(scim_asked, count), .doc = "How many to show."},
};
static const struct shape scim_asked_shape = SHAPE(scim_asked, "Whom a directory asks for.");

const struct query scim_users_query = {
    .input = &scim_asked_shape,
    .scope = SCOPE_PARENT,
    .parent = "directory_id",
    .sql =
        {.name = "scim_users",
         .text = "select id, email, name, is_active, external_id, created_at, updated_at, "
                 "revision\n"
                 "from users\n"
                 "where directory_id = :directory_id\n"
                 "    and (:user_id::uuid is null or id = :user_id)\n"
                 "    and (:user_name::text is null or email = lower(:user_name))\n"
                 "    and (:external_id::text is null or external_id = :external_id)\n"
                 "    and (:after::uuid is null or id > :after)\n"
                 "order by id\n"
                 "offset :start limit :count",
         .params = &scim_asked_shape,
         .row = &scim_row_shape,
         .is_planned_by_values = true},
};

struct scim_directory {
    struct uuid directory_id;
};
static const struct field scim_directory_fields[] = {
    {UUID(scim_directory, directory_id), .doc = "Id of the provider."},
};
static const struct shape scim_directory_shape = SHAPE(scim_directory, "Whose accounts.");

struct scim_total {
    int64_t total;
};
static const struct field scim_total_fields[] = {
    {INT64(scim_total, total), .doc = "How many there are."},
};
static const struct shape scim_total_shape = SHAPE(scim_total, "How many accounts there are.");

const struct query scim_users_total_query = {
    .input = &scim_directory_shape,
    .scope = SCOPE_PARENT,
    .parent = "directory_id",
    .sql =
        {.name = "scim_users_total",
         .text = "select count(*) as total\n"
                 "from users\n"
                 "where directory_id = :directory_id",
         .params = &scim_directory_shape,
         .row = &scim_total_shape},
};

enum status scim_select(
    struct call *call,
    const struct scim_asked *asked,
    const struct scim_row **out_rows,
    size_t *out_count,
    struct error *error)
{
    struct scim_asked whole = *asked;
    const void *rows = NULL;
    enum status status;

    whole.directory_id = call->actor.id;
    status = call_query(call, &scim_users_query, &whole, &rows, out_count, error);
    if (status == STATUS_OK)
        *out_rows = rows;
    return status;
}

enum status scim_count(struct call *call, int64_t *out, struct error *error)
{
    const struct scim_directory directory = {call->actor.id};
    const void *rows = NULL;
    size_t count = 0;
    enum status status =
        call_query(call, &scim_users_total_query, &directory, &rows, &count, error);

    if (status == STATUS_OK)
        *out = ((const struct scim_total *)rows)->total;
    return status;
}
