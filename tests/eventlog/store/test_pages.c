/*
 * The walk over LMDB's pages: whatever LMDB writes is whole, at any time and beside a writer; and
 * each kind of damage is a sentence, not a crash.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/run/thread.h"
#include "eventlog/store/env.h"
#include "eventlog/store/pages.h"
#include "tests/support/expect.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE = 4096, TABLES = 3, ROUNDS = 60, CHANGES = 40, LONGEST_VALUE = 20000, PATH_SIZE = 512 };

static const struct store_table_spec specs[TABLES] = {
    {"plain", 0}, {"pairs", STORE_DUPLICATES}, {"emptied", 0}};

struct file {
    const char *directory;
    struct store_env *env;
    struct store_table tables[TABLES];
    uint64_t state; /* of the sequence of changes: the same in each run */
};

static uint32_t next_random(struct file *file)
{
    file->state = file->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(file->state >> 33);
}

static struct file make_file(void)
{
    struct file file = {.directory = make_directory(), .state = 7};
    struct store_settings settings = {
        .directory = file.directory,
        .name = "a.mdb",
        .map_bytes = STORE_MAP_BYTES,
        .most_tables = TABLES,
    };
    struct error error;

    must(store_open(&settings, &file.env, &error) == STATUS_OK);
    must(store_tables(file.env, specs, TABLES, file.tables, &error) == STATUS_OK);
    return file;
}

static void change_plain(struct file *file, struct store_txn *txn)
{
    static const uint8_t value[LONGEST_VALUE] = {1};
    uint32_t chosen = next_random(file);
    struct store_number number = store_number(chosen % 500);
    struct error error;
    enum status status;

    if (chosen % 3 == 0)
        status = store_delete(txn, file->tables[0], store_number_key(&number), &error);
    else
        status = store_put(
            txn, file->tables[0], store_number_key(&number),
            (struct bytes){value, chosen % 5 == 0 ? chosen % LONGEST_VALUE : chosen % 100}, &error);
    must(status == STATUS_OK || status == STATUS_NOT_FOUND);
}

/* Few keys with many values each, so that some have a tree of their own. */
static void change_pairs(struct file *file, struct store_txn *txn)
{
    struct store_number key = store_number(next_random(file) % 3);
    struct store_number value = store_number(next_random(file));
    struct error error;

    must(
        store_put(txn, file->tables[1], store_number_key(&key), store_number_key(&value), &error) ==
        STATUS_OK);
}

static void given_changes(struct file *file)
{
    struct store_txn *txn = NULL;
    struct error error;

    must(store_begin(file->env, true, &txn, &error) == STATUS_OK);
    for (int i = 0; i < CHANGES; i++) {
        change_plain(file, txn);
        change_pairs(file, txn);
    }
    if (next_random(file) % 8 == 0)
        must(store_table_empty(txn, file->tables[1], false, &error) == STATUS_OK);
    must(store_commit(&txn, &error) == STATUS_OK);
}

static struct file make_busy_file(void)
{
    struct file file = make_file();

    for (int i = 0; i < ROUNDS; i++)
        given_changes(&file);
    return file;
}

static void whatever_lmdb_writes_is_whole(void)
{
    struct file file = make_file();
    struct pages_usage usage = {0};
    struct error error;

    for (int i = 0; i < ROUNDS; i++) {
        given_changes(&file);
        expect_ok(store_check_pages(file.env, &usage, &error), &error);
        expect_int64(usage.used + usage.free, usage.pages);
        expect_ok(pages_check_file(file.directory, "a.mdb", true, &error), &error);
    }
    expect(usage.free > 0);
    store_close(file.env);
}

static void a_file_that_is_missing_or_has_no_bytes_is_no_damage(void)
{
    const char *directory = make_directory();
    char path[PATH_SIZE];
    struct error error;
    int descriptor;

    expect_ok(pages_check_file(directory, "a.mdb", true, &error), &error);
    snprintf(path, sizeof(path), "%s/a.mdb", directory);
    descriptor = open(path, O_CREAT | O_WRONLY, 0600);
    close(descriptor);
    expect_ok(pages_check_file(directory, "a.mdb", true, &error), &error);
}

struct writing {
    struct file *file;
    atomic_bool is_over;
};

static void write_on(void *context)
{
    struct writing *writing = context;

    while (!atomic_load(&writing->is_over))
        given_changes(writing->file);
}

static void it_is_whole_beside_somebody_who_writes(void)
{
    struct file file = make_busy_file();
    struct writing writing = {.file = &file};
    struct pages_usage usage;
    struct error error;
    struct thread *thread;

    atomic_init(&writing.is_over, false);
    thread = thread_start("writer", write_on, &writing);
    for (int i = 0; i < ROUNDS; i++)
        expect_ok(store_check_pages(file.env, &usage, &error), &error);
    atomic_store(&writing.is_over, true);
    thread_join(thread);
    store_close(file.env);
}

/* The whole of a file that no process has open, to be changed and written back. */
struct image {
    char path[PATH_SIZE];
    const char *directory;
    uint8_t *bytes;
    size_t size;
};

static struct image make_image(struct arena *arena)
{
    struct file file = make_busy_file();
    struct image image = {.directory = file.directory};
    struct stat st;
    int descriptor;

    store_close(file.env);
    snprintf(image.path, sizeof(image.path), "%s/a.mdb", file.directory);
    descriptor = open(image.path, O_RDONLY);
    must(descriptor >= 0 && fstat(descriptor, &st) == 0);
    image.size = (size_t)st.st_size;
    image.bytes = arena_take(arena, image.size);
    must(pread(descriptor, image.bytes, image.size, 0) == st.st_size);
    close(descriptor);
    return image;
}

static void given_file_of(const struct image *image, size_t size)
{
    int descriptor = open(image->path, O_WRONLY | O_TRUNC);

    must(descriptor >= 0);
    must(pwrite(descriptor, image->bytes, size, 0) == (ssize_t)size);
    close(descriptor);
}

static void expect_damage(const struct image *image, size_t size, const char *what)
{
    struct error error = {0};

    given_file_of(image, size);
    expect_status(
        pages_check_file(image->directory, "a.mdb", true, &error), STATUS_CORRUPT, &error);
    expect_text(text_from(error.code), "file_damaged");
    if (strstr(error.text, what) == NULL)
        expect_text(text_from(error.text), what);
}

/* The newer meta page of an image. */
static uint8_t *newest_meta(const struct image *image)
{
    uint64_t first;
    uint64_t second;

    memcpy(&first, image->bytes + 16 + 128, 8);
    memcpy(&second, image->bytes + PAGE + 16 + 128, 8);
    return image->bytes + (second > first ? PAGE : 0) + 16;
}

/* The root page of the free list (a leaf, in these small files), and in it the newest list. */
static uint8_t *free_list(const struct image *image, uint64_t *out_count)
{
    uint64_t root;
    uint16_t lower;
    uint16_t offset;
    uint8_t *page;

    memcpy(&root, newest_meta(image) + 24 + 40, 8);
    page = image->bytes + root * PAGE;
    memcpy(&lower, page + 12, 2);
    memcpy(&offset, page + lower - 2, 2);
    memcpy(out_count, page + offset + 8 + 8, 8);
    return page + offset + 8 + 8;
}

static void a_free_list_that_names_a_page_in_use_is_damage(void)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct image image = make_image(arena);
    uint64_t count;
    uint8_t *list = free_list(&image, &count);
    uint64_t main_root;

    must(count > 0);
    memcpy(&main_root, newest_meta(&image) + 24 + 48 + 40, 8);
    memcpy(list + 8, &main_root, 8);
    expect_damage(&image, image.size, "is in use twice, or in use and free");
}

static void a_free_list_that_forgets_a_page_is_damage(void)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct image image = make_image(arena);
    uint64_t count;
    uint8_t *list = free_list(&image, &count);

    must(count > 0);
    count--;
    memcpy(list, &count, 8);
    expect_damage(&image, image.size, "is neither in use nor free");
}

static void a_free_list_that_is_longer_than_its_bytes_is_damage(void)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct image image = make_image(arena);
    uint64_t count = UINT64_MAX / 8;
    uint64_t before;
    uint8_t *list = free_list(&image, &before);

    memcpy(list, &count, 8);
    expect_damage(&image, image.size, "free list");
}

static void a_free_list_that_names_a_page_beyond_the_last_is_damage(void)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct image image = make_image(arena);
    uint64_t beyond = UINT64_MAX / 4;
    uint64_t count;
    uint8_t *list = free_list(&image, &count);

    must(count > 0);
    memcpy(list + 8, &beyond, 8);
    expect_damage(&image, image.size, "none that was given out");
}

/* One more would be none at all, where it is counted on. */
static void a_free_list_that_names_the_largest_number_is_damage(void)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct image image = make_image(arena);
    uint64_t largest = UINT64_MAX;
    uint64_t count;
    uint8_t *list = free_list(&image, &count);

    must(count > 0);
    memcpy(list + 8 * count, &largest, 8);
    expect_damage(&image, image.size, "none that was given out");
}

static void a_tree_of_another_number_of_entries_is_damage(void)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct image image = make_image(arena);
    uint64_t entries = TABLES + 1;

    memcpy(newest_meta(&image) + 24 + 48 + 32, &entries, 8);
    expect_damage(&image, image.size, "tree of another size");
}

enum { SMALL_PAGE = 512, NODE_TREE = 2, NODE_OVERFLOW_TREE = 3 };

static void add_number(uint8_t *at, uint64_t number)
{
    memcpy(at, &number, 8);
}

static void add_tree(uint8_t *at, uint64_t root)
{
    memset(at, 0, 48);
    at[6] = 1; /* levels */
    add_number(at + 16, 1);
    add_number(at + 32, 1);
    add_number(at + 40, root);
}

/* A leaf with one node without a key, that has `size` bytes to the end of its page. */
static uint8_t *add_leaf(const struct image *image, uint64_t number, uint16_t size, uint8_t flags)
{
    uint8_t *page = image->bytes + number * SMALL_PAGE;
    const uint16_t lower = 16 + 2;
    const uint16_t upper = (uint16_t)(SMALL_PAGE - 8 - size);

    add_number(page, number);
    page[10] = 2;
    memcpy(page + 12, &lower, 2);
    memcpy(page + 14, &upper, 2);
    memcpy(page + 16, &upper, 2);
    page[upper] = 48; /* bytes, as it says */
    page[upper + 4] = flags;
    return page + upper + 8;
}

/* A file of small pages, the third of them the root of its tables; all else is still to be made. */
static struct image make_small_image(struct arena *arena, uint64_t pages)
{
    static const uint32_t head[] = {0xBEEFC0DE, 1};
    struct image image = {.directory = make_directory(), .size = pages * SMALL_PAGE};

    snprintf(image.path, sizeof(image.path), "%s/a.mdb", image.directory);
    close(open(image.path, O_CREAT | O_WRONLY, 0600));
    image.bytes = arena_take(arena, image.size);
    memset(image.bytes, 0, image.size);
    for (uint64_t i = 0; i < 2; i++) {
        uint8_t *meta = image.bytes + i * SMALL_PAGE + 16;
        memcpy(meta, head, sizeof(head));
        add_tree(meta + 24, UINT64_MAX);
        memcpy(meta + 24, &(uint32_t){SMALL_PAGE}, 4);
        add_tree(meta + 24 + 48, 2);
        add_number(meta + 24 + 2 * 48, pages - 1);
        add_number(meta + 24 + 2 * 48 + 8, i + 1);
    }
    return image;
}

/* As deep as the stack would not be. */
static void trees_that_lie_in_each_other_without_end_are_damage(void)
{
    const uint64_t pages = 100000;
    AUTO_ARENA arena = arena_new(128 << 20);
    struct image image = make_small_image(arena, pages);

    for (uint64_t i = 2; i < pages; i++)
        add_tree(add_leaf(&image, i, 48, NODE_TREE), i + 1 < pages ? i + 1 : UINT64_MAX);
    expect_damage(&image, image.size, "holds a tree where none can be");
}

static void a_tree_that_says_it_lies_elsewhere_is_damage(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct image image = make_small_image(arena, 3);

    add_number(add_leaf(&image, 2, 8, NODE_OVERFLOW_TREE), 2);
    expect_damage(&image, image.size, "holds a value outside of itself");
}

static void a_file_cut_in_half_is_damage_without_a_close_look(void)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct image image = make_image(arena);
    struct error error;

    given_file_of(&image, image.size / 2);
    expect_status(
        pages_check_file(image.directory, "a.mdb", false, &error), STATUS_CORRUPT, &error);
    expect_damage(&image, image.size / 2, "page");
    expect_damage(&image, 100, "meta page");
    expect_damage(&image, PAGE + 100, "meta page");
}

static void a_broken_head_is_damage_without_a_close_look(void)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct image image = make_image(arena);
    struct error error;

    memset(image.bytes, 'x', 64);
    given_file_of(&image, image.size);
    expect_status(
        pages_check_file(image.directory, "a.mdb", false, &error), STATUS_CORRUPT, &error);
}

/* Each page in turn loses its head: named where it is in use, and never a crash. */
static void a_page_that_is_overwritten_is_found(void)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct image image = make_image(arena);
    struct file file = make_busy_file();
    struct pages_usage usage;
    struct error error;
    uint64_t found = 0;

    expect_ok(store_check_pages(file.env, &usage, &error), &error);
    store_close(file.env);
    for (size_t page = 0; page < image.size / PAGE; page++) {
        uint8_t head[16];
        memcpy(head, image.bytes + page * PAGE, sizeof(head));
        memset(image.bytes + page * PAGE, 0xa5, sizeof(head));
        given_file_of(&image, image.size);
        if (page >= 2 && pages_check_file(image.directory, "a.mdb", true, &error) != STATUS_OK)
            found++;
        memcpy(image.bytes + page * PAGE, head, sizeof(head));
    }
    expect(found > 20);
    expect(found <= usage.used);
}

/* Any byte may be another one: what is in the file never ends the process. */
static void no_byte_can_lead_it_astray(void)
{
    AUTO_ARENA arena = arena_new(64 << 20);
    struct image image = make_image(arena);
    struct file random = {.state = 11};
    int found = 0;

    for (int i = 0; i < 300; i++) {
        size_t page = next_random(&random) % (image.size / PAGE);
        size_t at = page * PAGE + next_random(&random) % 64;
        uint8_t before = image.bytes[at];
        struct error error;

        image.bytes[at] = (uint8_t)next_random(&random);
        given_file_of(&image, image.size);
        if (pages_check_file(image.directory, "a.mdb", true, &error) != STATUS_OK)
            found++;
        image.bytes[at] = before;
    }
    expect(found > 0);
}

static const struct test tests[] = {
    TEST(whatever_lmdb_writes_is_whole),
    TEST(a_file_that_is_missing_or_has_no_bytes_is_no_damage),
    TEST(it_is_whole_beside_somebody_who_writes),
    TEST(a_free_list_that_names_a_page_in_use_is_damage),
    TEST(a_free_list_that_forgets_a_page_is_damage),
    TEST(a_free_list_that_is_longer_than_its_bytes_is_damage),
    TEST(a_free_list_that_names_a_page_beyond_the_last_is_damage),
    TEST(a_free_list_that_names_the_largest_number_is_damage),
    TEST(a_tree_of_another_number_of_entries_is_damage),
    TEST(trees_that_lie_in_each_other_without_end_are_damage),
    TEST(a_tree_that_says_it_lies_elsewhere_is_damage),
    TEST(a_file_cut_in_half_is_damage_without_a_close_look),
    TEST(a_broken_head_is_damage_without_a_close_look),
    TEST(a_page_that_is_overwritten_is_found),
    TEST(no_byte_can_lead_it_astray),
};

const struct suite test_pages_suite = SUITE("eventlog/store/pages", tests);
