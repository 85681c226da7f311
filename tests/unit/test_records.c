/* test_records.c - what divides a source into records, and where. */
#include "io/records.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "support/wide.h"

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))
#define NS " xmlns='http://schemas.microsoft.com/win/2004/08/events/event'"
#define EVENT "<Event" NS "><System><Provider Name='x'/><EventID>1</EventID></System></Event>"

static const struct {
    const char *text;
    pl_layout want;
} starts[] = {
    /* Event Viewer, wevtutil with and without root, evtxexport, tools that number records */
    {"<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<Events>" EVENT "</Events>",
     PL_LAYOUT_EVENT_XML},
    {EVENT, PL_LAYOUT_EVENT_XML},
    {"\r\n <Events>\r\n  <Event>\r\n    <System>\r\n      <Provider Name=\"x\"/>",
     PL_LAYOUT_EVENT_XML},
    {"evtxexport 20181227\n\n" EVENT, PL_LAYOUT_EVENT_XML},
    {"Record 1\n<?xml version=\"1.0\"?>\n<!-- one > of many -->\n" EVENT, PL_LAYOUT_EVENT_XML},
    /* any other XML */
    {"<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">"
     "<Obj RefId=\"0\"><S N=\"x\">&lt;Event&gt;</S></Obj></Objs>",
     PL_LAYOUT_LINES},
    {"<a><b>" EVENT "</b></a>", PL_LAYOUT_LINES},
    {"<Events><Event Name='x'><Provider/></Event></Events>", PL_LAYOUT_LINES},
    {"<Event><System></System></Event>", PL_LAYOUT_LINES},
    {"<EventLog><System><Provider/></System></EventLog>", PL_LAYOUT_LINES},
    {"<Event", PL_LAYOUT_LINES},
    {"2026-05-11 09:15:42 the service wrote the following event to its own log, in full "
     "here: " EVENT,
     PL_LAYOUT_LINES},
    /* Get-WinEvent | Export-Csv, whole and selected, with the delimiter of its culture */
    {"#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n"
     "\"Message\",\"Id\",\"ProviderName\",\"TimeCreated\"\r\n",
     PL_LAYOUT_EVENT_CSV},
    {"timecreated;ID;providername\n", PL_LAYOUT_EVENT_CSV},
    {"TimeCreated\tId\tLevelDisplayName\tMessage\r\n", PL_LAYOUT_EVENT_CSV},
    /* any other CSV */
    {"\"Message\",\"Id\",\"TimeCreated\"\n", PL_LAYOUT_LINES},
    {"Id,ProviderName,Message\n", PL_LAYOUT_LINES},
    {"TimeCreated,Id,ProviderName", PL_LAYOUT_LINES},
    {"\n\nTimeCreated,Id,ProviderName\n", PL_LAYOUT_LINES},
    {"#TYPE Microsoft.FailoverClusters.PowerShell.ClusterNode\n\"Name\",\"Id\",\"State\"\n",
     PL_LAYOUT_LINES},
    {"Name,State\nN1,Up\n", PL_LAYOUT_LINES},
    {"", PL_LAYOUT_LINES},
};

static const pl_encoding encodings[] = {PL_ENCODING_UTF8, PL_ENCODING_CP1252, PL_ENCODING_UTF16LE,
                                        PL_ENCODING_UTF16BE};

START_TEST(the_first_bytes_tell_the_layout_in_every_encoding)
{
    for (int i = 0; i < COUNT(encodings); i++) {
        char wide[1000];
        const pl_str text = widen(pl_str_of(starts[_i].text), encodings[i], wide, sizeof wide);
        ck_assert_msg(pl_layout_detect(text, encodings[i]) == starts[_i].want, "%s",
                      starts[_i].text);
    }
}
END_TEST

START_TEST(what_is_binary_or_an_evtx_file_is_told_by_its_magic)
{
    ck_assert_int_eq(pl_layout_detect(PL_STR(EVENT), PL_ENCODING_BINARY), PL_LAYOUT_LINES);
    ck_assert_int_eq(pl_layout_detect(PL_STR("ElfFile\0xx"), PL_ENCODING_BINARY), PL_LAYOUT_EVTX);
}
END_TEST

START_TEST(the_head_of_csv_is_its_line_of_types_and_its_names)
{
    const char *text = "#TYPE x\r\n\"Id\",\"TimeCreated\",\"ProviderName\"\r\n1,2,3\r\n";
    const size_t len = strlen(text) - strlen("1,2,3\r\n");
    char wide[1000];
    ck_assert_uint_eq(pl_layout_head(PL_LAYOUT_EVENT_CSV, pl_str_of(text), PL_ENCODING_UTF8), len);
    const pl_str utf16 = widen(pl_str_of(text), PL_ENCODING_UTF16LE, wide, sizeof wide);
    ck_assert_uint_eq(pl_layout_head(PL_LAYOUT_EVENT_CSV, utf16, PL_ENCODING_UTF16LE), 2 * len);
    ck_assert_uint_eq(pl_layout_head(PL_LAYOUT_EVENT_XML, pl_str_of(text), PL_ENCODING_UTF8), 0);
}
END_TEST

/* '|' marks where the cut is; without one nothing is whole. */
static const struct {
    pl_layout layout;
    bool open_start;
    const char *text;
} cuts[] = {
    {PL_LAYOUT_EVENT_XML, false, "<Event>a</Event>|"},
    {PL_LAYOUT_EVENT_XML, false, "<Event>a</Event><Event>b</Event>|<Event>c</Eve"},
    {PL_LAYOUT_EVENT_XML, false, "<Event>a</Event>\r\n|  <Event>b</EventData>"},
    {PL_LAYOUT_EVENT_XML, false, "<Event>a</Event \r\n > \n|\n<EventID>"},
    {PL_LAYOUT_EVENT_XML, false, "<Event>a</Event>| x\n"},
    {PL_LAYOUT_EVENT_XML, false, "<Event>a</Event"},
    {PL_LAYOUT_EVENT_XML, false, "<Event>a</Event "},
    {PL_LAYOUT_EVENT_XML, false, "<Event>a\nb\n"},
    {PL_LAYOUT_EVENT_XML, true, "a</Event>|<Event>b"},
    {PL_LAYOUT_EVENT_CSV, false, "a,b\nc,d\n|e,f"},
    {PL_LAYOUT_EVENT_CSV, false, "\"a\",\"b\"\r\n|\"c\r\nd\r\n"},
    {PL_LAYOUT_EVENT_CSV, false, "\"a \"\"\nb\"\" c\n\",d\r\n|\"e \"\"\nf\n"},
    {PL_LAYOUT_EVENT_CSV, false, "\"a\nb\n"},
    {PL_LAYOUT_EVENT_CSV, false, "a,b"},
    {PL_LAYOUT_EVENT_CSV, false,
     "\"0123456789012345678901234567890123456789012345678901234567890123456789\",\"\"\"\"\n|\"\n"},
    /* the rest of a row that was too long ends at its line end */
    {PL_LAYOUT_EVENT_CSV, true, "a \"b\n\"c\nd\"\n|\"e\n"},
    {PL_LAYOUT_EVENT_CSV, true, "a \"b\n|"},
    {PL_LAYOUT_EVENT_CSV, true, "a \"b"},
};

START_TEST(blocks_are_cut_where_a_record_ends_in_every_encoding)
{
    const char *mark = strchr(cuts[_i].text, '|');
    char plain[200], wide[400];
    size_t len = strlen(cuts[_i].text), want = 0;
    memcpy(plain, cuts[_i].text, len);
    if (mark != NULL) {
        want = (size_t)(mark - cuts[_i].text);
        memmove(plain + want, plain + want + 1, --len - want);
    }
    for (int i = 0; i < COUNT(encodings); i++) {
        const pl_record_bytes bytes = {
            .bytes = widen((pl_str){plain, len}, encodings[i], wide, sizeof wide),
            .encoding = encodings[i],
            .open_start = cuts[_i].open_start};
        ck_assert_uint_eq(pl_layout_whole(cuts[_i].layout, &bytes),
                          want * pl_encoding_unit(encodings[i]));
    }
}
END_TEST

START_TEST(characters_that_hold_the_byte_of_a_tag_or_a_quote_are_not_taken_for_it)
{
    /* U+3C22, U+223C, U+0A22: their bytes are those of '<', '"' and '\n' */
    static const char units[] = "a\0\n\0\x22\x3c\x3c\x22\x22\x0a";
    const pl_record_bytes bytes = {.bytes = {units, sizeof units - 1},
                                   .encoding = PL_ENCODING_UTF16LE};
    ck_assert_uint_eq(pl_layout_whole(PL_LAYOUT_EVENT_CSV, &bytes), 4);
    ck_assert_uint_eq(pl_layout_whole(PL_LAYOUT_EVENT_XML, &bytes), 0);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("records");
    tcase_add_loop_test(tcase, the_first_bytes_tell_the_layout_in_every_encoding, 0, COUNT(starts));
    tcase_add_test(tcase, what_is_binary_or_an_evtx_file_is_told_by_its_magic);
    tcase_add_test(tcase, the_head_of_csv_is_its_line_of_types_and_its_names);
    tcase_add_loop_test(tcase, blocks_are_cut_where_a_record_ends_in_every_encoding, 0,
                        COUNT(cuts));
    tcase_add_test(tcase, characters_that_hold_the_byte_of_a_tag_or_a_quote_are_not_taken_for_it);
    Suite *suite = suite_create("records");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
