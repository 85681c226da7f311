/* test_evtx.c - Windows event logs as lines: what is in them, whatever is wrong with them. */
#include "decode/decode.h"

#include <stdlib.h>

#include <check.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/civil.h"
#include "support/evtx_writer.h"

#define TICKS UINT64_C(134229645421234567) /* 2026-05-11T09:15:42.1234567Z */
#define HEAD "2026-05-11T09:15:42.1234567Z Oak/7 N1 System 1 Error"
#define RECORDS_MAX 20000

static evtx_writer *writer;
static pl_buf lines;
static pl_record_at records[RECORDS_MAX];
static size_t record_count, line_count, bad;
static int64_t first_us, last_us;

static void setup(void)
{
    writer = calloc(1, sizeof *writer);
    evtx_begin(writer);
    pl_buf_init(&lines, (size_t)64 << 20);
}

static void teardown(void)
{
    evtx_release(writer);
    free(writer);
    pl_buf_release(&lines);
}

static void keep(const pl_text *text)
{
    pl_buf_append(&lines, text->str);
    ck_assert(text->numbered);
    ck_assert_ptr_nonnull(text->records);
    for (size_t i = 0; i < text->record_count; i++) {
        ck_assert_uint_lt(record_count, RECORDS_MAX);
        records[record_count++] = text->records[i];
    }
    line_count += text->line_count;
    bad += text->bad;
    if (text->first_us != PL_TIME_NONE && (first_us == PL_TIME_NONE || text->first_us < first_us))
        first_us = text->first_us;
    if (text->last_us > last_us)
        last_us = text->last_us;
}

static pl_status try_read(pl_str bytes, const pl_event_filter *filter)
{
    pl_reader *reader = NULL;
    pl_decoder *decoder = NULL;
    pl_member member;
    pl_block block;
    pl_text text;
    pl_error err;
    pl_buf_clear(&lines);
    record_count = line_count = bad = 0;
    first_us = last_us = PL_TIME_NONE;
    pl_status status = pl_reader_open_memory(bytes, "System.evtx", &reader, &err);
    if (status == PL_OK)
        status = pl_reader_next(reader, &member, &err);
    if (status == PL_OK)
        status = pl_decoder_new(&decoder, &err);
    while (status == PL_OK && (status = pl_reader_block(reader, &block, &err)) == PL_OK) {
        ck_assert_int_eq(block.layout, PL_LAYOUT_EVTX);
        ck_assert(!block.open_start && !block.open_end);
        status = pl_decode_block(decoder, &block, filter, &text, &err);
        if (status == PL_OK)
            keep(&text);
    }
    pl_decoder_free(decoder);
    pl_reader_free(reader);
    return status;
}

static void read_bytes(pl_str bytes, const pl_event_filter *filter)
{
    ck_assert_int_eq(try_read(bytes, filter), PL_DONE);
}

static void read_written(void)
{
    read_bytes(evtx_finish(writer), NULL);
}

static void add(const evtx_pair *pairs, size_t count)
{
    const evtx_event event = {.ticks = TICKS,
                              .record = writer->next_record,
                              .provider = PL_STR("Oak"),
                              .computer = PL_STR("N1"),
                              .channel = PL_STR("System"),
                              .id = 7,
                              .level = 2,
                              .pairs = pairs,
                              .pair_count = count};
    ck_assert(evtx_add(writer, &event));
}

static void add_many(size_t count)
{
    char text[32];
    for (size_t i = 0; i < count; i++) {
        const evtx_pair pair = {
            PL_STR("n"),
            {1,
             {text, (size_t)snprintf(text, sizeof text, "%llu",
                                     (unsigned long long)writer->next_record)}}};
        add(&pair, 1);
    }
}

static void assert_lines(const char *wanted)
{
    ck_assert_str_eq(lines.ptr, wanted);
}

/* The line of each record of add_many() ends with its number. */
static void assert_numbers(uint64_t first, size_t from, size_t count)
{
    char wanted[32];
    pl_str rest = pl_buf_str(&lines);
    for (size_t i = 0; i < from + count; i++) {
        const size_t end = pl_str_find(rest, PL_STR("\n"), 0);
        ck_assert_uint_ne(end, SIZE_MAX);
        snprintf(wanted, sizeof wanted, " n=%llu", (unsigned long long)(first + i - from));
        if (i >= from)
            ck_assert_msg(pl_str_ends(pl_str_slice(rest, 0, end), pl_str_of(wanted)),
                          "line %zu is not%s", i, wanted);
        rest = pl_str_slice(rest, end + 1, SIZE_MAX);
    }
}

#define BYTES(literal) PL_STR_INIT(literal)
static const struct typed {
    uint8_t type;
    pl_str bytes;
    const char *text;
} typed[] = {
    {0x00, BYTES(""), "\"\""},
    {0x01, BYTES("N3"), "N3"},
    {0x01, BYTES(""), "\"\""},
    {0x01, BYTES("a\0hidden"), "a"},
    {0x01, BYTES("two words"), "\"two words\""},
    {0x01, BYTES("a=b"), "\"a=b\""},
    {0x01, BYTES("C:\\x \"y\"\r\n\tz"), "\"C:\\\\x \\\"y\\\"\\n\\tz\""},
    {0x01,
     BYTES("Gr\xc3\xbc\xc3\x9f"
           "e \xe6\xbc\xa2 \xf0\x9f\x98\x80"),
     "\"Gr\xc3\xbc\xc3\x9f"
     "e \xe6\xbc\xa2 \xf0\x9f\x98\x80\""},
    {0x02, BYTES("caf\xe9 \x80\0x"), "\"caf\xc3\xa9 \xe2\x82\xac\""},
    {0x03, BYTES("\x80"), "-128"},
    {0x04, BYTES("\xff"), "255"},
    {0x05, BYTES("\xfe\xff"), "-2"},
    {0x06, BYTES("\x69\x17"), "5993"},
    {0x07, BYTES("\0\0\0\x80"), "-2147483648"},
    {0x08, BYTES("\xff\xff\xff\xff"), "4294967295"},
    {0x09, BYTES("\0\0\0\0\0\0\0\x80"), "-9223372036854775808"},
    {0x0a, BYTES("\xff\xff\xff\xff\xff\xff\xff\xff"), "18446744073709551615"},
    {0x0b, BYTES("\0\0\xc0\x3f"), "1.5"},
    {0x0c, BYTES("\x9a\x99\x99\x99\x99\x99\xb9\x3f"), "0.1"},
    {0x0d, BYTES("\1\0\0\0"), "true"},
    {0x0d, BYTES("\0\0\0\0"), "false"},
    {0x0e, BYTES("\0\xab\xcd"), "00ABCD"},
    {0x0f, BYTES("\x78\x56\x34\x12\xcd\xab\x01\xef\1\2\3\4\5\6\7\x08"),
     "{12345678-ABCD-EF01-0102-030405060708}"},
    {0x10, BYTES("\x1f\0\0\0"), "0x1f"},
    {0x10, BYTES("\x1f\0\0\0\1\0\0\0"), "0x10000001f"},
    /* 116444736000000000 ticks are 1970: 0x019db1ded53e8000 */
    {0x11, BYTES("\1\x80\x3e\xd5\xde\xb1\x9d\1"), "1970-01-01T00:00:00.0000001Z"},
    {0x11, BYTES("\0\0\0\0\0\0\0\0"), "1601-01-01T00:00:00.0000000Z"},
    {0x11, BYTES("\xff\xff\xff\xff\xff\xff\xff\xff"), "18446744073709551615"},
    {0x12, BYTES("\xea\x07\5\0\1\0\x0b\0\x09\0\x0f\0\x2a\0\x07\0"), "2026-05-11T09:15:42.007Z"},
    {0x13, BYTES("\1\1\0\0\0\0\0\5\x12\0\0\0"), "S-1-5-18"},
    {0x13, BYTES("\1\2\0\0\0\0\0\5\x20\0\0\0\x20\2\0\0"), "S-1-5-32-544"},
    {0x13, BYTES("\1\3\0\0\0\0\0\5\x20\0\0\0"), "010300000000000520000000"}, /* too short */
    {0x14, BYTES("\x03\0\x02\x80"), "0x80020003"},
    {0x15, BYTES("\x1a\0\0\0\0\0\0\0"), "0x1a"},
    {0x08, BYTES("\1\2"), "0102"}, /* too short for its type */
    {0x7e, BYTES("\1\2"), "0102"}, /* not known */
};

START_TEST(a_value_is_written_as_windows_writes_it)
{
    const struct typed *one = &typed[_i];
    const evtx_pair pair = {PL_STR("v"), {one->type, one->bytes}};
    char wanted[256];
    add(&pair, 1);
    read_written();
    snprintf(wanted, sizeof wanted, HEAD " v=%s\n", one->text);
    assert_lines(wanted);
    ck_assert_uint_eq(bad, 0);
}
END_TEST

static const struct array {
    uint8_t type;
    pl_str bytes;
    const char *pairs;
} arrays[] = {
    {0x82, BYTES("a\0b c\0\0d"), " 2=a 3=\"b c\" 4=\"\" 5=d 6=end"},
    {0x81, BYTES("a\0bc\0"), " 2=a 3=bc 4=end"}, /* as UTF-16 */
    {0x86, BYTES("\1\0\2\0"), " 2=1 3=2 4=end"},
    {0x93, BYTES("\1\1\0\0\0\0\0\5\x12\0\0\0\1\1\0\0\0\0\0\5\x13\0\0\0"),
     " 2=S-1-5-18 3=S-1-5-19 4=end"},
    {0x88, BYTES("\1\0\0\0\2"), " 2=1 3=02 4=end"}, /* the last one is cut */
    {0x81, BYTES(""), " 2=end"},
};

START_TEST(an_array_is_as_many_parameters)
{
    const struct array *one = &arrays[_i];
    evtx_value value = {one->type, one->bytes};
    char wide[64] = {0}, wanted[256];
    if (one->type == 0x81) {
        for (size_t i = 0; i < one->bytes.len; i++)
            wide[2 * i] = one->bytes.ptr[i];
        value.bytes = (pl_str){wide, 2 * one->bytes.len};
    }
    const evtx_pair pairs[] = {
        {PL_STR(""), {1, PL_STR("begin")}}, {PL_STR(""), value}, {PL_STR(""), {1, PL_STR("end")}}};
    add(pairs, 3);
    read_written();
    snprintf(wanted, sizeof wanted, HEAD " 1=begin%s\n", one->pairs);
    assert_lines(wanted);
}
END_TEST

START_TEST(parameters_are_named_or_numbered_and_the_message_comes_last)
{
    const evtx_pair pairs[] = {{PL_STR("NodeName"), {1, PL_STR("N3")}},
                               {PL_STR(""), {1, PL_STR("x")}},
                               {PL_STR("two words"), {4, PL_STR("\x05")}},
                               {PL_STR("Binary"), {0x0e, PL_STR("\x0f")}}};
    evtx_event event = {.ticks = TICKS,
                        .record = 4711,
                        .provider = PL_STR("Service Control Manager"),
                        .computer = PL_STR("N1.corp.example"),
                        .channel = PL_STR("Directory Service"),
                        .id = 7036,
                        .pairs = pairs,
                        .pair_count = 4,
                        .message = PL_STR("It is \"so\".\r\nYes.")};
    ck_assert(evtx_add(writer, &event));
    const evtx_pair leaves[] = {pairs[0], {PL_STR("x"), {1, PL_STR("x")}}, pairs[2], pairs[3]};
    event.is_user_data = true;
    event.pairs = leaves;
    event.message.len = event.computer.len = event.channel.len = 0;
    event.level = 9;
    ck_assert(evtx_add(writer, &event));
    read_written();
    assert_lines("2026-05-11T09:15:42.1234567Z Service Control Manager/7036 N1.corp.example "
                 "\"Directory Service\" 4711 Information NodeName=N3 2=x \"two words\"=5 Binary=0F "
                 "message=\"It is \\\"so\\\".\\nYes.\"\n"
                 "2026-05-11T09:15:42.1234567Z Service Control Manager/7036 - - 4711 Information "
                 "NodeName=N3 x=x \"two words\"=5 Binary=0F\n");
}
END_TEST

static void begin_odd(void)
{
    evtx_record_begin(writer, 1, TICKS);
    evtx_fragment(writer);
}

static void end_odd(void)
{
    evtx_put(writer, 0, 1);
    evtx_record_end(writer);
    ck_assert(!writer->is_full);
    read_written();
}

static void put_system(void)
{
    evtx_open(writer, "System", false);
    evtx_close(writer);
    evtx_open(writer, "Provider", true);
    evtx_attribute(writer, "Guid", false);
    evtx_text(writer, PL_STR("{none}"));
    evtx_attribute(writer, "Name", true);
    evtx_text(writer, PL_STR("Oak"));
    evtx_end_empty(writer);
    evtx_open(writer, "EventID", true);
    evtx_attribute(writer, "Qualifiers", true);
    evtx_text(writer, PL_STR("16384"));
    evtx_close(writer);
    evtx_text(writer, PL_STR("7"));
    evtx_end(writer);
    evtx_open(writer, "Level", false);
    evtx_close(writer);
    evtx_text(writer, PL_STR("2"));
    evtx_end(writer);
    evtx_open(writer, "Channel", false);
    evtx_close(writer);
    evtx_text(writer, PL_STR("System"));
    evtx_end(writer);
    evtx_open(writer, "Computer", false);
    evtx_close(writer);
    evtx_text(writer, PL_STR("N1"));
    evtx_end(writer);
    evtx_end(writer);
}

static void put_entity(const char *name)
{
    evtx_put(writer, 0x49, 1);
    evtx_name(writer, name);
}

START_TEST(an_event_without_a_template_is_read_with_references_and_cdata)
{
    begin_odd();
    evtx_open(writer, "Event", false);
    evtx_close(writer);
    put_system();
    evtx_open(writer, "EventData", false);
    evtx_close(writer);
    evtx_open(writer, "Data", true);
    evtx_attribute(writer, "Name", true);
    evtx_text(writer, PL_STR("a"));
    evtx_close(writer);
    evtx_text(writer, PL_STR("1"));
    put_entity("lt");
    put_entity("amp");
    evtx_put(writer, 0x48, 1); /* a character by its number */
    evtx_put(writer, 0xe9, 2);
    evtx_put(writer, 0x07, 1); /* CDATA */
    evtx_put(writer, 3, 2);
    evtx_put_utf16(writer, PL_STR("<2>"));
    evtx_put(writer, 0x0a, 1); /* an instruction to some program */
    evtx_name(writer, "program");
    evtx_put(writer, 0x0b, 1);
    evtx_put(writer, 2, 2);
    evtx_put_utf16(writer, PL_STR("do"));
    evtx_end(writer);
    evtx_open(writer, "Data", false);
    evtx_end_empty(writer);
    evtx_end(writer);
    evtx_end(writer);
    end_odd();
    assert_lines(HEAD " a=1<&\xc3\xa9<2> 2=\"\"\n");
    ck_assert_uint_eq(bad, 0);
}
END_TEST

/* The event as a template whose values are `values`; `body` writes what stands in EventData. */
static void put_templated(void (*body)(void), const evtx_value *values, size_t count)
{
    size_t def_at;
    begin_odd();
    ck_assert(evtx_instance(writer, "odd", &def_at));
    evtx_open(writer, "Event", false);
    evtx_close(writer);
    put_system();
    evtx_open(writer, "EventData", false);
    evtx_close(writer);
    body();
    evtx_end(writer);
    evtx_end(writer);
    evtx_defined(writer, def_at);
    const size_t told = evtx_values(writer, count);
    for (size_t i = 0; i < count; i++)
        evtx_tell(writer, told, i, values[i]);
    end_odd();
}

static void body_optional(void)
{
    evtx_open_on(writer, "Data", 0, true); /* goes with value 0 */
    evtx_attribute(writer, "Name", true);
    evtx_text(writer, PL_STR("gone"));
    evtx_close(writer);
    evtx_substitution(writer, 0, 1, true);
    evtx_end(writer);
    evtx_open(writer, "Data", true);
    evtx_attribute(writer, "Name", true);
    evtx_substitution(writer, 1, 1, false);
    evtx_close(writer);
    evtx_text(writer, PL_STR("<"));
    evtx_substitution(writer, 1, 1, false);
    evtx_text(writer, PL_STR("|"));
    evtx_substitution(writer, 9, 1, true); /* there is no such value */
    evtx_substitution(writer, 2, 4, true);
    evtx_text(writer, PL_STR(">"));
    evtx_end(writer);
}

START_TEST(substitutions_make_names_and_parts_and_what_depends_on_null_goes)
{
    const evtx_value values[] = {{0, PL_STR("")}, {1, PL_STR("who")}, {4, PL_STR("\x2a")}};
    put_templated(body_optional, values, 3);
    assert_lines(HEAD " who=<who|42>\n");
    ck_assert_uint_eq(bad, 0);
}
END_TEST

static void body_xml(void)
{
    evtx_open(writer, "Data", true);
    evtx_attribute(writer, "Name", true);
    evtx_text(writer, PL_STR("outer"));
    evtx_close(writer);
    evtx_substitution(writer, 0, 0x21, false);
    evtx_end(writer);
    evtx_open(writer, "Tree", false);
    evtx_close(writer);
    evtx_open(writer, "Leaf", false);
    evtx_close(writer);
    evtx_substitution(writer, 1, 4, false);
    evtx_end(writer);
    evtx_end(writer);
}

START_TEST(of_elements_in_elements_the_innermost_are_the_parameters)
{
    /* <In>x</In>, without a template: its name stands in the value, at 0x200 + what is before. */
    const evtx_value values[] = {{0x21, PL_STR("")}, {4, PL_STR("\1")}};
    size_t def_at;
    begin_odd();
    ck_assert(evtx_instance(writer, "odd", &def_at));
    evtx_open(writer, "Event", false);
    evtx_close(writer);
    put_system();
    evtx_open(writer, "EventData", false);
    evtx_close(writer);
    body_xml();
    evtx_end(writer);
    evtx_end(writer);
    evtx_defined(writer, def_at);
    const size_t told = evtx_values(writer, 2), from = writer->at;
    evtx_fragment(writer);
    evtx_open(writer, "In", false);
    evtx_close(writer);
    evtx_text(writer, PL_STR("x"));
    evtx_end(writer);
    evtx_put(writer, 0, 1);
    evtx_told(writer, told, 0, 0x21, writer->at - from);
    evtx_tell(writer, told, 1, values[1]);
    end_odd();
    assert_lines(HEAD " In=x Leaf=1\n");
    ck_assert_uint_eq(bad, 0);
}
END_TEST

START_TEST(records_of_many_chunks_know_their_number_place_and_time)
{
    add_many(12000);
    const pl_str bytes = evtx_finish(writer);
    ck_assert_uint_gt(writer->chunks, 17); /* more than a block holds */
    read_bytes(bytes, NULL);
    ck_assert_uint_eq(record_count, 12000);
    ck_assert_uint_eq(line_count, 12000);
    ck_assert_uint_eq(bad, 0);
    assert_numbers(1, 0, 12000);
    const int64_t us = INT64_C(1778490942123456);
    for (size_t i = 0; i < record_count; i++) {
        const unsigned char *at = (const unsigned char *)bytes.ptr + records[i].byte_off;
        ck_assert_uint_eq(records[i].line, i + 1);
        ck_assert(at[0] == '*' && at[1] == '*' && at[8] == ((i + 1) & 0xff));
        ck_assert(records[i].above_us == us || records[i].above_us == PL_TIME_NONE);
    }
    ck_assert_int_eq(records[1].above_us, us);
    ck_assert_int_eq(first_us, us);
    ck_assert_int_eq(last_us, us);
}
END_TEST

static char *written(size_t *len)
{
    const pl_str bytes = evtx_finish(writer);
    char *copy = malloc(bytes.len);
    memcpy(copy, bytes.ptr, bytes.len);
    *len = bytes.len;
    return copy;
}

START_TEST(a_damaged_record_is_counted_and_those_around_it_are_read)
{
    static const size_t wounds[] = {0, 4, 5, 40};
    size_t len;
    add_many(30);
    char *bytes = written(&len);
    read_bytes((pl_str){bytes, len}, NULL);
    const size_t tenth = records[9].byte_off;
    bytes[tenth + wounds[_i]] ^= 0x55;
    read_bytes((pl_str){bytes, len}, NULL);
    ck_assert_uint_eq(bad, 1);
    ck_assert_uint_eq(record_count, 29);
    ck_assert_uint_eq(line_count, 29);
    assert_numbers(11, 9, 20);
    free(bytes);
}
END_TEST

START_TEST(a_damaged_chunk_costs_only_itself_and_an_unused_one_nothing)
{
    size_t len;
    add_many(2000);
    char *bytes = written(&len);
    ck_assert_uint_gt(writer->chunks, 2);
    read_bytes((pl_str){bytes, len}, NULL);
    size_t in_second = 0;
    for (size_t i = 0; i < record_count; i++)
        in_second += records[i].byte_off > 4096 + 65536 && records[i].byte_off < 4096 + 2 * 65536;
    bytes[4096 + 65536] = 'X';
    read_bytes((pl_str){bytes, len}, NULL);
    ck_assert_uint_eq(bad, 1);
    ck_assert_uint_eq(record_count, 2000 - in_second);
    memset(bytes + 4096 + 65536, 0, 65536);
    read_bytes((pl_str){bytes, len}, NULL);
    ck_assert_uint_eq(bad, 0);
    ck_assert_uint_eq(record_count, 2000 - in_second);
    free(bytes);
}
END_TEST

START_TEST(a_log_that_is_being_written_is_read_to_its_last_record)
{
    writer->is_dirty = true;
    add_many(1500);
    read_written();
    ck_assert_uint_gt(writer->chunks, 1);
    ck_assert_uint_eq(record_count, 1500);
    ck_assert_uint_eq(bad, 0);
}
END_TEST

START_TEST(what_an_older_log_left_behind_is_not_read)
{
    size_t len;
    add_many(20);
    char *bytes = written(&len);
    read_bytes((pl_str){bytes, len}, NULL);
    /* The chunk ends before record 11, and what follows is numbered otherwise. */
    const uint32_t end = (uint32_t)(records[10].byte_off - 4096);
    memcpy(bytes + 4096 + 48, &end, 4);
    bytes[records[10].byte_off + 8] = 99;
    read_bytes((pl_str){bytes, len}, NULL);
    ck_assert_uint_eq(record_count, 10);
    ck_assert_uint_eq(bad, 0);
    free(bytes);
}
END_TEST

START_TEST(a_log_that_is_cut_gives_what_is_whole)
{
    size_t len;
    add_many(20);
    char *bytes = written(&len);
    read_bytes((pl_str){bytes, len}, NULL);
    const size_t eighth = records[7].byte_off;
    const size_t cuts[] = {eighth, eighth + 1, eighth + 100};
    for (size_t i = 0; i < 3; i++) {
        read_bytes((pl_str){bytes, cuts[i]}, NULL);
        ck_assert_uint_eq(record_count, 7);
        ck_assert_uint_eq(bad, 1);
    }
    read_bytes((pl_str){bytes, 4096}, NULL);
    ck_assert_uint_eq(bad, 0);
    read_bytes((pl_str){bytes, 4095}, NULL);
    ck_assert_uint_eq(bad, 1);
    free(bytes);
}
END_TEST

START_TEST(only_wanted_events_are_written_as_the_filter_spells_them)
{
    static const pl_event_pair pairs[] = {{PL_STR_INIT("User32"), 1074},
                                          {PL_STR_INIT("Oak"), 1074 + 1024}};
    const pl_event_filter filter = {pairs, 2};
    const pl_str providers[] = {PL_STR("USER32"), PL_STR("USER32"), PL_STR("Oak"), PL_STR("Elm")};
    const uint16_t ids[] = {1074, 1075, 1074, 1074};
    for (size_t i = 0; i < 4; i++) {
        const evtx_event event = {.ticks = TICKS + 10000000 * (4 - i),
                                  .record = i + 1,
                                  .provider = providers[i],
                                  .id = ids[i],
                                  .level = 4};
        ck_assert(evtx_add(writer, &event));
    }
    const pl_str bytes = evtx_finish(writer);
    read_bytes(bytes, &filter);
    assert_lines("2026-05-11T09:15:46.1234567Z User32/1074 - - 1 Information\n");
    ck_assert_uint_eq(line_count, 4);
    ck_assert_int_eq(first_us, INT64_C(1778490943123456));
    ck_assert_int_eq(last_us, INT64_C(1778490946123456));
    read_bytes(bytes, &(pl_event_filter){NULL, 0});
    assert_lines("");
    ck_assert_uint_eq(line_count, 4);
}
END_TEST

/* An instance whose only value is `inner`, nested `depth` times in itself, of a template that is
 * nothing but its value, 200 times. */
static void put_nested(unsigned depth)
{
    size_t def_at;
    evtx_fragment(writer);
    if (evtx_instance(writer, "many", &def_at)) {
        for (int i = 0; i < 200; i++)
            evtx_substitution(writer, 0, 0x21, false);
        evtx_defined(writer, def_at);
    }
    const size_t told = evtx_values(writer, 1), from = writer->at;
    if (depth > 0)
        put_nested(depth - 1);
    evtx_told(writer, told, 0, 0x21, writer->at - from);
    evtx_put(writer, 0, 1);
}

START_TEST(a_record_that_means_endless_work_is_damage)
{
    evtx_record_begin(writer, 1, TICKS);
    put_nested(30);
    evtx_record_end(writer);
    writer->next_record = 2;
    read_written();
    ck_assert_uint_eq(record_count, 0);
    ck_assert_uint_eq(bad, 1);
}
END_TEST

START_TEST(elements_nested_without_end_are_damage)
{
    begin_odd();
    for (int i = 0; i < 60; i++) {
        evtx_open(writer, "Event", false);
        evtx_close(writer);
    }
    for (int i = 0; i < 60; i++)
        evtx_end(writer);
    end_odd();
    ck_assert_uint_eq(record_count, 0);
    ck_assert_uint_eq(bad, 1);
}
END_TEST

START_TEST(no_memory_is_said)
{
    const evtx_pair pairs[] = {{PL_STR("a"), {1, PL_STR("x")}}, {PL_STR(""), {4, PL_STR("\1")}}};
    add(pairs, 2);
    const pl_str bytes = evtx_finish(writer);
    read_bytes(bytes, NULL);
    for (long i = 0;; i++) {
        pl_alloc_fail_after(i);
        const pl_status status = try_read(bytes, NULL);
        pl_alloc_fail_after(-1);
        if (status == PL_DONE && lines.failed == PL_OK)
            break;
        ck_assert(status == PL_ERR_NOMEM || status == PL_DONE);
        ck_assert_int_lt(i, 1000);
    }
    assert_lines(HEAD " a=x 2=1\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("evtx");
    TCase *tcase = tcase_create("evtx");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, a_value_is_written_as_windows_writes_it, 0,
                        sizeof typed / sizeof *typed);
    tcase_add_loop_test(tcase, an_array_is_as_many_parameters, 0, sizeof arrays / sizeof *arrays);
    tcase_add_test(tcase, parameters_are_named_or_numbered_and_the_message_comes_last);
    tcase_add_test(tcase, an_event_without_a_template_is_read_with_references_and_cdata);
    tcase_add_test(tcase, substitutions_make_names_and_parts_and_what_depends_on_null_goes);
    tcase_add_test(tcase, of_elements_in_elements_the_innermost_are_the_parameters);
    tcase_add_test(tcase, records_of_many_chunks_know_their_number_place_and_time);
    tcase_add_loop_test(tcase, a_damaged_record_is_counted_and_those_around_it_are_read, 0, 4);
    tcase_add_test(tcase, a_damaged_chunk_costs_only_itself_and_an_unused_one_nothing);
    tcase_add_test(tcase, a_log_that_is_being_written_is_read_to_its_last_record);
    tcase_add_test(tcase, what_an_older_log_left_behind_is_not_read);
    tcase_add_test(tcase, a_log_that_is_cut_gives_what_is_whole);
    tcase_add_test(tcase, only_wanted_events_are_written_as_the_filter_spells_them);
    tcase_add_test(tcase, a_record_that_means_endless_work_is_damage);
    tcase_add_test(tcase, elements_nested_without_end_are_damage);
    tcase_add_test(tcase, no_memory_is_said);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
