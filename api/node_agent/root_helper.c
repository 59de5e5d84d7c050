/*
 * Verbs and what they run. All that comes in is somebody else's: nothing of it is taken but names.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/root_helper.h"

#include "api/node_agent/root_access.h"
#include "core/base/files.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_ARGUMENTS = 256, ARENA_BYTES = 64 << 10 };

static const char rules_file[] = "/etc/sudoers.d/fleetledger-agent-root-access";

static const struct text quiet_apt[] = {TEXT_OF("DEBIAN_FRONTEND=noninteractive")};

struct operation {
    const char *name;
    const struct text *arguments;
    size_t count;
};

static const struct text reboot[] = {TEXT_OF("/sbin/reboot")};
static const struct text restart_agent[] = {
    TEXT_OF("/bin/systemctl"), TEXT_OF("restart"), TEXT_OF("fleetledger-agent.service")};
static const struct text update_lists[] = {TEXT_OF("/usr/bin/apt-get"), TEXT_OF("update")};

static const struct operation operations[] = {
    {"reboot", reboot, COUNT_OF(reboot)},
    {"restart-agent", restart_agent, COUNT_OF(restart_agent)},
    {"update-package-lists", update_lists, COUNT_OF(update_lists)},
};

static enum status refuse(const char *what, struct text given, struct error *error)
{
    return error_set_code(
        error, STATUS_INVALID, "order_refused", "%s \"%.*s\" is not for this verb", what,
        TEXT_ARGS(text_first_bytes(given, 80)));
}

static enum status
order_operation(const struct work_order *asked, struct work_order *out, struct error *error)
{
    const struct text *name = asked->arguments.items;

    for (size_t i = 0; i < COUNT_OF(operations); i++) {
        if (asked->arguments.count != 1 || !text_is(name[0], operations[i].name))
            continue;
        out->arguments = (struct list){operations[i].arguments, operations[i].count};
        out->environment = (struct list){quiet_apt, COUNT_OF(quiet_apt)};
        return STATUS_OK;
    }
    return refuse("operation", name[0], error);
}

/* As Debian's policy has names, with a version or an architecture behind. */
static bool is_package(struct text name)
{
    static const struct text allowed = TEXT_OF("+-.:=~_");

    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_plain && (i == 0 || text_find(allowed, c, 0) == allowed.size))
            return false;
    }
    return name.size > 0 && name.size <= 255;
}

static enum status order_packages(
    const struct work_order *asked,
    struct arena *arena,
    struct work_order *out,
    struct error *error)
{
    static const char *const changes[] = {"install", "remove", "purge"};
    const struct text *given = asked->arguments.items;
    struct text *arguments = arena_array(arena, MOST_ARGUMENTS, sizeof(*arguments));
    size_t count = 0;

    arguments[count++] = text_lit("/usr/bin/apt-get");
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        if (text_is(given[0], changes[i]))
            arguments[count++] = given[0];
    }
    if (count != 2 || asked->arguments.count < 2 || asked->arguments.count > MOST_ARGUMENTS - 3)
        return refuse("change", given[0], error);
    arguments[count++] = text_lit("-y");
    arguments[count++] = text_lit("--");
    for (size_t i = 1; i < asked->arguments.count; i++) {
        if (!is_package(given[i]))
            return refuse("package", given[i], error);
        arguments[count++] = given[i];
    }
    out->arguments = (struct list){arguments, count};
    out->environment = (struct list){quiet_apt, COUNT_OF(quiet_apt)};
    return STATUS_OK;
}

enum status root_helper_order(
    struct text verb,
    const struct work_order *asked,
    struct arena *arena,
    struct work_order *out,
    struct error *error)
{
    *out = (struct work_order){0};
    if (text_is(verb, "operation"))
        return order_operation(asked, out, error);
    if (text_is(verb, "packages"))
        return order_packages(asked, arena, out, error);
    if (!text_is(verb, "task"))
        return refuse("an order for", verb, error);
    *out = *asked;
    return STATUS_OK;
}

enum status root_helper_apply(const struct work_order *asked, struct error *error)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const struct text *profile = asked->arguments.items;
    const char *user = getenv("SUDO_USER");
    char program[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", program, sizeof(program) - 1);
    struct text rules;
    enum status status;

    if (user == NULL)
        return STATUS_OK;
    program[size < 0 ? 0 : size] = '\0';
    status = root_access_rules(profile[0], user, program, arena, &rules, error);
    if (status == STATUS_OK)
        status = files_replace(rules_file, rules, error);
    if (status == STATUS_OK && chmod(rules_file, 0440) != 0)
        status = files_fail(error, "protect", rules_file, errno);
    return status;
}
