/*
 * The vectors of docs/format.md, each built by our code and found in the document: an installation with
 * known keys, boxes with known nonces, one whole event.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/keyring_internal.h"
#include "eventlog/origin_key.h"
#include "eventlog/tree.h"
#include "tests/support/expect.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { DOCUMENT_BYTES = 1 << 20, OWN_KEY_COUNT = KEY_JWT };

static const struct uuid person = {{0x01, 0x99, 0xa0, 0xf0, 0, 0, 0x70, 0, 0x80, [15] = 1}};
static const struct uuid event_id = {{0x01, 0x99, 0xa0, 0xf0, 0, 1, 0x70, 0, 0x80, [15] = 2}};
static const struct uuid session = {{0x01, 0x99, 0xa0, 0xf0, 0, 2, 0x70, 0, 0x80, [15] = 3}};
static const struct timestamp recorded_at = {INT64_C(1772550000000000)};

static struct arena *arena;
static struct text document; /* without white space */
static struct keyring *keyring;

static struct text read_document(void)
{
    FILE *file = source_file("docs/format.md");
    char *kept = arena_take(arena, DOCUMENT_BYTES);
    size_t size = 0;
    int c;

    must(file != NULL);
    while ((c = fgetc(file)) != EOF && size < DOCUMENT_BYTES) {
        if (c != ' ' && c != '\n')
            kept[size++] = (char)c;
    }
    fclose(file);
    return (struct text){kept, size};
}

static void expect_documented_text(const char *name, struct text value)
{
    char message[4096];

    snprintf(
        message, sizeof(message), "docs/format.md does not hold our %s: %.*s", name,
        TEXT_ARGS(value));
    expect_at(text_contains(document, value), __FILE__, __LINE__, message);
}

static void expect_documented(const char *name, struct bytes value)
{
    expect_documented_text(name, hex_encode(arena, value));
}

static void expect_documented_id(const char *name, struct uuid id)
{
    char printed[UUID_TEXT_SIZE];

    uuid_print(id, printed);
    expect_documented_text(name, text_from(printed));
}

/* 32 times the same byte. */
static void make_key(uint8_t out[AEAD_KEY_SIZE], uint8_t byte)
{
    memset(out, byte, AEAD_KEY_SIZE);
}

static void secret_key(uint8_t out[AEAD_KEY_SIZE])
{
    for (uint8_t i = 0; i < AEAD_KEY_SIZE; i++)
        out[i] = i;
}

/* Nonce (12 times `byte`), tag, ciphertext: what our wrapped keys and the rest of our boxes are. */
static struct bytes sealed(const uint8_t *key, uint8_t byte, struct bytes extra, struct bytes plain)
{
    uint8_t *out = arena_take(arena, WRAPPED_KEY + plain.size);
    struct aead aead = {key, out, extra};

    memset(out, byte, AEAD_NONCE_SIZE);
    aead_seal(&aead, plain, out + WRAPPED_KEY, out + WRAPPED_TAG);
    return (struct bytes){out, WRAPPED_KEY + plain.size};
}

static struct bytes wrapped(const struct key_name *name, uint8_t byte)
{
    uint8_t secret[AEAD_KEY_SIZE];
    uint8_t key[AEAD_KEY_SIZE];

    secret_key(secret);
    make_key(key, byte);
    return sealed(secret, byte, key_name_bytes(name), (struct bytes){key, sizeof(key)});
}

/* The key of where our person came from in March 2026; the month stands behind it, and is bound, too. */
static struct key_name name_of_march(void)
{
    uint8_t key[AEAD_KEY_SIZE];

    make_key(key, 0xab);
    return key_name_of(person, key_id_of(key));
}

static struct bytes wrapped_march(void)
{
    static const uint8_t march[] = {0, 0, 0x5e, 0xfa};
    struct key_name name = name_of_march();
    uint8_t extra[KEY_NAME_SIZE + sizeof(march)];
    uint8_t secret[AEAD_KEY_SIZE];
    uint8_t key[AEAD_KEY_SIZE];
    uint8_t *out = arena_take(arena, WRAPPED_MOST);
    struct bytes rest;

    memcpy(extra, name.bytes, KEY_NAME_SIZE);
    memcpy(extra + KEY_NAME_SIZE, march, sizeof(march));
    secret_key(secret);
    make_key(key, 0xab);
    rest = sealed(
        secret, 0xab, (struct bytes){extra, sizeof(extra)}, (struct bytes){key, sizeof(key)});
    memcpy(out, rest.data, rest.size);
    memcpy(out + rest.size, march, sizeof(march));
    return (struct bytes){out, rest.size + sizeof(march)};
}

static struct key_name own_name(uint8_t number)
{
    return key_name_of(UUID_NONE, (struct key_id){{[7] = number}});
}

static struct key_name persons_name(void)
{
    uint8_t key[AEAD_KEY_SIZE];

    make_key(key, 0xaa);
    return key_name_of(person, key_id_of(key));
}

static void
put(struct store_txn *txn, struct store_table table, struct bytes key, struct bytes value)
{
    must(store_put(txn, table, key, value, NULL) == STATUS_OK);
}

static void write_keys(const char *home)
{
    static const struct store_table_spec spec = {"keys", 0};
    static const uint8_t salt[PASSWORD_SALT_SIZE] = {0};
    const struct store_settings settings = {
        .directory = home, .name = "keys.mdb", .map_bytes = STORE_MAP_BYTES, .most_tables = 1};
    struct key_name of_person = persons_name();
    struct key_name of_march = name_of_march();
    struct store_env *env = NULL;
    struct store_txn *txn = NULL;
    struct store_table table;

    must(store_open(&settings, &env, NULL) == STATUS_OK);
    must(store_tables(env, &spec, 1, &table, NULL) == STATUS_OK);
    must(store_begin(env, true, &txn, NULL) == STATUS_OK);
    put(txn, table, bytes_of_text(text_lit("salt")), (struct bytes){salt, sizeof(salt)});
    for (uint8_t number = 1; number <= OWN_KEY_COUNT; number++) {
        struct key_name name = own_name(number);
        put(txn, table, key_name_bytes(&name), wrapped(&name, number));
    }
    put(txn, table, key_name_bytes(&of_person), wrapped(&of_person, 0xaa));
    put(txn, table, key_name_bytes(&of_march), wrapped_march());
    must(store_commit(&txn, NULL) == STATUS_OK);
    store_close(env);
}

static void write_secret(const char *home)
{
    const char *path = text_format(arena, "%s/secret.key", home).data;
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    uint8_t secret[AEAD_KEY_SIZE];

    secret_key(secret);
    must(file >= 0 && write(file, secret, sizeof(secret)) == (ssize_t)sizeof(secret));
    close(file);
}

/* That it opens at all is a test of its own: our code reads keys as the document says. */
static void set_up(void)
{
    const char *home = make_directory();

    arena = arena_new((size_t)16 << 20);
    document = read_document();
    write_secret(home);
    write_keys(home);
    must(keyring_open(home, (struct text){NULL, 0}, false, &keyring, NULL) == STATUS_OK);
}

static void tear_down(void)
{
    keyring_close(keyring);
    keyring = NULL;
    arena_free(arena);
}

static void keys_are_wrapped_as_documented(void)
{
    struct key_name own = own_name(1);
    struct key_name of_person = persons_name();
    uint8_t salt[PASSWORD_SALT_SIZE];
    uint8_t from_text[AEAD_KEY_SIZE];

    expect_documented("name of own key 1", key_name_bytes(&own));
    expect_documented("wrapped own key 1", wrapped(&own, 1));
    expect_documented("name of a person's key", key_name_bytes(&of_person));
    expect_documented("wrapped key of a person", wrapped(&of_person, 0xaa));
    for (uint8_t i = 0; i < sizeof(salt); i++)
        salt[i] = i;
    password_key(text_lit("correct horse battery staple"), salt, from_text);
    expect_documented("key from a text", (struct bytes){from_text, sizeof(from_text)});
}

static void origins_of_a_month_have_a_key_as_documented(void)
{
    struct data_key key = {.subject = person, .month = timestamp_month(recorded_at)};
    struct key_name name = name_of_march();
    uint8_t documented[AEAD_KEY_SIZE];
    struct error error;

    expect_documented("name of a month's key", key_name_bytes(&name));
    expect_documented("wrapped key of a month", wrapped_march());
    make_key(documented, 0xab);
    expect_ok(keyring_key_for_sealing(keyring, &key, &error), &error);
    expect(memcmp(key.bytes, documented, sizeof(documented)) == 0);
}

static struct digest request_digest(void)
{
    const struct keyed_request request = {
        .method = text_lit("PATCH"),
        .target = text_lit("/api/v1/users/me"),
        .body = text_lit("{\"email\":\"Ada@example.com\"}"),
    };

    return keyed_digest_request(keyring, &request);
}

static struct uuid command_id(void)
{
    const struct actor ada = {.kind = ACTOR_USER, .id = person};

    return keyed_digest_command(keyring, ada, request_digest(), text_lit("retry-1"));
}

static struct uuid correlation(void)
{
    return keyed_digest_correlation(keyring, text_lit("build 7"));
}

static void digests_are_keyed_as_documented(void)
{
    const struct actor stranger = {.kind = ACTOR_STRANGER};
    struct digest request = request_digest();
    struct origin origin = {.address = {.text = text_lit("192.0.2.7")}};

    keyed_digest_personal(keyring, &origin_shape, recorded_at, arena, &origin);
    expect_documented("e-mail", keyed_digest_email(keyring, arena, text_lit("Ada@example.com ")));
    expect_documented("address", origin.address.digest);
    expect_documented("request", (struct bytes){request.bytes, sizeof(request.bytes)});
    expect_documented_id("command id", command_id());
    expect_documented_id(
        "stranger's command id",
        keyed_digest_command(keyring, stranger, request, text_lit("retry-1")));
    expect_documented_id("correlation", correlation());
    expect_documented_id("day's subject", origin_subject(stranger, recorded_at));
}

/* A box of our person. */
static struct bytes box(uint8_t nonce, uint8_t tag, struct text text)
{
    struct key_name name = persons_name();
    uint8_t extra[18] = {[17] = tag};
    uint8_t key[AEAD_KEY_SIZE];
    struct bytes rest;
    uint8_t *out;

    memcpy(extra, event_id.bytes, sizeof(event_id.bytes));
    make_key(key, 0xaa);
    rest = sealed(key, nonce, (struct bytes){extra, sizeof(extra)}, bytes_of_text(text));
    out = arena_take(arena, KEY_NAME_SIZE + rest.size);
    memcpy(out, name.bytes, KEY_NAME_SIZE);
    memcpy(out + KEY_NAME_SIZE, rest.data, rest.size);
    return (struct bytes){out, KEY_NAME_SIZE + rest.size};
}

static struct user_updated make_event(void)
{
    return (struct user_updated){
        .user_id = person,
        .email = {
            .box = box(0xb1, 2, text_lit("Ada@example.com")),
            .digest = keyed_digest_email(keyring, arena, text_lit("Ada@example.com"))}};
}

static struct origin make_origin(void)
{
    struct origin origin = {.address = {.text = text_lit("192.0.2.7")}};

    keyed_digest_personal(keyring, &origin_shape, recorded_at, arena, &origin);
    origin.address.text = (struct text){NULL, 0};
    origin.address.box = box(0xb2, 121, text_lit("192.0.2.7"));
    origin.user_agent.box = box(0xb3, 122, text_lit("curl/8"));
    return origin;
}

static struct bytes make_body(void)
{
    struct user_updated event = make_event();
    struct origin origin = make_origin();
    struct digest request = request_digest();
    uint8_t salt[BODY_SALT_SIZE];
    AUTO_BUF fields = {0};
    AUTO_BUF body = {0};

    memset(salt, 0x5a, sizeof(salt));
    buf_init(&fields, 1 << 16);
    buf_init(&body, 1 << 16);
    shape_pack(user_updated_event.shape, &event, &fields);
    body_pack(
        &(struct body){&origin, {request.bytes, DIGEST_SIZE}, buf_bytes(&fields)}, salt, &body);
    return bytes_copy(arena, buf_bytes(&body));
}

static struct bytes make_entry(void)
{
    struct digest digest = sha256(make_body());
    const struct entry entry = {
        .format = ENTRY_FORMAT,
        .position = 42,
        .event_id = event_id,
        .command_id = command_id(),
        .recorded_at = recorded_at,
        .type = text_lit("identity.user_updated"),
        .schema = 1,
        .stream = person,
        .revision = 3,
        .actor_kind = ACTOR_USER,
        .actor_id = person,
        .actor_session = session,
        .correlation = correlation(),
        .outcome = OUTCOME_DONE,
        .body_digest = {digest.bytes, DIGEST_SIZE},
    };
    AUTO_BUF packed = {0};

    buf_init(&packed, 1 << 16);
    entry_pack(&entry, &packed);
    return bytes_copy(arena, buf_bytes(&packed));
}

static void a_box_is_sealed_as_documented(void)
{
    expect_documented("box of an e-mail address", make_event().email.box);
}

static void an_event_is_stored_as_documented(void)
{
    struct digest leaf = tree_leaf(make_entry());

    expect_documented("body", make_body());
    expect_documented("entry", make_entry());
    expect_documented("leaf", (struct bytes){leaf.bytes, sizeof(leaf.bytes)});
}

static void the_documented_event_can_be_read(void)
{
    struct record record;
    const struct user_updated *event;
    struct error error;

    expect_ok(
        record_decode((struct position){42}, make_entry(), make_body(), arena, &record, &error),
        &error);
    expect_ok(keyring_open_record(keyring, arena, &record, &error), &error);
    event = record.event;
    expect_text(event->email.text, "Ada@example.com");
    expect_text(record.body.origin->address.text, "192.0.2.7");
    expect_text(record.body.origin->user_agent.text, "curl/8");
    expect(!text_is_present(event->name.text));
}

struct sample {
    int64_t negative;
    double half;
    struct opt_bool yes;
    struct text absent;
    struct text text;
};
static const struct field sample_fields[] = {
    {INT64(sample, negative), .tag = 1, .doc = "A negative number."},
    {DOUBLE(sample, half), .tag = 2, .doc = "A number with a point."},
    {BOOL(sample, yes), .tag = 3, .doc = "A boolean."},
    {TEXT(sample, absent), .tag = 4, .doc = "An absent field."},
    {TEXT(sample, text), .tag = 5, .doc = "A text."},
};
static const struct shape sample_shape = SHAPE(sample, "Kinds of values.");

static void values_are_packed_as_documented(void)
{
    const struct sample sample = {
        .negative = -300, .half = 0.5, .yes = OPT_TRUE, .text = text_lit("ok")};
    AUTO_BUF packed = {0};

    buf_init(&packed, 1 << 10);
    shape_pack(&sample_shape, &sample, &packed);
    expect_documented("map", buf_bytes(&packed));
}

static const struct test tests[] = {
    TEST(keys_are_wrapped_as_documented),
    TEST(digests_are_keyed_as_documented),
    TEST(a_box_is_sealed_as_documented),
    TEST(an_event_is_stored_as_documented),
    TEST(the_documented_event_can_be_read),
    TEST(values_are_packed_as_documented),
    TEST(origins_of_a_month_have_a_key_as_documented),
};

const struct suite test_format_suite =
    SUITE_WITH("eventlog/format", tests, .set_up = set_up, .tear_down = tear_down);
