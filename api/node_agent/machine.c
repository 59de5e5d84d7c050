/*
 * uname(2) and os-release(5).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/machine.h"

#include "api/node_agent/agent_settings.h"
#include "core/base/build_info.h"
#include "core/base/files.h"
#include "core/base/must.h"
#include "core/release/program.h"

#include <string.h>
#include <sys/utsname.h>

enum { LARGEST_FILE = 16 << 10 };

static const struct field machine_location_fields[] = {
    {TEXT(machine_location, provider), .tag = 1, .doc = "Who says where it is."},
    {TEXT(machine_location, source), .tag = 2, .doc = "How that is known."},
    {TEXT(machine_location, region), .tag = 3, .doc = "Region of the machine."},
    {TEXT(machine_location, zone), .tag = 4, .flags = OMIT_ABSENT, .doc = "Zone of the region."},
    {DOUBLE(machine_location, latitude), .tag = 5, .flags = OMIT_ABSENT,
     .doc = "Latitude in degrees."},
    {DOUBLE(machine_location, longitude), .tag = 6, .flags = OMIT_ABSENT,
     .doc = "Longitude in degrees."},
};
const struct shape machine_location_shape = SHAPE(machine_location, "Where a machine is.");

static const struct field machine_fields[] = {
    {TEXT(machine, os), .tag = 1, .flags = OMIT_ABSENT, .doc = "Operating system of the machine."},
    {TEXT(machine, arch), .tag = 2, .flags = OMIT_ABSENT, .doc = "Architecture of the processor."},
    {TEXT(machine, agent_version), .tag = 3, .flags = OMIT_ABSENT, .doc = "Version of the agent."},
    {TEXT(machine, platform_version), .tag = 4, .flags = OMIT_ABSENT,
     .doc = "Name and version of the distribution."},
    {TEXT(machine, kernel_version), .tag = 5, .flags = OMIT_ABSENT,
     .doc = "Release of the kernel."},
    {OBJECT(machine, location, machine_location), .tag = 6, .flags = OMIT_ABSENT,
     .doc = "Where it is."},
};
const struct shape machine_shape = SHAPE(machine, "What a machine says of itself.");

/* The value of PRETTY_NAME="…". */
static struct text pretty_name(struct text rest, struct arena *arena)
{
    static const struct text name = TEXT_OF("PRETTY_NAME=");

    while (text_is_present(rest)) {
        struct text line = text_cut(&rest, '\n');
        if (!text_starts_with(line, name))
            continue;
        line = text_slice(line, name.size, line.size);
        if (line.size >= 2 && (line.data[0] == '"' || line.data[0] == '\''))
            line = text_slice(line, 1, line.size - 2);
        return text_cleaned(arena, line);
    }
    return (struct text){NULL, 0};
}

static struct text distribution(struct arena *arena)
{
    static const char *const files[] = {"/etc/os-release", "/usr/lib/os-release"};
    struct text content;

    for (size_t i = 0; i < COUNT_OF(files); i++) {
        if (files_read(files[i], LARGEST_FILE, arena, &content, NULL) == STATUS_OK)
            return pretty_name(content, arena);
    }
    return (struct text){NULL, 0};
}

static const struct machine_location *
location_of(const struct agent_settings *settings, struct arena *arena)
{
    struct machine_location *location = arena_one(arena, struct machine_location);

    *location = (struct machine_location){
        text_lit("manual"),      text_lit("manual"),          settings->location_region,
        settings->location_zone, settings->location_latitude, settings->location_longitude,
    };
    return text_is_present(settings->location_region) ? location : NULL;
}

void machine_read(const struct agent_settings *settings, struct arena *arena, struct machine *out)
{
    struct utsname system;

    must(uname(&system) == 0);
    *out = (struct machine){
        .os = text_lit("linux"),
        .arch = program_arch(arena),
        .agent_version = text_from(build_info.version),
        .platform_version = distribution(arena),
        .kernel_version = text_copy(arena, text_from(system.release)),
        .location = location_of(settings, arena),
    };
}

struct text machine_hostname(struct arena *arena)
{
    struct utsname system;

    must(uname(&system) == 0);
    return text_lower(arena, text_from(system.nodename));
}
