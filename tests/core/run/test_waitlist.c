/*
 * Waiting for keys, numbers and deadlines: single cases, 10,000 at once, and a long random history
 * beside a model that is too simple to be wrong.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/run/waitlist.h"
#include "tests/support/expect.h"

#include <string.h>

enum { NEVER = INT32_MAX, MANY = 10000, STEPS = 200000, ACTORS = 64, KEYS = 5 };

/* One who waits, and writes down that it was woken. */
struct sleeper {
    struct waiter waiter; /* first */
    char sign;
    enum wake_reason reason;
    int woken;
    struct sleeper *cancels; /* when woken */
    bool waits_again;
};

static struct waitlist *list;
static char story[64];

static void make_list(void)
{
    list = waitlist_new();
    story[0] = '\0';
}

static void free_list(void)
{
    waitlist_free(list);
}

static struct uuid key_of(int number)
{
    struct uuid key = {{1}};

    memcpy(key.bytes + 8, &number, sizeof(number));
    return key;
}

static void on_wake(struct waiter *waiter, enum wake_reason reason)
{
    struct sleeper *sleeper = (struct sleeper *)waiter;
    size_t size = strlen(story);

    sleeper->reason = reason;
    sleeper->woken++;
    if (sleeper->sign != '\0' && size + 1 < sizeof(story)) {
        story[size] = sleeper->sign;
        story[size + 1] = '\0';
    }
    if (sleeper->cancels != NULL)
        waitlist_cancel(list, &sleeper->cancels->waiter);
    if (sleeper->waits_again)
        waitlist_add_key(list, &sleeper->waiter, key_of(1), NEVER);
}

static struct sleeper make_sleeper(char sign)
{
    return (struct sleeper){.waiter.wake = on_wake, .sign = sign};
}

static void those_of_a_key_are_woken_in_the_order_they_came_and_no_others(void)
{
    struct sleeper a = make_sleeper('a');
    struct sleeper b = make_sleeper('b');
    struct sleeper c = make_sleeper('c');
    struct sleeper other = make_sleeper('o');

    waitlist_add_key(list, &a.waiter, key_of(1), NEVER);
    waitlist_add_key(list, &other.waiter, key_of(2), NEVER);
    waitlist_add_key(list, &b.waiter, key_of(1), NEVER);
    waitlist_add_key(list, &c.waiter, key_of(1), NEVER);
    waitlist_wake_key(list, key_of(3));
    waitlist_wake_key(list, key_of(1));
    waitlist_wake_key(list, key_of(1));
    expect_text(text_from(story), "abc");
    expect_int64(a.reason, WAKE_REACHED);
    expect_int64(waitlist_count(list), 1);
}

static void a_number_wakes_all_up_to_it_the_lower_first(void)
{
    struct sleeper five = make_sleeper('5');
    struct sleeper three = make_sleeper('3');
    struct sleeper four = make_sleeper('4');

    waitlist_add_number(list, &five.waiter, 5, NEVER);
    waitlist_add_number(list, &three.waiter, 3, NEVER);
    waitlist_add_number(list, &four.waiter, 4, NEVER);
    waitlist_wake_reached(list, 2);
    expect_text(text_from(story), "");
    waitlist_wake_reached(list, 4);
    expect_text(text_from(story), "34");
    waitlist_wake_reached(list, UINT64_MAX);
    expect_text(text_from(story), "345");
}

static void who_waits_too_long_is_told_so_the_earlier_first(void)
{
    struct sleeper late = make_sleeper('l');
    struct sleeper soon = make_sleeper('s');
    struct sleeper number = make_sleeper('n');

    waitlist_add_key(list, &late.waiter, key_of(1), 300);
    waitlist_add_key(list, &soon.waiter, key_of(1), 100);
    waitlist_add_number(list, &number.waiter, 9, 200);
    expect_int64(waitlist_next_deadline(list), 100);
    waitlist_expire(list, 99);
    expect_text(text_from(story), "");
    waitlist_expire(list, 200);
    expect_text(text_from(story), "sn");
    expect_int64(soon.reason, WAKE_EXPIRED);
    expect_int64(waitlist_next_deadline(list), 300);
    waitlist_wake_key(list, key_of(1));
    waitlist_wake_reached(list, 9);
    expect_text(text_from(story), "snl");
    expect(waitlist_next_deadline(list) == INT64_MAX);
}

static void who_is_cancelled_is_not_woken_wherever_it_stands(void)
{
    struct sleeper first = make_sleeper('f');
    struct sleeper middle = make_sleeper('m');
    struct sleeper last = make_sleeper('l');
    struct sleeper never = make_sleeper('n');

    waitlist_add_key(list, &first.waiter, key_of(1), NEVER);
    waitlist_add_key(list, &middle.waiter, key_of(1), NEVER);
    waitlist_add_key(list, &last.waiter, key_of(1), NEVER);
    waitlist_cancel(list, &never.waiter);
    waitlist_cancel(list, &first.waiter);
    waitlist_cancel(list, &last.waiter);
    waitlist_cancel(list, &last.waiter);
    waitlist_wake_key(list, key_of(1));
    expect_text(text_from(story), "m");
    expect_int64(waitlist_count(list), 0);
}

static void who_waits_again_while_being_woken_waits_for_the_next_call(void)
{
    struct sleeper a = make_sleeper('a');
    struct sleeper b = make_sleeper('b');

    a.waits_again = b.waits_again = true;
    waitlist_add_key(list, &a.waiter, key_of(1), NEVER);
    waitlist_add_key(list, &b.waiter, key_of(1), NEVER);
    waitlist_wake_key(list, key_of(1));
    expect_text(text_from(story), "ab");
    waitlist_wake_key(list, key_of(1));
    expect_text(text_from(story), "abab");
    expect_int64(waitlist_count(list), 2);
}

static void who_is_being_woken_may_cancel_those_behind(void)
{
    struct sleeper a = make_sleeper('a');
    struct sleeper b = make_sleeper('b');
    struct sleeper c = make_sleeper('c');

    a.cancels = &b;
    waitlist_add_key(list, &a.waiter, key_of(1), NEVER);
    waitlist_add_key(list, &b.waiter, key_of(1), NEVER);
    waitlist_add_key(list, &c.waiter, key_of(1), NEVER);
    waitlist_wake_all(list);
    expect_text(text_from(story), "ac");
    expect_int64(c.reason, WAKE_ENDED);
}

static void one_of_ten_thousand_is_woken_and_then_all(void)
{
    struct sleeper *all = heap_array(MANY, sizeof(*all));
    int woken = 0;

    for (int i = 0; i < MANY; i++) {
        all[i] = make_sleeper('\0');
        waitlist_add_key(list, &all[i].waiter, key_of(i), NEVER - i);
    }
    waitlist_wake_key(list, key_of(MANY / 2));
    expect_int64(all[MANY / 2].woken, 1);
    expect_int64(waitlist_count(list), MANY - 1);
    waitlist_wake_all(list);
    for (int i = 0; i < MANY; i++)
        woken += all[i].woken;
    expect_int64(woken, MANY);
    expect_int64(waitlist_count(list), 0);
    heap_free(all);
}

/* The model: each actor's row, looked through from end to end at every step. */
struct model {
    bool waits;
    bool is_for_key;
    int what; /* key or number */
    int64_t deadline;
    int woken;
};

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

static void model_wake(struct model *models, bool is_for_key, int from, int to)
{
    for (int i = 0; i < ACTORS; i++) {
        if (models[i].waits && models[i].is_for_key == is_for_key && models[i].what >= from &&
            models[i].what <= to) {
            models[i].waits = false;
            models[i].woken++;
        }
    }
}

static void model_expire(struct model *models, int64_t now)
{
    for (int i = 0; i < ACTORS; i++) {
        if (models[i].waits && models[i].deadline <= now) {
            models[i].waits = false;
            models[i].woken++;
        }
    }
}

static int64_t model_next_deadline(const struct model *models)
{
    int64_t next = INT64_MAX;

    for (int i = 0; i < ACTORS; i++) {
        if (models[i].waits && models[i].deadline < next)
            next = models[i].deadline;
    }
    return next;
}

static void add(struct sleeper *sleeper, struct model *model, int64_t now, uint32_t *random)
{
    model->waits = true;
    model->is_for_key = next_random(random) % 2 == 0;
    model->what = (int)(next_random(random) % KEYS);
    model->deadline = now + (int64_t)(next_random(random) % 50);
    if (model->is_for_key)
        waitlist_add_key(list, &sleeper->waiter, key_of(model->what), model->deadline);
    else
        waitlist_add_number(list, &sleeper->waiter, (uint64_t)model->what, model->deadline);
}

static void
random_step(struct sleeper *sleepers, struct model *models, int64_t now, uint32_t *random)
{
    uint32_t actor = next_random(random) % ACTORS;
    int what = (int)(next_random(random) % KEYS);

    switch (next_random(random) % 8) {
    case 0:
        waitlist_wake_key(list, key_of(what));
        model_wake(models, true, what, what);
        break;
    case 1:
        waitlist_wake_reached(list, (uint64_t)what);
        model_wake(models, false, 0, what);
        break;
    case 2:
        waitlist_expire(list, now);
        model_expire(models, now);
        break;
    case 3:
        waitlist_cancel(list, &sleepers[actor].waiter);
        models[actor].waits = false;
        break;
    default:
        if (!models[actor].waits)
            add(&sleepers[actor], &models[actor], now, random);
    }
}

static void a_long_history_goes_as_in_the_model(void)
{
    struct sleeper sleepers[ACTORS];
    struct model models[ACTORS] = {{0}};
    uint32_t random = 7;
    int different = 0;

    for (int i = 0; i < ACTORS; i++)
        sleepers[i] = make_sleeper('\0');
    for (int64_t now = 0; now < STEPS; now++) {
        size_t waiting = 0;
        random_step(sleepers, models, now, &random);
        for (int i = 0; i < ACTORS; i++) {
            waiting += models[i].waits ? 1 : 0;
            different += models[i].woken != sleepers[i].woken ? 1 : 0;
        }
        different += waiting != waitlist_count(list) ? 1 : 0;
        different += model_next_deadline(models) != waitlist_next_deadline(list) ? 1 : 0;
    }
    expect_int64(different, 0);
    waitlist_wake_all(list);
}

static const struct test tests[] = {
    TEST(those_of_a_key_are_woken_in_the_order_they_came_and_no_others),
    TEST(a_number_wakes_all_up_to_it_the_lower_first),
    TEST(who_waits_too_long_is_told_so_the_earlier_first),
    TEST(who_is_cancelled_is_not_woken_wherever_it_stands),
    TEST(who_waits_again_while_being_woken_waits_for_the_next_call),
    TEST(who_is_being_woken_may_cancel_those_behind),
    TEST(one_of_ten_thousand_is_woken_and_then_all),
    TEST(a_long_history_goes_as_in_the_model),
};

const struct suite test_waitlist_suite =
    SUITE_WITH("core/run/waitlist", tests, .set_up = make_list, .tear_down = free_list);
