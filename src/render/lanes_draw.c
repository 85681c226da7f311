/*
 * lanes_draw.c - a column stands for a stretch of time, and shows one phase of those in it.
 *
 * A bar begins with the key of its phase and goes on in the manner of how it went; so a lane can be
 * read without colour, and what went wrong is never covered by what went well.
 */
#include "render/lanes.h"

#include <string.h>

#include "base/escape.h"
#include "render/text.h"

#define GAP 2 /* blanks between a name and its lane */
#define NAME_MIN 4
#define NOTHING SIZE_MAX /* the owner of an empty column */

/* In ASCII, and in Unicode. */
struct glyph {
    const char *forms[2];
};

static const struct style {
    struct glyph fill, end; /* end: of the last column, or the only one; NULL: it is as others */
    const char *name;
    pl_str word; /* that has the colour */
} styles[PL_LANE_STYLES] = {
    [PL_LANE_OK] = {{{"=", "━"}}, {{NULL, NULL}}, "ok", PL_STR_INIT("")},
    [PL_LANE_REST] = {{{".", "·"}}, {{NULL, NULL}}, "at rest", PL_STR_INIT("")},
    [PL_LANE_SKIPPED] = {{{"/", "/"}}, {{"/", "/"}}, "skipped", PL_STR_INIT("")},
    [PL_LANE_OPEN] = {{{"-", "┄"}}, {{">", "▶"}}, "open", PL_STR_INIT("")},
    [PL_LANE_SLOW] = {{{"~", "≈"}}, {{NULL, NULL}}, "slow", PL_STR_INIT("slow")},
    [PL_LANE_SILENT] = {{{"-", "┄"}}, {{"?", "?"}}, "silent", PL_STR_INIT("silent")},
    [PL_LANE_ROLLED_BACK] = {{{"<", "◀"}}, {{"<", "◀"}}, "rolled back", PL_STR_INIT("rolledback")},
    [PL_LANE_STALLED] = {{{"!", "▒"}}, {{"!", "▒"}}, "stalled", PL_STR_INIT("stalled")},
    [PL_LANE_FAILED] = {{{"x", "×"}}, {{"X", "✗"}}, "failed", PL_STR_INIT("failed")},
};

struct canvas {
    const pl_lanes *lanes;
    const pl_timeline_options *options;
    pl_buf *buf;
    pl_axis axis;
    size_t names, width; /* columns of the names, and of a whole line */
    size_t owners[PL_LANES_WIDTH_MAX];
};

static const char *form_of(const struct canvas *canvas, struct glyph glyph)
{
    return glyph.forms[canvas->options->unicode ? 1 : 0];
}

/* 1-9, a-z, A-Z; what comes after shares a star. */
static char key_of(size_t phase)
{
    static const char keys[] = "123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return phase < sizeof keys - 1 ? keys[phase] : '*';
}

static size_t names_width(const pl_lanes *lanes, size_t width)
{
    size_t longest = NAME_MIN;
    for (size_t i = 0; i < lanes->node_count; i++) {
        size_t columns = lanes->nodes[i].is_folded ? 0 : pl_utf8_width(lanes->nodes[i].name);
        longest = columns > longest ? columns : longest;
    }
    return longest < width / 3 ? longest : width / 3;
}

/* Appends `name` in the column of names, and the gap. */
static void append_name(const struct canvas *canvas, pl_str name)
{
    size_t from = canvas->buf->len;
    pl_text_append_cut(canvas->buf, name, canvas->names);
    size_t used = pl_utf8_width(pl_str_slice(pl_buf_str(canvas->buf), from, SIZE_MAX));
    pl_buf_append_repeat(canvas->buf, ' ', canvas->names - used + GAP);
}

/* Ends a line: no line ends in blanks. */
static void end_line(pl_buf *buf)
{
    while (buf->failed == PL_OK && buf->len > 0 && buf->ptr[buf->len - 1] == ' ')
        pl_buf_cut(buf, buf->len - 1);
    pl_buf_append_char(buf, '\n');
}

static int64_t first_tick(const pl_axis *axis)
{
    return pl_axis_tick(axis, axis->from_us);
}

static int64_t next_tick(const pl_axis *axis, int64_t tick_us)
{
    return tick_us < axis->to_us ? pl_axis_tick(axis, tick_us + 1) : INT64_MAX;
}

static void append_labels(const struct canvas *canvas)
{
    const pl_axis *axis = &canvas->axis;
    size_t at = 0;
    append_name(canvas, PL_STR("UTC"));
    for (int64_t tick = first_tick(axis); tick != INT64_MAX; tick = next_tick(axis, tick)) {
        size_t column = pl_axis_column(axis, tick), from = canvas->buf->len;
        if (column < at)
            continue;
        pl_buf_append_repeat(canvas->buf, ' ', column - at);
        size_t begin = canvas->buf->len;
        pl_axis_append_label(axis, tick, canvas->buf);
        at = column + (canvas->buf->len - begin);
        if (at <= axis->columns)
            continue;
        pl_buf_cut(canvas->buf, from); /* no room at the right end */
        break;
    }
    end_line(canvas->buf);
}

static void append_ruler(struct canvas *canvas)
{
    static const struct glyph line = {{"-", "─"}}, mark = {{"+", "┬"}};
    const pl_axis *axis = &canvas->axis;
    memset(canvas->owners, 0, sizeof canvas->owners);
    for (int64_t tick = first_tick(axis); tick != INT64_MAX; tick = next_tick(axis, tick))
        canvas->owners[pl_axis_column(axis, tick)] = 1;
    append_name(canvas, PL_STR(""));
    for (size_t i = 0; i < axis->columns; i++)
        pl_buf_append(canvas->buf,
                      pl_str_of(form_of(canvas, canvas->owners[i] == 1 ? mark : line)));
    pl_buf_append_char(canvas->buf, '\n');
}

/* The columns of a span. */
struct extent {
    size_t first, last;
};

static struct extent extent_of(const pl_axis *axis, const pl_lane_span *span)
{
    int64_t last_us = span->to_us > span->from_us ? span->to_us - 1 : span->to_us;
    return (struct extent){pl_axis_column(axis, span->from_us), pl_axis_column(axis, last_us)};
}

static bool is_point(const pl_axis *axis, const pl_lane_span *span)
{
    struct extent extent = extent_of(axis, span);
    return extent.first == extent.last;
}

/*
 * Whether `fresh` takes a column from `old`, which began no later: what went wrong before what did
 * not; what has only this column before what has others; of those the worse, then the longer one;
 * of others the later one, so that its beginning is seen.
 */
static bool takes(const pl_axis *axis, const pl_lane_span *fresh, const pl_lane_span *old)
{
    bool fresh_bad = fresh->style >= PL_LANE_SILENT, old_bad = old->style >= PL_LANE_SILENT;
    bool fresh_point = is_point(axis, fresh), old_point = is_point(axis, old);
    if (fresh_bad != old_bad)
        return fresh_bad;
    if (fresh_point != old_point)
        return fresh_point;
    if (!fresh_point)
        return true;
    if (fresh->style != old->style)
        return fresh->style > old->style;
    return fresh->to_us - fresh->from_us > old->to_us - old->from_us;
}

static void paint(struct canvas *canvas, size_t index)
{
    const pl_lane_span *spans = canvas->lanes->spans;
    struct extent extent = extent_of(&canvas->axis, &spans[index]);
    for (size_t i = extent.first; i <= extent.last; i++) {
        size_t *owner = &canvas->owners[i];
        if (*owner == NOTHING || takes(&canvas->axis, &spans[index], &spans[*owner]))
            *owner = index;
    }
}

/* Appends `columns` columns that show one span. */
static void append_bar(struct canvas *canvas, const pl_lane_span *span, size_t columns)
{
    const struct style *style = &styles[span->style];
    const char *fill = form_of(canvas, style->fill), *end = form_of(canvas, style->end);
    bool coloured = pl_text_begin_colour(canvas->buf, style->word, canvas->options->colour);
    for (size_t i = 0; i < columns; i++) {
        if (i + 1 == columns && end != NULL)
            pl_buf_append(canvas->buf, pl_str_of(end));
        else if (i == 0)
            pl_buf_append_char(canvas->buf, key_of(span->phase));
        else
            pl_buf_append(canvas->buf, pl_str_of(fill));
    }
    pl_text_end_colour(canvas->buf, coloured);
}

static void append_columns(struct canvas *canvas)
{
    const size_t *owners = canvas->owners;
    for (size_t i = 0, run; i < canvas->axis.columns; i += run) {
        for (run = 1; i + run < canvas->axis.columns && owners[i + run] == owners[i]; run++)
            ;
        if (owners[i] == NOTHING)
            pl_buf_append_repeat(canvas->buf, ' ', run);
        else
            append_bar(canvas, &canvas->lanes->spans[owners[i]], run);
    }
}

static void append_lane(struct canvas *canvas, const pl_lane_node *node, size_t depth)
{
    for (size_t i = 0; i < canvas->axis.columns; i++)
        canvas->owners[i] = NOTHING;
    for (size_t i = node->first; i < node->first + node->count; i++)
        if (canvas->lanes->spans[i].depth == depth)
            paint(canvas, i);
    append_name(canvas, depth == 0 ? node->name : PL_STR(""));
    append_columns(canvas);
    end_line(canvas->buf);
}

/* Appends an item of a legend, on a new line when this one is full. */
static void append_item(const struct canvas *canvas, const pl_buf *words, size_t *column)
{
    pl_str item = pl_buf_str(words);
    size_t columns = pl_utf8_width(item);
    if (words->failed != PL_OK)
        canvas->buf->failed = words->failed;
    if (*column > 8 && *column + 2 + columns > canvas->width) {
        pl_buf_append_char(canvas->buf, '\n');
        pl_buf_append_repeat(canvas->buf, ' ', 6);
        *column = 6;
    }
    pl_buf_append(canvas->buf, PL_STR("  "));
    pl_text_append_cut(canvas->buf, item, canvas->width - *column - 2);
    *column += 2 + columns;
}

static void append_phases(const struct canvas *canvas)
{
    size_t column = 6;
    pl_buf item;
    pl_buf_init(&item, (size_t)64 << 10);
    pl_buf_append(canvas->buf, PL_STR("Phases"));
    for (size_t i = 0; i < canvas->lanes->phase_count; i++) {
        if (!canvas->lanes->phases[i].is_used)
            continue;
        pl_buf_clear(&item);
        pl_buf_appendf(&item, "%c ", key_of(i));
        pl_buf_append(&item, canvas->lanes->phases[i].name);
        append_item(canvas, &item, &column);
    }
    pl_buf_append_char(canvas->buf, '\n');
    pl_buf_release(&item);
}

static bool is_seen(const pl_lanes *lanes, pl_lane_style style)
{
    for (size_t i = 0; i < lanes->node_count; i++) {
        const pl_lane_node *node = &lanes->nodes[i];
        for (size_t k = node->first; !node->is_folded && k < node->first + node->count; k++)
            if (lanes->spans[k].style == style)
                return true;
    }
    return false;
}

static void append_styles(const struct canvas *canvas)
{
    size_t column = 6;
    pl_buf item;
    pl_buf_init(&item, 256);
    pl_buf_append(canvas->buf, PL_STR("Marks "));
    for (size_t i = 0; i < PL_LANE_STYLES; i++) {
        if (!is_seen(canvas->lanes, (pl_lane_style)i))
            continue;
        const char *fill = form_of(canvas, styles[i].fill), *end = form_of(canvas, styles[i].end);
        pl_buf_clear(&item);
        pl_buf_appendf(&item, "%s%s %s", fill, end != NULL && strcmp(fill, end) != 0 ? end : "",
                       styles[i].name);
        append_item(canvas, &item, &column);
    }
    pl_buf_append_char(canvas->buf, '\n');
    pl_buf_release(&item);
}

void pl_lanes_draw(const pl_lanes *lanes, const pl_timeline_options *options, size_t width,
                   pl_buf *buf)
{
    struct canvas canvas = {.lanes = lanes, .options = options, .buf = buf, .width = width};
    canvas.names = names_width(lanes, width);
    canvas.axis = pl_axis_new(lanes->from_us, lanes->to_us, width - canvas.names - GAP);
    append_labels(&canvas);
    append_ruler(&canvas);
    for (size_t i = 0; i < lanes->node_count; i++) {
        const pl_lane_node *node = &lanes->nodes[i];
        for (size_t depth = 0; !node->is_folded && depth <= node->depth_max; depth++)
            append_lane(&canvas, node, depth);
    }
    pl_buf_append_char(buf, '\n');
    append_phases(&canvas);
    append_styles(&canvas);
}
