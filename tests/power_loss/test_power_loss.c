/*
 * The power goes at any moment. While a writer works, all its writes and syncs are recorded; then the
 * home is made again as each moment might have left it: with all, none, or any sectors of what was
 * not synced. Every such home opens, holds what was acknowledged by then, with keys for all that
 * it holds, and its model folds to what it must be.
 *
 *   keys.mdb ──synced──► ledger.mdb ──synced──► acknowledged     model.mdb, some time later
 *
 * They are looked at in another process: what is torn badly enough ends it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/fold.h"
#include "commands/platform/platform_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "core/base/must.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/ledger.h"
#include "eventlog/model.h"
#include "eventlog/seal.h"
#include "tests/support/disk_recorder.h"
#include "tests/support/fixture.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ORDERS = 16, MOST_EVENTS = 256, ARENA_BYTES = 64 << 20, COMPLAINT = 256 };

static const char *const files[] = {"keys.mdb", "ledger.mdb", "model.mdb", NULL};

/* What the writer came to, to be compared with. */
static struct {
    uint64_t size;
    struct uuid events[MOST_EVENTS];
    bool has_origin[MOST_EVENTS];
    struct digest models[MOST_EVENTS + 1]; /* of the model at each size */
} wanted;

static const char *home; /* where power is lost */

/* What a walk has come to, told by the child that walks. */
struct losses {
    unsigned homes;
    unsigned bad;
    char complaint[COMPLAINT]; /* of the last home */
};
static struct losses *losses;

struct house {
    struct ledger *log;
    struct keyring *keyring;
    struct model *model;
};

static enum status open_house(const char *directory, struct house *house, struct error *error)
{
    struct ledger_settings settings = {.home = directory, .reserve_bytes = 1};
    enum status status = ledger_open(&settings, &house->log, error);

    if (status == STATUS_OK)
        status = keyring_open(directory, text_lit(""), false, &house->keyring, error);
    if (status == STATUS_OK)
        status = model_open(directory, fold_fingerprint(), &house->model, error);
    if (status == STATUS_OK)
        status =
            fold_catch_up(house->model, house->log, ledger_size(house->log), NULL, NULL, error);
    return status;
}

static void close_house(struct house *house)
{
    model_close(house->model);
    keyring_close(house->keyring);
    ledger_close(house->log);
    *house = (struct house){0};
}

/* Recording. */

static void on_done(struct submission *submission)
{
    if (submission->status == STATUS_OK)
        disk_acknowledge(submission->size);
}

/* By somebody who was never heard of before, so that a key has to be made. */
static void give_order(
    struct writer *writer,
    struct keyring *keyring,
    const struct command *command,
    const void *input,
    uint8_t who)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct submission order;

    submission_init(&order, command);
    order.input = input;
    order.arena = arena;
    order.actor = (struct actor){.kind = ACTOR_USER, .id = {{7, who}}, .session = {{9}}};
    order.origin.address.text = text_lit("192.0.2.7");
    keyed_digest_personal(keyring, &origin_shape, order.now, arena, &order.origin);
    order.done = on_done;
    writer_execute(writer, &order);
    must(order.status == STATUS_OK);
}

static void give_orders(struct writer *writer, struct keyring *keyring)
{
    give_order(writer, keyring, &open_ledger_command, opening(), 0);
    for (uint8_t i = 1; i <= ORDERS; i++) {
        char slug[16];
        struct create_workspace input = {
            .name = text_lit("A workspace"), .default_timezone = text_lit("UTC")};

        snprintf(slug, sizeof(slug), "place-%u", i);
        input.slug = text_from(slug);
        give_order(writer, keyring, &create_workspace_command, &input, i);
    }
}

static void record_a_writer(const char *directory)
{
    struct policy policy = {0};
    struct house house = {0};
    struct writer_settings settings = {.policy = &policy, .queue_limit = 1};
    struct writer *writer;
    struct error error;

    disk_record(directory, files);
    must(open_house(directory, &house, &error) == STATUS_OK);
    settings.log = house.log;
    settings.keyring = house.keyring;
    settings.model = house.model;
    writer = writer_new(&settings);
    give_orders(writer, house.keyring);
    writer_free(writer);
    close_house(&house);
    disk_record_end();
}

static void note_events(struct ledger *log)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct record records[MOST_EVENTS];
    struct error error;
    size_t count;

    must(
        ledger_read(
            log, (struct position){0}, MOST_EVENTS, SIZE_MAX, arena, records, &count, &error) ==
        STATUS_OK);
    wanted.size = count;
    for (size_t i = 0; i < count; i++) {
        wanted.events[i] = records[i].entry.event_id;
        wanted.has_origin[i] = records[i].body.origin != NULL;
    }
}

/* Folded one event at a time, in a model of its own. */
static void note_models(struct ledger *log)
{
    struct model *model = NULL;
    struct error error;

    must(model_open(make_directory(), fold_fingerprint(), &model, &error) == STATUS_OK);
    for (uint64_t size = 0; size <= wanted.size; size++) {
        must(fold_catch_up(model, log, size, NULL, NULL, &error) == STATUS_OK);
        wanted.models[size] = model_digest(model);
    }
    model_close(model);
}

static void copy_secret(const char *from, const char *to)
{
    char path[512];
    uint8_t secret[64];
    FILE *file;
    size_t size;

    snprintf(path, sizeof(path), "%s/secret.key", from);
    file = fopen(path, "re");
    must(file != NULL);
    size = fread(secret, 1, sizeof(secret), file);
    fclose(file);
    snprintf(path, sizeof(path), "%s/secret.key", to);
    file = fopen(path, "we");
    must(file != NULL && fchmod(fileno(file), 0600) == 0);
    must(fwrite(secret, 1, size, file) == size && fclose(file) == 0);
}

static void set_up(void)
{
    const char *directory = make_directory();
    struct house house = {0};
    struct error error;

    record_a_writer(directory);
    must(open_house(directory, &house, &error) == STATUS_OK);
    note_events(house.log);
    note_models(house.log);
    close_house(&house);
    home = make_directory();
    copy_secret(directory, home);
    losses = mmap(NULL, sizeof(*losses), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(losses != MAP_FAILED);
}

static void tear_down(void)
{
    must(munmap(losses, sizeof(*losses)) == 0);
    disk_record_free();
}

/* Looking, in the child. */

PRINTF_LIKE(1, 2) static bool complain(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vsnprintf(losses->complaint, COMPLAINT, format, values);
    va_end(values);
    return false;
}

static bool has_events(struct house *house, uint64_t size)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct record records[MOST_EVENTS];
    struct error error;
    size_t count = 0;

    if (ledger_read(
            house->log, (struct position){0}, MOST_EVENTS, SIZE_MAX, arena, records, &count,
            &error) != STATUS_OK)
        return complain("cannot be read: %s", error.text);
    if (count != size)
        return complain("%zu of %llu events", count, (unsigned long long)size);
    for (size_t i = 0; i < count; i++) {
        if (!uuid_equal(records[i].entry.event_id, wanted.events[i]))
            return complain("another event at %zu", i);
        if (keyring_open_record(house->keyring, arena, &records[i], &error) != STATUS_OK)
            return complain("a box of %zu does not open: %s", i, error.text);
        if (wanted.has_origin[i] && !text_is_present(records[i].body.origin->address.text))
            return complain("the key of %zu is lost", i);
    }
    return true;
}

static bool is_sound(struct house *house, uint64_t acknowledged)
{
    uint64_t size = ledger_size(house->log);
    struct digest model = model_digest(house->model);
    struct error error;

    if (size < acknowledged)
        return complain(
            "%llu events, and %llu were acknowledged", (unsigned long long)size,
            (unsigned long long)acknowledged);
    if (size > wanted.size)
        return complain("more events than there were");
    if (ledger_verify(house->log, NULL, NULL, &error) != STATUS_OK)
        return complain("does not verify: %s", error.text);
    if (memcmp(model.bytes, wanted.models[size].bytes, DIGEST_SIZE) != 0)
        return complain("another model than %llu events fold to", (unsigned long long)size);
    return has_events(house, size);
}

/* Before anything was acknowledged a first start may be refused, as long as it is said why. */
static bool look(uint64_t acknowledged)
{
    struct house house = {0};
    struct error error = {0};
    bool is_good;

    if (open_house(home, &house, &error) != STATUS_OK)
        is_good = acknowledged == 0 && error.text[0] != '\0';
    else
        is_good = is_sound(&house, acknowledged);
    if (!is_good && losses->complaint[0] == '\0')
        complain("does not open: %s", error.text);
    close_house(&house);
    return is_good;
}

static void lose_power(struct disk_walk *walk, enum disk_loss loss)
{
    losses->complaint[0] = '\0';
    disk_walk_lose_power(walk, loss, home);
    losses->homes++;
    if (!look(disk_walk_acknowledged(walk)))
        losses->bad++;
}

/* At every step, up to the first home that is bad. */
static void walk_all(enum disk_fault fault)
{
    struct disk_walk *walk = disk_walk_new(fault, 1);

    while (losses->bad == 0 && disk_walk_step(walk)) {
        lose_power(walk, DISK_KEEPS_ALL);
        if (losses->bad == 0 && disk_walk_has_unsynced(walk))
            lose_power(walk, DISK_KEEPS_NONE);
        if (losses->bad == 0 && disk_walk_has_unsynced(walk))
            lose_power(walk, DISK_KEEPS_SOME);
    }
}

/* In a child: what is torn badly enough ends it. */
static void when_power_is_lost_everywhere(enum disk_fault fault)
{
    pid_t child;
    int how = 0;

    *losses = (struct losses){0};
    fflush(stdout);
    child = fork();
    must(child >= 0);
    if (child == 0) {
        walk_all(fault);
        _exit(0);
    }
    must(waitpid(child, &how, 0) == child);
    if (how == 0)
        return;
    losses->bad++;
    if (losses->complaint[0] == '\0')
        complain("ends whoever looks (%d)", how);
}

static void what_was_acknowledged_survives_a_loss_of_power_at_any_moment(void)
{
    when_power_is_lost_everywhere(DISK_AS_IT_WAS);
    printf("(%u homes, %llu events) ", losses->homes, (unsigned long long)wanted.size);
    expect_text(text_from(losses->complaint), "");
    expect(losses->bad == 0 && losses->homes > 500);
}

/* These two show that the test above can fail. */

static void without_syncs_something_is_lost(void)
{
    when_power_is_lost_everywhere(DISK_WITHOUT_SYNC);
    expect(losses->bad > 0);
}

static void with_keys_that_are_stored_after_the_ledger_some_are_lost(void)
{
    when_power_is_lost_everywhere(DISK_WITH_FIRST_LATE);
    expect(text_contains(text_from(losses->complaint), text_lit("the key of")));
}

/* A file whose name is lost is lost with all that was synced in it. */
static void the_name_of_every_new_file_is_synced_too(void)
{
    expect(disk_directory_syncs() >= COUNT_OF(files) - 1);
}

static const struct test tests[] = {
    TEST(the_name_of_every_new_file_is_synced_too),
    TEST(what_was_acknowledged_survives_a_loss_of_power_at_any_moment),
    TEST(without_syncs_something_is_lost),
    TEST(with_keys_that_are_stored_after_the_ledger_some_are_lost),
};
const struct suite test_power_loss_suite =
    SUITE_WITH("power loss", tests, .set_up = set_up, .tear_down = tear_down);
