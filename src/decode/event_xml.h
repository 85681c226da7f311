/*
 * event_xml.h - Windows events exported as XML (wevtutil, .ToXml(), evtxexport, Event Viewer): one
 * normal line each.
 *
 * Events are read one by one, whatever stands around them.  Entities are the five of XML and
 * character references; there is no document type, so there are no others.  Bytes and control
 * characters that XML cannot hold become U+FFFD.
 */
#ifndef PL_DECODE_EVENT_XML_H
#define PL_DECODE_EVENT_XML_H

#include "decode/records.h"

/*
 * Appends the wanted records of `block`, whose layout is PL_LAYOUT_EVENT_XML and which `text` is,
 * decoded with nothing taken out, to `records`, empty so far.  An event that is no XML or has no
 * System counts as bad, if it is not seen before that it is not wanted.  PL_ERR_NOMEM.
 */
PL_CHECKED pl_status pl_event_xml_decode(const pl_block *block, pl_str text,
                                         const pl_event_filter *filter, pl_records *records,
                                         pl_error *err);

#endif
