/*
 * The file of kept orders.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/kept_orders.h"

#include "core/base/heap.h"
#include "core/crypto/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIZE_BYTES = 4, MARK_BYTES = 8, HEAD = SIZE_BYTES + MARK_BYTES, MOST_ORDER = 1 << 16 };

struct kept_orders {
    int file;
    size_t room;
    size_t size;
};

static enum status system_error(struct error *error, const char *doing)
{
    return error_set(error, STATUS_UNAVAILABLE, "%s looks.kept: %s", doing, strerrordesc_np(errno));
}

static struct bytes head_of(struct bytes order, uint8_t head[HEAD])
{
    struct digest mark = sha256(order);

    for (int i = 0; i < SIZE_BYTES; i++)
        head[i] = (uint8_t)(order.size >> (24 - 8 * i));
    memcpy(head + SIZE_BYTES, mark.bytes, MARK_BYTES);
    return (struct bytes){head, HEAD};
}

bool kept_orders_read(
    struct kept_orders *orders, size_t *at, struct arena *arena, struct bytes *out)
{
    uint8_t head[HEAD];
    uint8_t expected[HEAD];
    struct bytes order = {NULL, 0};
    uint8_t *read;

    if (pread(orders->file, head, HEAD, (off_t)*at) != HEAD)
        return false;
    for (int i = 0; i < SIZE_BYTES; i++)
        order.size = order.size << 8 | head[i];
    if (order.size == 0 || order.size > MOST_ORDER)
        return false;
    read = arena_take(arena, order.size);
    order.data = read;
    if (pread(orders->file, read, order.size, (off_t)(*at + HEAD)) != (ssize_t)order.size ||
        memcmp(head_of(order, expected).data, head, HEAD) != 0)
        return false;
    *at += HEAD + order.size;
    *out = order;
    return true;
}

static void find_end(struct kept_orders *orders)
{
    AUTO_ARENA arena = arena_new(MOST_ORDER + 4096);
    struct bytes order;

    while (kept_orders_read(orders, &orders->size, arena, &order))
        arena_reset(arena);
}

/* A file system that cannot set room aside is met when it is needed. */
static void take_room(const struct kept_orders *orders)
{
    int rc = posix_fallocate(orders->file, 0, (off_t)orders->room);

    (void)rc;
}

enum status
kept_orders_open(const char *path, size_t room, struct kept_orders **out, struct error *error)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    struct kept_orders *orders;

    if (file < 0)
        return system_error(error, "opening");
    orders = heap_new(sizeof(*orders));
    *orders = (struct kept_orders){.file = file, .room = room};
    take_room(orders);
    find_end(orders);
    *out = orders;
    return STATUS_OK;
}

void kept_orders_close(struct kept_orders *orders)
{
    if (orders == NULL)
        return;
    close(orders->file);
    heap_free(orders);
}

size_t kept_orders_size(const struct kept_orders *orders)
{
    return orders->size;
}

enum status kept_orders_add(struct kept_orders *orders, struct bytes order, struct error *error)
{
    uint8_t head[HEAD];
    off_t at = (off_t)orders->size;

    if (order.size == 0 || order.size > MOST_ORDER ||
        orders->size + HEAD + order.size > orders->room)
        return error_set(error, STATUS_TOO_LARGE, "looks.kept is full");
    if (pwrite(orders->file, order.data, order.size, at + HEAD) != (ssize_t)order.size ||
        pwrite(orders->file, head_of(order, head).data, HEAD, at) != HEAD ||
        fsync(orders->file) != 0)
        return system_error(error, "writing");
    orders->size += HEAD + order.size;
    return STATUS_OK;
}

/* By cutting it, so that nothing old stands behind what comes next. */
enum status kept_orders_clear(struct kept_orders *orders, struct error *error)
{
    if (ftruncate(orders->file, 0) != 0)
        return system_error(error, "cutting");
    orders->size = 0;
    take_room(orders);
    return fsync(orders->file) == 0 ? STATUS_OK : system_error(error, "writing");
}
