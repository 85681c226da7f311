/* test_event_csv.c - Windows events exported as CSV. */
#include "decode/event_csv.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "support/decoded.h"
#include "support/wide.h"

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))
#define HEAD "Id,ProviderName,TimeCreated\n" /* 28 bytes */
#define LINE "P/7 - - - Information"

struct sample {
    const char *text;
    const char *want; /* LINE_INDEX@BYTE_OFF LINE, for every record */
    size_t lines, bad;
};

/* The block that `bytes` are, head and all. */
static pl_block first_block(pl_str bytes, pl_encoding encoding)
{
    const size_t head = pl_layout_head(PL_LAYOUT_EVENT_CSV, bytes, encoding);
    ck_assert_uint_gt(head, 0);
    return (pl_block){.ptr = bytes.ptr,
                      .len = bytes.len,
                      .encoding = encoding,
                      .layout = PL_LAYOUT_EVENT_CSV,
                      .head = {bytes.ptr, head},
                      .last = true};
}

static void check_sample(const struct sample *sample)
{
    pl_buf buf;
    pl_buf_init(&buf, 10000);
    const pl_block block = first_block(pl_str_of(sample->text), PL_ENCODING_UTF8);
    const pl_text text = append_records(&block, NULL, &buf);
    ck_assert_str_eq(buf.ptr, sample->want);
    ck_assert_uint_eq(text.line_count, sample->lines);
    ck_assert_uint_eq(text.bad, sample->bad);
    pl_buf_release(&buf);
}

static const struct sample shapes[] = {
    /* Windows PowerShell, all columns that matter, a message of three lines */
    {"#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n"
     "\"Message\",\"Id\",\"Version\",\"Qualifiers\",\"Level\",\"RecordId\",\"ProviderName\","
     "\"LogName\",\"MachineName\",\"TimeCreated\",\"LevelDisplayName\"\r\n"
     "\"Node \"\"N3\"\" went,\r\n\r\nit seems.\",\"1135\",\"0\",,\"2\",\"4711\","
     "\"Microsoft-Windows-FailoverClustering\",\"System\",\"HVC01-N1.corp.example\","
     "\"8/19/2021 9:33:40 AM\",\"Fehler\"\r\n",
     "2@187 2021-08-19T09:33:40 Microsoft-Windows-FailoverClustering/1135 HVC01-N1.corp.example "
     "System 4711 Error message=\"Node \\\"N3\\\" went,\\n\\nit seems.\"\n",
     5, 0},
    /* Select-Object: any order and case, another delimiter, no line end at the end */
    {"timecreated;LEVELDISPLAYNAME;id;providername\n19.08.2021 09:33:40;warning;2147484722;User32",
     "1@45 2021-08-19T09:33:40 User32/1074 - - - Warning\n", 2, 0},
    {"TimeCreated\tId\tLevelDisplayName\tMessage\r\n2021-08-19 09:33:40\t7\tFehler\tx y\r\n\r\n",
     "1@41 2021-08-19T09:33:40 -/7 - - - Information message=\"x y\"\n", 3, 0},
    /* with a zone: UTC, and to 100 ns */
    {HEAD "7,P,2021-08-19T09:33:40.1234567+02:00\n", "1@28 2021-08-19T07:33:40.1234567Z " LINE "\n",
     2, 0},
    /* columns that are not asked for, and columns that a row has not */
    {"Id,Level,ProviderName,RecordId,TimeCreated,Message\n7,5,P,x\n8,0,P,,,\n",
     "1@51 - P/7 - - - Verbose\n2@59 - P/8 - - - Information\n", 3, 0},
};

START_TEST(every_export_becomes_the_normal_line)
{
    check_sample(&shapes[_i]);
}
END_TEST

static const struct sample times[] = {
    /* a day over 12 anywhere shows the order of all */
    {HEAD "7,P,04/05/2026 00:20:05\n7,P,19/05/2026 00:20:05\n",
     "1@28 2026-05-04T00:20:05 " LINE "\n2@52 2026-05-19T00:20:05 " LINE "\n", 3, 0},
    {HEAD "7,P,04/05/2026 00:20:05\n7,P,04/19/2026 00:20:05\n",
     "1@28 2026-04-05T00:20:05 " LINE "\n2@52 2026-04-19T00:20:05 " LINE "\n", 3, 0},
    {HEAD "7,P,4/05/2026 1:20:05 PM\n7,P,19/05/2026 1:20:05 PM\n",
     "1@28 2026-05-04T13:20:05 " LINE "\n2@53 2026-05-19T13:20:05 " LINE "\n", 3, 0},
    {HEAD "7,P,4/5/2026 1:20:05 PM\n", "1@28 2026-04-05T13:20:05 " LINE "\n", 2, 0},
    /* nothing shows it: no time, and what stood there */
    {HEAD "7,P,04/05/2026 00:20:05\n", "1@28 - " LINE " time=\"04/05/2026 00:20:05\"\n", 2, 0},
    {HEAD "7,P,04/05/2026 00:20:05\n7,P,06/06/2026 00:20:05\n",
     "1@28 - " LINE " time=\"04/05/2026 00:20:05\"\n2@52 2026-06-06T00:20:05 " LINE "\n", 3, 0},
    {HEAD "7,P,soon\n7,P,\n", "1@28 - " LINE " time=soon\n2@37 - " LINE "\n", 3, 0},
};

START_TEST(times_are_read_as_all_of_them_show_and_never_guessed)
{
    check_sample(&times[_i]);
}
END_TEST

static const struct sample faults[] = {
    /* cut off at the end; rows without an id; a row cut in its message, which its next one ends */
    {HEAD "7,P,\n\"x", "1@28 - " LINE "\n", 3, 1},
    {HEAD "x,P,\ny,P,\n7,P,\nz,P\n", "3@38 - " LINE "\n", 5, 2},
    {"Message,Id,ProviderName,TimeCreated\n\"cut\nhere\n\"a\nb\",7,P,\n\"c\",7,P,\n",
     "3@46 - " LINE " message=\"a\\nb\"\n5@57 - " LINE " message=c\n", 6, 1},
    {HEAD, "", 1, 0},
};

START_TEST(what_is_no_row_is_counted_and_the_rest_goes_on)
{
    check_sample(&faults[_i]);
}
END_TEST

START_TEST(rows_are_read_in_every_encoding)
{
    char wide[400];
    pl_buf buf;
    pl_buf_init(&buf, 1000);
    const pl_str utf16 = widen(PL_STR(HEAD "7,P,\n\"7\",P,\n"), PL_ENCODING_UTF16BE, wide, 400);
    pl_block block = first_block(utf16, PL_ENCODING_UTF16BE);
    append_records(&block, NULL, &buf);
    ck_assert_str_eq(buf.ptr, "1@56 - " LINE "\n2@66 - " LINE "\n");
    pl_buf_clear(&buf);
    block = first_block(PL_STR("Id,ProviderName,Message,TimeCreated\n7,P,\xfc,\n7,P,k\xf6,\n"),
                        PL_ENCODING_CP1252);
    append_records(&block, NULL, &buf);
    ck_assert_str_eq(buf.ptr,
                     "1@36 - " LINE " message=\xc3\xbc\n2@43 - " LINE " message=k\xc3\xb6\n");
    pl_buf_release(&buf);
}
END_TEST

START_TEST(later_blocks_are_read_by_the_head_of_the_first)
{
    pl_buf buf;
    pl_buf_init(&buf, 1000);
    const pl_str text = PL_STR("of a \"long one\n7,P,\n\"7");
    const pl_block block = {.ptr = text.ptr,
                            .len = text.len,
                            .byte_off = 500,
                            .no = 1,
                            .layout = PL_LAYOUT_EVENT_CSV,
                            .head = PL_STR(HEAD),
                            .open_start = true,
                            .open_end = true};
    const pl_text decoded = append_records(&block, NULL, &buf);
    ck_assert_str_eq(buf.ptr, "1@515 - " LINE "\n");
    ck_assert_uint_eq(decoded.bad, 0);
    ck_assert_uint_eq(decoded.line_count, 2);
    pl_buf_release(&buf);
}
END_TEST

START_TEST(only_what_is_wanted_is_written_and_named_as_the_filter_names_it)
{
    static const pl_event_pair pairs[] = {{PL_STR_INIT("USER32"), 1074}};
    const pl_event_filter filter = {pairs, 1};
    pl_buf buf;
    pl_buf_init(&buf, 1000);
    const pl_block block =
        first_block(PL_STR(HEAD "1074,P,2026-05-11T08:00:00Z\n1074,User32,2026-05-11T09:00:00Z\n"
                                "1,User32,2026-05-11T10:00:00Z\n1074,,\n"),
                    PL_ENCODING_UTF8);
    const pl_text text = append_records(&block, &filter, &buf);
    ck_assert_str_eq(buf.ptr, "2@56 2026-05-11T09:00:00.0000000Z USER32/1074 - - - Information\n");
    /* the least and the greatest time of all of them: 2026-05-11 is day 20584 */
    const int64_t day = 20584 * PL_US_PER_DAY, hour = 3600 * PL_US_PER_SECOND;
    ck_assert_int_eq(text.first_us, day + 8 * hour);
    ck_assert_int_eq(text.last_us, day + 10 * hour);
    ck_assert_uint_eq(text.bad, 0);
    pl_buf_release(&buf);
}
END_TEST

START_TEST(every_failed_allocation_is_no_memory)
{
    const pl_str sample =
        PL_STR("Id,ProviderName,TimeCreated,Message\n7,P,2026-05-11 09:00:00,\"a\"\"\"\n");
    const pl_block block = first_block(sample, PL_ENCODING_UTF8);
    pl_status status = PL_ERR_NOMEM;
    for (long i = 0; status != PL_OK; i++) {
        pl_records records;
        pl_records_init(&records);
        pl_alloc_fail_after(i);
        status = pl_event_csv_decode(&block, sample, NULL, &records, NULL);
        if (status == PL_OK)
            status = pl_buf_status(&records.text, NULL);
        pl_alloc_fail_after(-1);
        ck_assert(status == PL_OK || status == PL_ERR_NOMEM);
        pl_records_release(&records);
    }
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("event_csv");
    tcase_add_loop_test(tcase, every_export_becomes_the_normal_line, 0, COUNT(shapes));
    tcase_add_loop_test(tcase, times_are_read_as_all_of_them_show_and_never_guessed, 0,
                        COUNT(times));
    tcase_add_loop_test(tcase, what_is_no_row_is_counted_and_the_rest_goes_on, 0, COUNT(faults));
    tcase_add_test(tcase, rows_are_read_in_every_encoding);
    tcase_add_test(tcase, later_blocks_are_read_by_the_head_of_the_first);
    tcase_add_test(tcase, only_what_is_wanted_is_written_and_named_as_the_filter_names_it);
    tcase_add_test(tcase, every_failed_allocation_is_no_memory);
    Suite *suite = suite_create("event_csv");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
