/* csv_head.c - names that only Get-WinEvent gives its columns. */
#include "io/csv_head.h"

#include "base/csv.h"

static const pl_str names[] = {
    [PL_CSV_MESSAGE] = PL_STR_INIT("Message"),
    [PL_CSV_ID] = PL_STR_INIT("Id"),
    [PL_CSV_PROVIDER] = PL_STR_INIT("ProviderName"),
    [PL_CSV_CHANNEL] = PL_STR_INIT("LogName"),
    [PL_CSV_COMPUTER] = PL_STR_INIT("MachineName"),
    [PL_CSV_RECORD] = PL_STR_INIT("RecordId"),
    [PL_CSV_LEVEL] = PL_STR_INIT("Level"),
    [PL_CSV_LEVEL_NAME] = PL_STR_INIT("LevelDisplayName"),
    [PL_CSV_TIME] = PL_STR_INIT("TimeCreated"),
};

static void place(pl_csv_head *head, pl_str name, size_t at)
{
    for (size_t i = 0; i < PL_CSV_COLUMN_COUNT; i++)
        if (head->at[i] == SIZE_MAX && pl_str_equal_nocase(names[i], pl_str_trim(name)))
            head->at[i] = at;
}

bool pl_csv_head_read(pl_str text, pl_csv_head *out)
{
    size_t start = 0;
    if (pl_str_starts(text, PL_STR("#TYPE"))) {
        start = pl_str_find(text, PL_STR("\n"), 0);
        if (start == SIZE_MAX)
            return false;
        start++;
    }
    pl_csv_field fields[PL_CSV_COLUMNS_MAX];
    pl_csv_row row = {.fields = fields, .room = PL_CSV_COLUMNS_MAX};
    text = pl_str_slice(text, start, SIZE_MAX);
    pl_csv_head head = {.delimiter = pl_csv_delimiter(text)};
    if (!pl_csv_next(text, head.delimiter, &row) || row.count > row.room)
        return false;
    for (size_t i = 0; i < PL_CSV_COLUMN_COUNT; i++)
        head.at[i] = SIZE_MAX;
    for (size_t i = 0; i < row.count; i++)
        place(&head, fields[i].text, i);
    head.len = start + row.len;
    const bool is_event =
        head.at[PL_CSV_PROVIDER] != SIZE_MAX || head.at[PL_CSV_LEVEL_NAME] != SIZE_MAX;
    if (head.at[PL_CSV_TIME] == SIZE_MAX || head.at[PL_CSV_ID] == SIZE_MAX || !is_event)
        return false;
    if (text.ptr[row.len - 1] != '\n')
        return false;
    *out = head;
    return true;
}
