/* test_decode.c - every line end and every character of the bytes is in the text, nothing else is.
 */
#include "decode/decode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "base/escape.h"

/* A literal with NULs inside, without its terminator. */
#define BYTES(literal) ((pl_str){(literal), sizeof(literal) - 1})

static pl_decoder *decoder;

static void open_decoder(void)
{
    pl_error err;
    ck_assert_int_eq(pl_decoder_new(&decoder, &err), PL_OK);
}

static void close_decoder(void)
{
    pl_decoder_free(decoder);
    decoder = NULL;
}

static pl_block block_of(pl_encoding encoding, pl_str raw)
{
    return (pl_block){.ptr = raw.ptr, .len = raw.len, .encoding = encoding, .last = true};
}

static pl_str decode(pl_encoding encoding, pl_str raw)
{
    pl_block block = block_of(encoding, raw);
    pl_text text;
    pl_error err;
    ck_assert_int_eq(pl_decode_block(decoder, &block, NULL, &text, &err), PL_OK);
    ck_assert_ptr_null(text.records);
    return text.str;
}

static void assert_str(pl_str got, pl_str want)
{
    ck_assert_msg(pl_str_equal(got, want), "got '" PL_FMT "' (%zu), want '" PL_FMT "' (%zu)",
                  PL_ARG(got), got.len, PL_ARG(want), want.len);
}

static const struct worked {
    pl_encoding encoding;
    pl_str raw, text;
} worked[] = {
    /* Grüße: ü is fc, ß is df */
    {PL_ENCODING_CP1252,
     {"Gr\xfc\xdf"
      "e\r\n",
      7},
     {"Gr\xc3\xbc\xc3\x9f"
      "e\r\n",
      9}},
    /* the euro sign is 80; 81 8d 8f 90 9d stand for nothing */
    {PL_ENCODING_CP1252, {"\x80 5", 3}, {"\xe2\x82\xac 5", 5}},
    {PL_ENCODING_CP1252,
     {"\x81\x8d\x8f\x90\x9d", 5},
     {"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 15}},
    /* 上海 is U+4E0A U+6D77: its first unit holds an 0a that ends no line */
    {PL_ENCODING_UTF16BE, {"\x4e\x0a\x6d\x77\x00\x0a", 6}, {"\xe4\xb8\x8a\xe6\xb5\xb7\n", 7}},
    {PL_ENCODING_UTF16LE, {"\x0a\x4e\x77\x6d\x0a\x00", 6}, {"\xe4\xb8\x8a\xe6\xb5\xb7\n", 7}},
    /* U+1F600 is d83d de00 */
    {PL_ENCODING_UTF16LE, {"\x3d\xd8\x00\xde!\x00", 6}, {"\xf0\x9f\x98\x80!", 5}},
    {PL_ENCODING_UTF16BE, {"\xd8\x3d\xde\x00\x00!", 6}, {"\xf0\x9f\x98\x80!", 5}},
    /* a high surrogate before a line end, a low one alone, and an odd last byte */
    {PL_ENCODING_UTF16LE, {"\x3d\xd8\x0a\x00", 4}, {"\xef\xbf\xbd\n", 4}},
    {PL_ENCODING_UTF16LE,
     {"\x00\xde"
      "a\x00",
      4},
     {"\xef\xbf\xbd"
      "a",
      4}},
    {PL_ENCODING_UTF16LE, {"a\x00\x0a", 3}, {"a\xef\xbf\xbd", 4}},
    {PL_ENCODING_UTF16BE,
     {"\xd8\x3d\xd8\x3d\xde\x00\x0a", 7},
     {"\xef\xbf\xbd\xf0\x9f\x98\x80\xef\xbf\xbd", 10}},
    {PL_ENCODING_UTF16LE, {"\x3d\xd8\x00", 3}, {"\xef\xbf\xbd\xef\xbf\xbd", 6}},
    /* U+2028 and U+0085 end no line of the text either; U+0A0D neither */
    {PL_ENCODING_UTF16BE, {"\x20\x28\x00\x85\x0a\x0d", 6}, {"\xe2\x80\xa8\xc2\x85\xe0\xa8\x8d", 8}},
    {PL_ENCODING_UTF16LE, {"", 0}, {"", 0}},
    /* UTF-8: invalid bytes stay */
    {PL_ENCODING_UTF8, {"a\xff\xc3\n", 4}, {"a\xff\xc3\n", 4}},
    {PL_ENCODING_UTF8, {"a\0b\0\0\n", 6}, {"ab\n", 3}},
    {PL_ENCODING_UTF16LE, {"a\0\0\0b\0", 6}, {"ab", 2}},
};

START_TEST(each_encoding_becomes_the_text_worked_out_by_hand)
{
    assert_str(decode(worked[_i].encoding, worked[_i].raw), worked[_i].text);
}
END_TEST

static const struct escape {
    const char *raw, *text;
} escapes[] = {
    {"\x1b[31mred\x1b[0m\n", "red\n"},
    {"\x1b[1;38;5;208mx\x1b[K", "x"},
    {"\x1b[?25l\x1b[ q.", "."},             /* private and intermediate bytes */
    {"\x1b]0;title\atext", "text"},         /* OSC up to BEL */
    {"\x1b]8;;http://x\x1b\\link", "link"}, /* OSC up to ST */
    {"\x1bPq\x1b\\a\x1b_b\x1b\\c\x1b^d\x1b\\e\x1bXf\x1b\\g", "aceg"},
    {"\x1b(Ba\x1b=b\x1b#8c", "abc"}, /* character set, keypad, intermediate */
    {"\x1b[31\nnext", "\nnext"},     /* broken: the line end stays */
    {"\x1b]0;title\nnext", "\nnext"},
    {"\x1b]0;title\n\\next", "\n\\next"},
    {"\x1b\nnext", "\nnext"},
    {"\x1b(\nnext", "\nnext"},
    {"\x1b]0;a\x1b[1mb\n", "b\n"},  /* an ESC that is no ST begins a new sequence */
    {"\x1b[3\xc3\xbc", "\xc3\xbc"}, /* a byte no CSI can hold ends it and stays */
    {"end\x1b", "end"},
    {"end\x1b[", "end"},
    {"end\x1b]0", "end"},
    {"end\x1b]0\x1b", "end"},
    {"\x1b\x1b[0mx", "x"},
};

START_TEST(escape_sequences_are_left_out_and_never_take_a_line_end)
{
    assert_str(decode(PL_ENCODING_UTF8, pl_str_of(escapes[_i].raw)), pl_str_of(escapes[_i].text));
}
END_TEST

START_TEST(plain_utf8_and_ascii_in_1252_are_the_blocks_own_bytes)
{
    pl_str utf8 = BYTES("gr\xc3\xbc\xc3\x9f\xff\r\n"), ascii = BYTES("plain ascii, long enough\n");
    ck_assert_ptr_eq(decode(PL_ENCODING_UTF8, utf8).ptr, utf8.ptr);
    ck_assert_ptr_eq(decode(PL_ENCODING_CP1252, ascii).ptr, ascii.ptr);
    ck_assert_uint_eq(decode(PL_ENCODING_CP1252, ascii).len, ascii.len);
}
END_TEST

START_TEST(one_decoder_serves_blocks_of_any_encoding_in_turn)
{
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < sizeof worked / sizeof *worked; i++)
            assert_str(decode(worked[i].encoding, worked[i].raw), worked[i].text);
}
END_TEST

/* Units at the borders of one byte and of ASCII, as a run and alone between letters. */
static const struct border {
    unsigned unit;
    const char *utf8;
} borders[] = {
    {0x7f, "\x7f"},           {0x80, "\xc2\x80"},       {0x100, "\xc4\x80"},
    {0x4100, "\xe4\x84\x80"}, {0x7f00, "\xe7\xbc\x80"}, {0x8000, "\xe8\x80\x80"},
};

static void add_unit(pl_buf *raw, pl_encoding encoding, unsigned unit)
{
    const char high = (char)(unit >> 8);
    if (encoding == PL_ENCODING_UTF16BE)
        pl_buf_append_char(raw, high);
    pl_buf_append_char(raw, (char)unit);
    if (encoding == PL_ENCODING_UTF16LE)
        pl_buf_append_char(raw, high);
}

static void check_border(pl_encoding encoding, struct border border, size_t from, size_t count)
{
    pl_buf raw, want;
    pl_buf_init(&raw, 1000);
    pl_buf_init(&want, 1000);
    for (size_t i = 0; i < 40; i++) {
        const bool is_border = i >= from && i < from + count;
        add_unit(&raw, encoding, is_border ? border.unit : 'a');
        pl_buf_append(&want, is_border ? pl_str_of(border.utf8) : PL_STR("a"));
    }
    assert_str(decode(encoding, pl_buf_str(&raw)), pl_buf_str(&want));
    pl_buf_release(&want);
    pl_buf_release(&raw);
}

START_TEST(units_are_told_from_ascii_wherever_they_stand)
{
    for (size_t from = 0; from < 40; from++) {
        check_border(PL_ENCODING_UTF16LE, borders[_i], from, 1);
        check_border(PL_ENCODING_UTF16BE, borders[_i], from, 1);
        check_border(PL_ENCODING_UTF16LE, borders[_i], from, 40);
        check_border(PL_ENCODING_UTF16BE, borders[_i], from, 40);
    }
}
END_TEST

START_TEST(line_offsets_count_raw_bytes_from_the_start_of_the_member)
{
    /* lines at 0, 6 (after 上 LF) and 12: the 0a inside U+4E0A, U+0A41 and between units end no
     * line */
    pl_str raw = BYTES("\x00x\x4e\x0a\x00\x0a\x0a\x00\x41\x0a\x00\x0a\x00y");
    pl_block block = block_of(PL_ENCODING_UTF16BE, raw);
    block.byte_off = 1000;
    pl_line_cursor cursor = {0, 0};
    ck_assert_uint_eq(pl_decode_line_off(&block, 0, &cursor), 1000);
    ck_assert_uint_eq(pl_decode_line_off(&block, 1, &cursor), 1006);
    ck_assert_uint_eq(pl_decode_line_off(&block, 1, &cursor), 1006);
    ck_assert_uint_eq(pl_decode_line_off(&block, 2, &cursor), 1012);
    cursor = (pl_line_cursor){0, 0};
    ck_assert_uint_eq(pl_decode_line_off(&block, 2, &cursor), 1012);
}
END_TEST

/* A made-up source: its bytes, the text they must give, and where its lines start in the bytes. */
#define SOURCE_MAX 65536
#define LINES_MAX 4096
struct source {
    pl_encoding encoding;
    uint64_t seed;
    char raw[SOURCE_MAX], text[2 * SOURCE_MAX];
    size_t raw_len, text_len;
    size_t starts[LINES_MAX]; /* of line i; the last is where a further line would start */
    size_t line_ends;
};

static uint32_t roll(struct source *source, uint32_t sides)
{
    source->seed = source->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(source->seed >> 33) % sides;
}

static void add_raw(struct source *source, unsigned value)
{
    if (source->encoding == PL_ENCODING_UTF16BE)
        source->raw[source->raw_len++] = (char)(value >> 8);
    source->raw[source->raw_len++] = (char)value;
    if (source->encoding == PL_ENCODING_UTF16LE)
        source->raw[source->raw_len++] = (char)(value >> 8);
}

static void add_text(struct source *source, const char *utf8)
{
    size_t len = strlen(utf8);
    memcpy(source->text + source->text_len, utf8, len);
    source->text_len += len;
}

static void add_ascii(struct source *source, const char *raw, const char *text)
{
    for (; *raw != '\0'; raw++)
        add_raw(source, (unsigned char)*raw);
    add_text(source, text);
}

static void add_line_end(struct source *source, const char *raw, const char *text)
{
    add_ascii(source, raw, text);
    source->starts[++source->line_ends] = source->raw_len;
}

/* Something only this encoding can say, or say wrongly. */
static void add_special(struct source *source)
{
    const bool first = roll(source, 2) == 0;
    if (source->encoding == PL_ENCODING_CP1252) {
        add_raw(source, first ? 0xe4 : 0x90);
        add_text(source, first ? "\xc3\xa4" : "\xef\xbf\xbd");
    } else if (source->encoding == PL_ENCODING_UTF8) {
        add_ascii(source, first ? "\xf0\x9f\x98\x80" : "\xe4\xb8\x8a\xff",
                  first ? "\xf0\x9f\x98\x80" : "\xe4\xb8\x8a\xff");
    } else if (first) {
        add_raw(source, 0xd83d);
        add_raw(source, 0xde00);
        add_text(source, "\xf0\x9f\x98\x80");
    } else {
        add_raw(source, 0x4e0a);
        add_raw(source, 0xdc0a);
        add_raw(source, 0xd80a);
        add_raw(source, 0x0a00);
        add_text(source, "\xe4\xb8\x8a\xef\xbf\xbd\xef\xbf\xbd\xe0\xa8\x80");
    }
}

static void add_piece(struct source *source)
{
    switch (roll(source, 12)) {
    case 0:
        add_line_end(source, "\n", "\n");
        return;
    case 1:
        add_line_end(source, "\r\n", "\r\n");
        return;
    case 2:
        add_raw(source, 0);
        return;
    case 3:
        add_ascii(source, "\x1b[1;31m", "");
        return;
    case 4:
        add_ascii(source, "\x1b]0;t\a", "");
        return;
    case 5:
        add_line_end(source, "\x1b]0;never ends\n", "\n");
        return;
    case 6:
        add_line_end(source, "\x1b[12\n", "\n");
        return;
    case 7:
    case 8:
        add_special(source);
        return;
    case 9:
        add_ascii(source, "a long plain run of text, longer than a group of units. ",
                  "a long plain run of text, longer than a group of units. ");
        return;
    default:
        add_ascii(source, "abc", "abc");
        return;
    }
}

static struct source *make_source(int number)
{
    static const pl_encoding encodings[] = {PL_ENCODING_UTF8, PL_ENCODING_UTF16LE,
                                            PL_ENCODING_UTF16BE, PL_ENCODING_CP1252};
    struct source *source = pl_alloc(1, sizeof *source);
    ck_assert_ptr_nonnull(source);
    source->encoding = encodings[number % 4];
    source->seed = (uint64_t)number * 7919 + 1;
    for (uint32_t pieces = roll(source, 300); pieces > 0; pieces--)
        add_piece(source);
    return source;
}

#define SOURCES 400

START_TEST(random_sources_give_exactly_their_text)
{
    struct source *source = make_source(_i);
    pl_str text = decode(source->encoding, (pl_str){source->raw, source->raw_len});
    assert_str(text, (pl_str){source->text, source->text_len});
    size_t line_ends = 0;
    for (size_t i = 0; i < text.len; i++)
        line_ends += text.ptr[i] == '\n';
    ck_assert_uint_eq(line_ends, source->line_ends);
    pl_release(source);
}
END_TEST

START_TEST(every_line_of_a_random_source_is_found_in_its_bytes)
{
    struct source *source = make_source(_i);
    pl_block block = block_of(source->encoding, (pl_str){source->raw, source->raw_len});
    block.byte_off = 3;
    pl_line_cursor cursor = {0, 0};
    for (size_t line = 0; line <= source->line_ends; line += 1 + roll(source, 3))
        ck_assert_uint_eq(pl_decode_line_off(&block, line, &cursor), 3 + source->starts[line]);
    pl_release(source);
}
END_TEST

START_TEST(blocks_cut_at_any_line_ends_give_the_same_text)
{
    struct source *source = make_source(_i);
    pl_buf joined;
    pl_buf_init(&joined, sizeof source->text);
    for (size_t line = 0; line <= source->line_ends;) {
        size_t next = line + 1 + roll(source, 8);
        size_t start = source->starts[line];
        size_t end = next > source->line_ends ? source->raw_len : source->starts[next];
        pl_buf_append(&joined,
                      decode(source->encoding, (pl_str){source->raw + start, end - start}));
        line = next;
    }
    assert_str(pl_buf_str(&joined), (pl_str){source->text, source->text_len});
    pl_buf_release(&joined);
    pl_release(source);
}
END_TEST

static const struct repaired {
    pl_str line, text;
    size_t replaced;
} repaired[] = {
    {{"plain\r", 6}, {"plain", 5}, 0},
    {{"two\r\r", 5}, {"two\r", 4}, 0},
    {{"in\rside", 7}, {"in\rside", 7}, 0},
    {{"", 0}, {"", 0}, 0},
    {{"\r", 1}, {"", 0}, 0},
    {{"a\xff"
      "b",
      3},
     {"a\xef\xbf\xbd"
      "b",
      5},
     1},
    {{"\xff\xfe", 2}, {"\xef\xbf\xbd\xef\xbf\xbd", 6}, 2},
    {{"cut \xe4\xb8", 6}, {"cut \xef\xbf\xbd", 7}, 1},
    {{"a\0b\0", 4}, {"ab", 2}, 0},
    {{"\0\xffx\0", 4}, {"\xef\xbf\xbdx", 4}, 1},
    {{"gr\xc3\xbcn", 5}, {"gr\xc3\xbcn", 5}, 0},
};

START_TEST(a_stored_line_is_valid_and_says_how_much_was_replaced)
{
    pl_buf out;
    pl_buf_init(&out, 100);
    ck_assert_uint_eq(pl_decode_line(repaired[_i].line, &out), repaired[_i].replaced);
    assert_str(pl_buf_str(&out), repaired[_i].text);
    ck_assert(pl_utf8_valid(pl_buf_str(&out)));
    pl_buf_release(&out);
}
END_TEST

START_TEST(no_memory_is_said_and_leaves_the_decoder_usable)
{
    pl_decoder *other = NULL;
    pl_error err;
    pl_alloc_fail_after(0);
    ck_assert_int_eq(pl_decoder_new(&other, &err), PL_ERR_NOMEM);
    ck_assert_ptr_null(other);
    pl_block block = block_of(PL_ENCODING_UTF16LE, worked[4].raw);
    pl_text text = {.str = {"untouched", 9}};
    ck_assert_int_eq(pl_decode_block(decoder, &block, NULL, &text, &err), PL_ERR_NOMEM);
    assert_str(text.str, PL_STR("untouched"));
    pl_alloc_fail_after(-1);
    assert_str(decode(PL_ENCODING_UTF16LE, worked[4].raw), worked[4].text);
}
END_TEST

/* The bytes of a file of the corpus behind its byte order mark, owned; .ptr NULL: it is not there.
 */
static char *read_corpus(const char *name, size_t *len)
{
    const char *corpus = getenv("PHASELINE_CORPUS"), *root = getenv("PHASELINE_ROOT");
    char path[4096];
    if (corpus != NULL)
        snprintf(path, sizeof path, "%s/%s", corpus, name);
    else
        snprintf(path, sizeof path, "%s/../shared/corpus/%s", root == NULL ? "." : root, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    char *bytes = pl_alloc(1 << 20, 1);
    ck_assert_ptr_nonnull(bytes);
    *len = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

START_TEST(both_byte_orders_of_a_real_chinese_text_decode_to_the_same)
{
    size_t le_len = 0, be_len = 0;
    char *le = read_corpus("odd/klogg-Chinese-Lipsum.utf16le.txt", &le_len);
    char *be = read_corpus("odd/klogg-Chinese-Lipsum.utf16be.txt", &be_len);
    if (le != NULL && be != NULL) {
        pl_buf first;
        pl_buf_init(&first, 1 << 20);
        pl_buf_append(&first, decode(PL_ENCODING_UTF16LE, (pl_str){le, le_len}));
        ck_assert_uint_gt(first.len, 40000);
        ck_assert(pl_utf8_valid(pl_buf_str(&first)));
        ck_assert_uint_eq(pl_str_find(pl_buf_str(&first), BYTES("\xef\xbf\xbd"), 0), SIZE_MAX);
        assert_str(decode(PL_ENCODING_UTF16BE, (pl_str){be, be_len}), pl_buf_str(&first));
        pl_buf_release(&first);
    }
    pl_release(le);
    pl_release(be);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

static Suite *decode_suite(void)
{
    TCase *tcase = tcase_create("decode");
    tcase_add_checked_fixture(tcase, open_decoder, close_decoder);
    tcase_add_loop_test(tcase, each_encoding_becomes_the_text_worked_out_by_hand, 0, COUNT(worked));
    tcase_add_loop_test(tcase, escape_sequences_are_left_out_and_never_take_a_line_end, 0,
                        COUNT(escapes));
    tcase_add_test(tcase, plain_utf8_and_ascii_in_1252_are_the_blocks_own_bytes);
    tcase_add_test(tcase, one_decoder_serves_blocks_of_any_encoding_in_turn);
    tcase_add_loop_test(tcase, units_are_told_from_ascii_wherever_they_stand, 0, COUNT(borders));
    tcase_add_test(tcase, line_offsets_count_raw_bytes_from_the_start_of_the_member);
    tcase_add_loop_test(tcase, random_sources_give_exactly_their_text, 0, SOURCES);
    tcase_add_loop_test(tcase, every_line_of_a_random_source_is_found_in_its_bytes, 0, SOURCES);
    tcase_add_loop_test(tcase, blocks_cut_at_any_line_ends_give_the_same_text, 0, SOURCES);
    tcase_add_loop_test(tcase, a_stored_line_is_valid_and_says_how_much_was_replaced, 0,
                        COUNT(repaired));
    tcase_add_test(tcase, no_memory_is_said_and_leaves_the_decoder_usable);
    tcase_add_test(tcase, both_byte_orders_of_a_real_chinese_text_decode_to_the_same);
    Suite *suite = suite_create("decode");
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(decode_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
