/*
 * Types of PostgreSQL by kinds of fields: of parameters, of columns, of arrays; and their names.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/db/db_internal.h"

struct type_row {
    Oid column;
    Oid array;
};

static const struct type_row types[KIND_COUNT] = {
    [KIND_UUID] = {OID_UUID, OID_UUID_ARRAY},
    [KIND_TEXT] = {OID_TEXT, OID_TEXT_ARRAY},
    [KIND_BYTES] = {OID_BYTEA, OID_BYTEA_ARRAY},
    [KIND_TIMESTAMP] = {OID_TIMESTAMPTZ, OID_TIMESTAMPTZ_ARRAY},
    [KIND_INT64] = {OID_INT8, OID_INT8_ARRAY},
    [KIND_DOUBLE] = {OID_FLOAT8, OID_FLOAT8_ARRAY},
    [KIND_BOOL] = {OID_BOOL, OID_BOOL_ARRAY},
    [KIND_ENUM] = {OID_TEXT, OID_TEXT_ARRAY},
    [KIND_JSON] = {OID_JSONB, OID_JSONB_ARRAY},
    [KIND_PERSONAL] = {OID_TEXT, OID_TEXT_ARRAY},
    [KIND_OBJECT] = {OID_JSONB, OID_JSONB_ARRAY},
    [KIND_LIST] = {OID_JSONB, OID_JSONB_ARRAY},
};

Oid db_kind_type(enum kind kind)
{
    must(kind < KIND_COUNT);
    return types[kind].column;
}

Oid db_column_type(const struct field *field)
{
    return db_kind_type(field->kind);
}

Oid db_column_array_type(const struct field *field)
{
    must(field->kind < KIND_COUNT);
    return types[field->kind].array;
}

/* A list of objects stays jsonb: there is no array of it that a statement could use better. */
bool db_binds_as_array(const struct field *field)
{
    return field->kind == KIND_LIST && field->item != KIND_OBJECT;
}

Oid db_param_type(const struct field *field)
{
    return db_binds_as_array(field) ? types[field->item].array : db_column_type(field);
}

bool db_column_fits(const struct field *field, Oid type)
{
    Oid wanted = db_column_type(field);

    if (type == wanted)
        return true;
    switch (wanted) {
    case OID_TEXT:
        return type == OID_VARCHAR || type == OID_NAME;
    case OID_INT8:
        return type == OID_INT4 || type == OID_INT2;
    case OID_FLOAT8:
        return type == OID_FLOAT4;
    case OID_JSONB:
        return type == OID_JSON;
    default: /* types are numbers of the server's, not an enum of ours */
        return false;
    }
}

const char *db_type_name(Oid type)
{
    static const struct {
        Oid type;
        const char *name;
    } names[] = {
        {OID_BOOL, "boolean"},      {OID_BYTEA, "bytea"},
        {OID_NAME, "name"},         {OID_INT8, "bigint"},
        {OID_INT2, "smallint"},     {OID_INT4, "integer"},
        {OID_TEXT, "text"},         {OID_JSON, "json"},
        {OID_FLOAT4, "real"},       {OID_FLOAT8, "double precision"},
        {OID_TEXT_ARRAY, "text[]"}, {OID_INT8_ARRAY, "bigint[]"},
        {OID_VARCHAR, "varchar"},   {OID_TIMESTAMPTZ, "timestamptz"},
        {OID_UUID, "uuid"},         {OID_UUID_ARRAY, "uuid[]"},
        {OID_JSONB, "jsonb"},
    };

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (names[i].type == type)
            return names[i].name;
    }
    return "of a type that no field has";
}
