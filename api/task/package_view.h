/*
 * How orders about packages look to callers, made from the task that carries them out.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TASK_PACKAGE_VIEW_H
#define API_TASK_PACKAGE_VIEW_H

#include "api/task/task_view.h"

struct package_view {
    struct text name;
    struct text version;
    struct text architecture;
    struct text description;
};
extern const struct shape package_view_shape;

struct found_package_view {
    struct text name;
    struct text version;
    struct text description;
};

struct package_order_view {
    struct uuid task_id;
    struct enum_value task_status;
    struct uuid id;           /* again the task's */
    struct enum_value status; /* again the task's */
    struct uuid node_id;
    struct text operation;
    struct list names; /* of texts */
    struct opt_bool purge;
    struct text term;
};
extern const struct shape package_order_view_shape;

struct package_list_view {
    struct uuid task_id;
    struct enum_value task_status;
    struct uuid id;
    struct enum_value status;
    struct uuid node_id;
    struct text operation;
    struct list names;
    struct opt_bool purge;
    struct text term;
    struct list packages; /* of package_view */
    struct text error;
};
extern const struct shape package_list_view_shape;

struct package_search_view {
    struct uuid task_id;
    struct enum_value task_status;
    struct uuid id;
    struct enum_value status;
    struct uuid node_id;
    struct text operation;
    struct list names;
    struct opt_bool purge;
    struct text term;
    struct list results; /* of found_package_view */
    struct text error;
};
extern const struct shape package_search_view_shape;

/* What was ordered, as the task's payload says. */
struct package_order_view package_order_of(struct arena *arena, const struct task_row *task);

/* What came of a task that has ended. */
struct package_list_view package_list_of_task(struct arena *arena, const struct task_row *task);
struct package_search_view package_search_of_task(struct arena *arena, const struct task_row *task);

#endif
