/* test_event_xml.c - Windows events exported as XML. */
#include "decode/event_xml.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "support/decoded.h"
#include "support/wide.h"

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))
#define BAD "\xef\xbf\xbd" /* U+FFFD */
#define SYSTEM(id)                                                                                 \
    "<System><Provider Name='P'/><EventID>" id "</EventID>"                                        \
    "<TimeCreated SystemTime='2026-05-11T09:15:42.1234567Z'/></System>"
#define EVENT(id) "<Event>" SYSTEM(id) "</Event>"
#define HEAD "2026-05-11T09:15:42.1234567Z P/"

struct sample {
    const char *text;
    const char *want; /* LINE_INDEX@BYTE_OFF LINE, for every record */
    size_t lines, bad;
};

static void check_sample(const struct sample *sample)
{
    pl_buf buf;
    pl_buf_init(&buf, 10000);
    const pl_block block = {.ptr = sample->text,
                            .len = strlen(sample->text),
                            .encoding = PL_ENCODING_UTF8,
                            .layout = PL_LAYOUT_EVENT_XML,
                            .last = true};
    const pl_text text = append_records(&block, NULL, &buf);
    ck_assert_str_eq(buf.ptr, sample->want);
    ck_assert_uint_eq(text.line_count, sample->lines);
    ck_assert_uint_eq(text.bad, sample->bad);
    pl_buf_release(&buf);
}

static const struct sample shapes[] = {
    /* wevtutil qe: one line each, single quotes */
    {"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "
     "Name='Microsoft-Windows-FailoverClustering' Guid='{baf908ea-0000-0000-0000-000000000000}'/>"
     "<EventID>1135</EventID><Version>0</Version><Level>2</Level><Task>3</Task><Opcode>0</Opcode>"
     "<Keywords>0x8000000000000000</Keywords><TimeCreated "
     "SystemTime='2026-05-11T09:15:42.1234567Z'/>"
     "<EventRecordID>4711</EventRecordID><Correlation/><Execution ProcessID='2' ThreadID='3'/>"
     "<Channel>System</Channel><Computer>HVC01-N1.corp.example</Computer>"
     "<Security UserID='S-1-5-18'/></System>"
     "<EventData><Data Name='NodeName'>HVC01-N3</Data></EventData></Event>\r\n",
     "0@0 2026-05-11T09:15:42.1234567Z Microsoft-Windows-FailoverClustering/1135 "
     "HVC01-N1.corp.example System 4711 Error NodeName=HVC01-N3\n",
     1, 0},
    /* evtxexport: its name, many lines, nine digits, Qualifiers, Data without names, Binary */
    {"evtxexport 20181227\n\n<Event xmlns=\"x\">\n  <System>\n"
     "    <Provider Name=\"Service Control Manager\" Guid=\"{5}\" EventSourceName=\"S C M\"/>\n"
     "    <EventID Qualifiers=\"16384\">7036</EventID>\n    <Level>4</Level>\n"
     "    <TimeCreated SystemTime=\"2026-05-11T09:15:42.123456700Z\"/>\n"
     "    <EventRecordID>5</EventRecordID>\n    <Channel>System</Channel>\n"
     "    <Computer>n1</Computer>\n    <Security/>\n  </System>\n  <EventData>\n"
     "    <Data>Cluster Service</Data>\n    <Data/>\n    <Data Name=\"param3\">x</Data>\n"
     "    <Data>y</Data>\n    <Binary>4300</Binary>\n  </EventData>\n</Event>\n\n",
     "2@21 2026-05-11T09:15:42.1234567Z Service Control Manager/7036 n1 System 5 Information "
     "1=\"Cluster Service\" 2=\"\" param3=x 4=y Binary=4300\n",
     22, 0},
    /* with root and declaration, many on a line; the number of the event with Qualifiers in it */
    {"<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<Events>" EVENT("1")
         EVENT("2147484722") "\n" EVENT("65536") "</Events>",
     "1@64 " HEAD "1 - - - Information\n1@192 " HEAD "1074 - - - Information\n"
     "2@330 " HEAD "0 - - - Information\n",
     3, 0},
    /* UserData: its leaves; RenderingInfo: its message at the end, wherever it stands */
    {"<Event><RenderingInfo Culture='en-US'><Message>Two\r\n&lt;lines&gt;</Message><Level>Error"
     "</Level></RenderingInfo>" SYSTEM(
         "7") "<UserData><n:EventXML xmlns:n='E'><n:Subject>a</n:Subject><n:Cut/>"
              "<n:More><n:Inner>b c</n:Inner></n:More></n:EventXML></UserData></Event>",
     "0@0 " HEAD "7 - - - Information Subject=a Cut=\"\" Inner=\"b c\" "
     "message=\"Two\\n<lines>\"\n",
     2, 0},
    /* evtxexport writes a time with nine digits, Windows with seven */
    {"<Event>" SYSTEM("7") "<EventData><Data>2026-05-11T09:15:42.123456700Z</Data>"
                           "<Data>2026-05-11T09:15:42.123456789Z</Data></EventData></Event>",
     "0@0 " HEAD "7 - - - Information 1=2026-05-11T09:15:42.1234567Z "
     "2=2026-05-11T09:15:42.123456789Z\n",
     1, 0},
    /* what XML cannot hold, as in a line of the event log itself */
    {"<Event>" SYSTEM("7") "<EventData><Data>a\x1b\x7f\xff z</Data></EventData></Event>",
     "0@0 " HEAD "7 - - - Information 1=\"a" BAD BAD BAD " z\"\n", 1, 0},
    /* only Data is called by its Name */
    {"<Event>" SYSTEM("7") "<EventData><ComplexData Name='x'>1</ComplexData></EventData></Event>",
     "0@0 " HEAD "7 - - - Information ComplexData=1\n", 1, 0},
    {"<Event>" SYSTEM("7") "<EventData Name='x'/><UserData/></Event>",
     "0@0 " HEAD "7 - - - Information\n", 1, 0},
    /* entities, CDATA, comments, names to be quoted, letters of others */
    {"<Event>" SYSTEM("7") "<EventData><Data Name='a b'>&amp;&#x41;&quot;</Data><Data><![CDATA[<]]>"
                           "</Data><Data>k<!-- no -->n\xc3\xb6t</Data></EventData></Event>",
     "0@0 " HEAD "7 - - - Information \"a b\"=\"&A\\\"\" 2=< 3=kn\xc3\xb6t\n", 1, 0},
    /* a provider that has only its old name; no time, and one that is none */
    {"<Event><System><Provider EventSourceName='Old One'/><EventID>7</EventID></System></Event>",
     "0@0 - Old One/7 - - - Information\n", 1, 0},
    {"<Event><System><Provider/><EventID>7</EventID></System></Event>",
     "0@0 - -/7 - - - Information\n", 1, 0},
    {"<Event><System><Provider/><EventID>7</EventID><TimeCreated SystemTime='x'/></System></Event>",
     "0@0 - -/7 - - - Information\n", 1, 0},
};

START_TEST(every_export_becomes_the_normal_line)
{
    check_sample(&shapes[_i]);
}
END_TEST

static const struct sample faults[] = {
    {"<Event><System></Event>\n" EVENT("2"), "1@24 " HEAD "2 - - - Information\n", 2, 1},
    {"<Event>" SYSTEM("1") "<EventData><Data>x</Data>\n" EVENT("2"),
     "1@146 " HEAD "2 - - - Information\n", 2, 1},
    {EVENT("1") "<Event>" SYSTEM("2"), "0@0 " HEAD "1 - - - Information\n", 1, 1},
    /* no entities but those of XML, no document type */
    {"<Event>" SYSTEM("1") "<EventData><Data>&x;</Data></EventData></Event>" EVENT("2"),
     "0@167 " HEAD "2 - - - Information\n", 1, 1},
    {"<!DOCTYPE r [<!ENTITY x 'y'>]>\n<Event>" SYSTEM(
         "1") "<EventData><Data>&x;</Data></EventData></Event>",
     "", 2, 1},
    {"<Event><!DOCTYPE r [<!ENTITY x 'y'>]>" SYSTEM("1") "</Event>", "", 1, 1},
    /* no System, no id, no number */
    {"<Event><EventData/></Event>", "", 1, 1},
    {"<Event><System><Provider Name='P'/></System></Event>", "", 1, 1},
    {"<Event>" SYSTEM("x") "</Event>", "", 1, 1},
    {"<Event>" EVENT("1") "</Event>", "0@7 " HEAD "1 - - - Information\n", 1, 1},
    /* what is between events is nobody's */
    {"</Event> & <x> </Event>" EVENT("1") "<EventID>7</EventID></Events>",
     "0@23 " HEAD "1 - - - Information\n", 1, 0},
    {"", "", 0, 0},
};

START_TEST(a_broken_event_is_counted_and_the_rest_goes_on)
{
    check_sample(&faults[_i]);
}
END_TEST

START_TEST(places_are_those_in_the_bytes_in_every_encoding)
{
    /* U+1F680 in the first event: two units of UTF-16 */
    static const char le[] = "<\0E\0v\0e\0n\0t\0>\0\x3d\xd8\x80\xde\n\0";
    char wide[2000], bytes[2000];
    const pl_str event = widen(PL_STR(EVENT("1")), PL_ENCODING_UTF16LE, wide, sizeof wide);
    memcpy(bytes, le, sizeof le - 1);
    memcpy(bytes + sizeof le - 1, event.ptr, event.len);
    pl_buf buf;
    pl_buf_init(&buf, 10000);
    pl_block block = {.ptr = bytes,
                      .len = sizeof le - 1 + event.len,
                      .byte_off = 1000,
                      .encoding = PL_ENCODING_UTF16LE,
                      .layout = PL_LAYOUT_EVENT_XML};
    append_records(&block, NULL, &buf);
    ck_assert_str_eq(buf.ptr, "1@1020 " HEAD "1 - - - Information\n");
    pl_buf_clear(&buf);
    const pl_str narrow = PL_STR("<Event>\xf6\xe4\n\x1b[0m" EVENT("1"));
    block.ptr = narrow.ptr;
    block.len = narrow.len;
    block.encoding = PL_ENCODING_CP1252;
    append_records(&block, NULL, &buf);
    ck_assert_str_eq(buf.ptr, "1@1014 " HEAD "1 - - - Information\n");
    pl_buf_release(&buf);
}
END_TEST

START_TEST(an_event_that_was_too_long_is_not_counted_as_bad)
{
    pl_buf buf;
    pl_buf_init(&buf, 1000);
    const pl_str text = PL_STR("of it</Data></EventData></Event>\n" EVENT("1") "<Event>long");
    const pl_block block = {.ptr = text.ptr,
                            .len = text.len,
                            .layout = PL_LAYOUT_EVENT_XML,
                            .open_start = true,
                            .open_end = true};
    const pl_text decoded = append_records(&block, NULL, &buf);
    ck_assert_str_eq(buf.ptr, "1@33 " HEAD "1 - - - Information\n");
    ck_assert_uint_eq(decoded.bad, 0);
    ck_assert_uint_eq(decoded.line_count, 1);
    pl_buf_release(&buf);
}
END_TEST

START_TEST(only_what_is_wanted_is_written_and_named_as_the_filter_names_it)
{
    static const pl_event_pair pairs[] = {{PL_STR_INIT("USER32"), 1074}};
    const pl_event_filter filter = {pairs, 1};
    const char *sample =
        "<Event><System><Provider Name='User32'/><EventID Qualifiers='32768'>1074</EventID>"
        "<TimeCreated SystemTime='2026-05-11T09:00:00Z'/></System></Event>\n"
        /* seen at once, and seen by the parser only */
        "<Event><System><Provider Name='P'/><EventID>1074</EventID>"
        "<TimeCreated SystemTime='2026-05-11T10:00:00Z'/></System></Event>"
        "<Event><System><Provider Name='&#80;'/><EventID>1074</EventID>"
        "<TimeCreated SystemTime='2026-05-11T08:00:00Z'/></System></Event>"
        "<Event><System><Provider Name='User&#51;2'/><EventID>1074</EventID>"
        "<TimeCreated SystemTime='2026-05-11T08:30:00Z'/></System></Event>";
    pl_buf buf;
    pl_buf_init(&buf, 1000);
    const pl_block block = {
        .ptr = sample, .len = strlen(sample), .layout = PL_LAYOUT_EVENT_XML, .last = true};
    const pl_text text = append_records(&block, &filter, &buf);
    ck_assert_str_eq(buf.ptr, "0@0 2026-05-11T09:00:00.0000000Z USER32/1074 - - - Information\n"
                              "1@398 2026-05-11T08:30:00.0000000Z USER32/1074 - - - Information\n");
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
    const pl_str sample = PL_STR(EVENT("1") "<Event><broken>\1</Event>" EVENT("2"));
    const pl_block block = {
        .ptr = sample.ptr, .len = sample.len, .layout = PL_LAYOUT_EVENT_XML, .last = true};
    pl_status status = PL_ERR_NOMEM;
    for (long i = 0; status != PL_OK; i++) {
        pl_records records;
        pl_records_init(&records);
        pl_alloc_fail_after(i);
        status = pl_event_xml_decode(&block, sample, NULL, &records, NULL);
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
    TCase *tcase = tcase_create("event_xml");
    tcase_add_loop_test(tcase, every_export_becomes_the_normal_line, 0, COUNT(shapes));
    tcase_add_loop_test(tcase, a_broken_event_is_counted_and_the_rest_goes_on, 0, COUNT(faults));
    tcase_add_test(tcase, places_are_those_in_the_bytes_in_every_encoding);
    tcase_add_test(tcase, an_event_that_was_too_long_is_not_counted_as_bad);
    tcase_add_test(tcase, only_what_is_wanted_is_written_and_named_as_the_filter_names_it);
    tcase_add_test(tcase, every_failed_allocation_is_no_memory);
    Suite *suite = suite_create("event_xml");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
