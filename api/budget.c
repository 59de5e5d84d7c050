/*
 * A table of callers. Large bodies are rare, and a body takes milliseconds: one lock will do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/budget.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"

#include <pthread.h>
#include <string.h>

enum { CALLERS = 1024, SHARE = 4 /* one part in so many of a processor */ };

static const int64_t burst_us = US_PER_S;

struct account {
    char caller[BUDGET_CALLER_SIZE];
    size_t bytes;
    int64_t spent_us; /* processor time that is not made up for yet … */
    int64_t at_us;    /* … at this time, monotonic */
};

struct budget {
    pthread_mutex_t lock;
    size_t caller_bytes;
    struct account accounts[CALLERS];
};

struct budget *budget_new(size_t caller_bytes)
{
    struct budget *budget = heap_new(sizeof(*budget));

    budget->caller_bytes = caller_bytes;
    must(pthread_mutex_init(&budget->lock, NULL) == 0);
    return budget;
}

void budget_free(struct budget *budget)
{
    if (budget == NULL)
        return;
    pthread_mutex_destroy(&budget->lock);
    heap_free(budget);
}

static struct text clip(struct text caller)
{
    return text_slice(caller, 0, BUDGET_CALLER_SIZE - 1);
}

/* NULL: no account has that name. */
static struct account *find(struct budget *budget, struct text caller)
{
    for (size_t i = 0; i < CALLERS; i++) {
        if (text_is(caller, budget->accounts[i].caller))
            return &budget->accounts[i];
    }
    return NULL;
}

static void make_up(struct account *account, int64_t now_us)
{
    int64_t made_up = (now_us - account->at_us) / SHARE;

    account->spent_us = account->spent_us > made_up ? account->spent_us - made_up : 0;
    account->at_us = now_us;
}

/* An account that nobody needs any more, or NULL: all are in use. */
static struct account *take_free(struct budget *budget, struct text caller, int64_t now_us)
{
    for (size_t i = 0; i < CALLERS; i++) {
        struct account *account = &budget->accounts[i];

        make_up(account, now_us);
        if (account->bytes > 0 || account->spent_us > 0)
            continue;
        memcpy(account->caller, caller.data, caller.size);
        account->caller[caller.size] = '\0';
        return account;
    }
    return NULL;
}

/* The caller's account, as it stands now. NULL: all are in use. */
static struct account *open_account(struct budget *budget, struct text caller, int64_t now_us)
{
    struct account *account = find(budget, caller);

    if (account == NULL)
        return take_free(budget, caller, now_us);
    make_up(account, now_us);
    return account;
}

static int64_t take(struct budget *budget, struct text caller, size_t bytes, int64_t now_us)
{
    struct account *account = open_account(budget, caller, now_us);

    if (account == NULL)
        return 1;
    if (account->spent_us > burst_us)
        return (account->spent_us - burst_us) * SHARE / US_PER_S + 1;
    if (account->bytes > 0 && account->bytes + bytes > budget->caller_bytes)
        return 1;
    account->bytes += bytes;
    return 0;
}

int64_t budget_take(struct budget *budget, struct text caller, size_t bytes, int64_t now_us)
{
    int64_t wait_s;

    pthread_mutex_lock(&budget->lock);
    wait_s = take(budget, clip(caller), bytes, now_us);
    pthread_mutex_unlock(&budget->lock);
    return wait_s;
}

void budget_give(struct budget *budget, struct text caller, size_t bytes)
{
    struct account *account;

    pthread_mutex_lock(&budget->lock);
    account = find(budget, clip(caller));
    must(account != NULL && account->bytes >= bytes);
    account->bytes -= bytes;
    pthread_mutex_unlock(&budget->lock);
}

void budget_spend(struct budget *budget, struct text caller, int64_t cpu_us, int64_t now_us)
{
    struct account *account;

    pthread_mutex_lock(&budget->lock);
    account = find(budget, clip(caller));
    if (account != NULL) {
        make_up(account, now_us);
        account->spent_us += cpu_us;
    }
    pthread_mutex_unlock(&budget->lock);
}
