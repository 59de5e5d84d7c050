/*
 * The conditions of a measurement, as the system tells them. No name of the machine, no path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/db.h"
#include "tests/bench/report.h"

#include <lmdb.h>

#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef XFS_SUPER_MAGIC
#define XFS_SUPER_MAGIC 0x58465342
#endif
#define ZFS_MAGIC 0x2fc12fc1

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

static const struct {
    unsigned long magic;
    const char *name;
} filesystems[] = {
    {EXT4_SUPER_MAGIC, "ext4"},       {XFS_SUPER_MAGIC, "xfs"},
    {BTRFS_SUPER_MAGIC, "btrfs"},     {ZFS_MAGIC, "zfs"},
    {TMPFS_MAGIC, "tmpfs (no disk)"}, {OVERLAYFS_SUPER_MAGIC, "overlayfs"},
    {F2FS_SUPER_MAGIC, "f2fs"},       {NFS_SUPER_MAGIC, "nfs"},
};

static struct text filesystem_of(const char *directory, struct arena *arena)
{
    struct statfs st;

    if (statfs(directory, &st) != 0)
        return text_lit("unknown file system");
    for (size_t i = 0; i < COUNT_OF(filesystems); i++) {
        if ((unsigned long)st.f_type == filesystems[i].magic)
            return text_from(filesystems[i].name);
    }
    return text_format(arena, "file system 0x%lx", (unsigned long)st.f_type);
}

/* What follows "model name : ". */
static struct text processor(struct arena *arena)
{
    FILE *file = fopen("/proc/cpuinfo", "re");
    struct text found = text_lit("unknown processor");
    char line[512];

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        struct text rest = text_from(line);
        struct text name = text_trim(text_cut(&rest, ':'));
        if (text_is(name, "model name") && text_is_present(rest)) {
            found = text_copy(arena, text_trim(rest));
            break;
        }
    }
    if (file != NULL)
        fclose(file);
    return found;
}

static struct text kernel(struct arena *arena)
{
    struct utsname name;

    if (uname(&name) != 0)
        return text_lit("unknown kernel");
    return text_format(arena, "%s %s", name.sysname, name.release);
}

static struct text compiler(struct arena *arena)
{
#ifdef __clang__
    const char *who = "clang";
#else
    const char *who = "gcc";
#endif
#ifdef IS_SANITIZED
    const char *how = "with sanitizers: these are no figures";
#elif defined(__OPTIMIZE__)
    const char *how = "optimised";
#else
    const char *how = "not optimised: these are no figures";
#endif

    return text_format(arena, "%s %s, %s", who, __VERSION__, how);
}

struct conditions conditions_of(const char *directory, struct arena *arena)
{
    double load = 0;

    if (getloadavg(&load, 1) != 1)
        load = 0;
    return (struct conditions){
        .processor = processor(arena),
        .cores = sysconf(_SC_NPROCESSORS_ONLN),
        .kernel = kernel(arena),
        .filesystem = filesystem_of(directory, arena),
        .compiler = compiler(arena),
        .lmdb = text_format(
            arena, "LMDB %d.%d.%d", MDB_VERSION_MAJOR, MDB_VERSION_MINOR, MDB_VERSION_PATCH),
        .load = load,
    };
}

enum status conditions_note_postgresql(
    struct conditions *conditions, const char *conninfo, struct arena *arena, struct error *error)
{
    struct db *db = NULL;
    enum status status = db_open(conninfo, 10, 0, &db, error);

    if (status == STATUS_OK)
        status = db_value(db, arena, "show server_version", &conditions->postgresql, error);
    db_close(db);
    return status;
}
