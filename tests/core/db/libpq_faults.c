/*
 * The test's own versions of libpq's calls come before the library's. One that fails has done
 * nothing, as where there is no memory: what the server sends stays where it is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/core/db/libpq_faults.h"

#include "core/base/must.h"

#include <libpq-fe.h>

#include <dlfcn.h>
#include <string.h>

static uint64_t due; /* 0: none */
static uint64_t calls;

void given_libpq_fault(uint64_t nth)
{
    due = nth;
    calls = 0;
}

bool libpq_faults_end(void)
{
    bool has_fired = due > 0 && calls >= due;

    due = 0;
    return has_fired;
}

static bool is_due(void)
{
    return due > 0 && ++calls == due;
}

/* dlsym() gives a pointer to an object; POSIX promises that it holds a function's. */
static void find_next(const char *name, void *out)
{
    void *found = dlsym(RTLD_NEXT, name);

    must(found != NULL);
    memcpy(out, &found, sizeof(found));
}

/* A function that gives `failure` when it is due, else what libpq's gives. */
#define FAULTY(type, failure, name, parameters, arguments)                                         \
    type name parameters                                                                           \
    {                                                                                              \
        type(*next) parameters;                                                                    \
        if (is_due())                                                                              \
            return failure;                                                                        \
        find_next(#name, &next);                                                                   \
        return next arguments;                                                                     \
    }

FAULTY(int, 0, PQsendQuery, (PGconn * conn, const char *query), (conn, query))
FAULTY(
    int,
    0,
    PQsendQueryParams,
    (PGconn * conn,
     const char *command,
     int count,
     const Oid *types,
     const char *const *values,
     const int *sizes,
     const int *formats,
     int format),
    (conn, command, count, types, values, sizes, formats, format))
FAULTY(
    int,
    0,
    PQsendPrepare,
    (PGconn * conn, const char *name, const char *query, int count, const Oid *types),
    (conn, name, query, count, types))
FAULTY(
    int,
    0,
    PQsendQueryPrepared,
    (PGconn * conn,
     const char *name,
     int count,
     const char *const *values,
     const int *sizes,
     const int *formats,
     int format),
    (conn, name, count, values, sizes, formats, format))
FAULTY(PGresult *, NULL, PQgetResult, (PGconn * conn), (conn))
FAULTY(int, 0, PQconsumeInput, (PGconn * conn), (conn))
FAULTY(int, -1, PQflush, (PGconn * conn), (conn))
FAULTY(int, -1, PQputCopyData, (PGconn * conn, const char *data, int size), (conn, data, size))
FAULTY(int, -1, PQputCopyEnd, (PGconn * conn, const char *message), (conn, message))
FAULTY(int, 0, PQenterPipelineMode, (PGconn * conn), (conn))
FAULTY(int, 0, PQexitPipelineMode, (PGconn * conn), (conn))
FAULTY(int, 0, PQpipelineSync, (PGconn * conn), (conn))
