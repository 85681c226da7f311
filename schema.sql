-- schema.sql - the only DDL of phaseline, version 1.  Tables are private and STRICT; the views are the contract (docs/sql.md).
--
-- *_us: INTEGER microseconds: a moment since 1970-01-01T00:00:00Z where it has a text twin, else a duration.  Text twins are
-- VIRTUAL generated columns, so that they keep the type TEXT through every view and stock SQLite computes them.
PRAGMA application_id = 0x70686c6e;
PRAGMA user_version = 1;

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO meta VALUES ('api_version', '1');

------------------------------------------------------------------------------ evidence: what was read; never changed by analysis
CREATE TABLE cluster (cluster_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO cluster VALUES (1, 'default');                     -- whom nothing names

CREATE TABLE name (                -- what a line, a path or an option calls a node; which names are one node is derived
  name_id INTEGER PRIMARY KEY,
  kind    TEXT NOT NULL CHECK (kind IN ('name', 'ip', 'unknown')),
  value   TEXT NOT NULL,         -- as spelled: names that differ in case only are one node
  UNIQUE (value)
) STRICT;
INSERT INTO name VALUES (1, 'unknown', '(unknown)');           -- a node that nobody names

CREATE TABLE model (
  model_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, scope TEXT NOT NULL CHECK (scope IN ('node', 'cluster')),
  serial   INTEGER NOT NULL DEFAULT 0, gap_us INTEGER NOT NULL, begins INTEGER NOT NULL DEFAULT 0,  -- begins: has a rule that begins attempts
  run_key  TEXT,                                              -- the fact whose change begins a new run
  parallel INTEGER NOT NULL DEFAULT 0,     -- most nodes of a group out at once; 0: not said
  after_model TEXT, after_phase TEXT,      -- where every node must be before this model begins
  groups   TEXT,                           -- JSON: lists of node groups, in the order of their upgrade
  beside   TEXT,                           -- the model that tells the failures of a node, where it does
  mixed_until TEXT, mixed_limit_us INTEGER -- the model whose end is that of several versions at once, and how long that may take
) STRICT;
CREATE TABLE phase (
  phase_id INTEGER PRIMARY KEY, model_id INTEGER NOT NULL REFERENCES model, parent_id INTEGER REFERENCES phase,
  position INTEGER NOT NULL, name TEXT NOT NULL, rank INTEGER,                                       -- rank NULL: no order
  kind TEXT NOT NULL, rest INTEGER NOT NULL DEFAULT 0, terminal TEXT CHECK (terminal IN ('done', 'down')),
  optional INTEGER NOT NULL DEFAULT 0, repeatable INTEGER NOT NULL DEFAULT 0,
  expect_us INTEGER, limit_us INTEGER,
  UNIQUE (model_id, name)
) STRICT;

CREATE TABLE source (              -- one byte stream as it was understood: what it holds and how it was read
  source_id  INTEGER PRIMARY KEY,
  public_id  INTEGER UNIQUE,       -- what it is called outside, from the hash of its content and reading: the same in every database; NULL: being read
  content    BLOB NOT NULL,        -- XXH3-128 over the XXH3-128 of every 1 MiB, unpacked, before decoding
  reading    BLOB NOT NULL,        -- XXH3-128 of all else that decides its events: dialect files, options, node and cluster of the path, year, engine
  bytes      INTEGER NOT NULL, lines INTEGER NOT NULL, encoding TEXT NOT NULL,
  dialect    TEXT,                 -- '+'-joined when several read it; NULL: none recognised it
  first_us   INTEGER, last_us INTEGER,   -- first and last stamped line in file order, not of the events: the ends of the evidence
  cluster_id INTEGER REFERENCES cluster,
  own_name   INTEGER REFERENCES name,    -- the node whose own log this is; NULL: an orchestrator's, or not known
  UNIQUE (content, reading)
) STRICT;

CREATE TABLE place (               -- the ledger: one row for everything ever offered
  place_id INTEGER PRIMARY KEY,
  path TEXT NOT NULL, member TEXT NOT NULL DEFAULT '',
  content BLOB NOT NULL DEFAULT x'',     -- other content on the same path is another row: rotation loses nothing
  kind TEXT NOT NULL,
  source_id INTEGER REFERENCES source,
  status TEXT NOT NULL CHECK (status IN ('read','container','no-dialect','empty','binary','truncated','damaged','encrypted','special',
                                         'unreadable','limit','too-deep')),
  bytes INTEGER NOT NULL DEFAULT 0,
  problem TEXT,                          -- one line, what and where
  size INTEGER,                          -- the bytes it should have, as its file or archive says; NULL: not known
  UNIQUE (path, member, content)
) STRICT;
CREATE INDEX place_source ON place (source_id, path, member);

CREATE TABLE file (                -- files that were read to their end: as long as nothing of this changes they are not opened again
  path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, device INTEGER NOT NULL,
  reading BLOB NOT NULL,                 -- XXH3-128 of all dialects, options and the engine
  places INTEGER NOT NULL, sources INTEGER NOT NULL, events INTEGER NOT NULL,    -- what it gave
  unreadable INTEGER NOT NULL, incomplete INTEGER NOT NULL, unrecognised INTEGER NOT NULL, limited INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Events are many, so what a line says is written once, in the order of the file, and never again: `line` is wide.  What comes
-- later, an id that hangs on all of the source and where the event belongs, is narrow: `standing`.  Both go before their source does.
-- Words are checked with OR: for IN SQLite builds a table at every row.
CREATE TABLE line (                -- what every event of every source says, copies too
  line_id    INTEGER PRIMARY KEY,  -- source_id * 2^25 + number in the source
  line_no    INTEGER NOT NULL,     -- 1-based
  sub        INTEGER NOT NULL,     -- 0.. when one line, or record, gives several
  byte_off   INTEGER NOT NULL,     -- of the line, or record, in the member's bytes before decoding; several records may begin on one line
  ts_us      INTEGER,              -- NULL only with quality none
  ts_quality TEXT NOT NULL CHECK (ts_quality = 'exact' OR ts_quality = 'derived' OR ts_quality = 'zone-assumed' OR ts_quality = 'year-assumed'
                                   OR ts_quality = 'date-assumed' OR ts_quality = 'since-boot' OR ts_quality = 'none'),
  ts TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%S', (ts_us - ((ts_us % 1000000) + 1000000) % 1000000) / 1000000, 'unixepoch')
                               || printf('.%06dZ', ((ts_us % 1000000) + 1000000) % 1000000)) VIRTUAL,
  order_us   INTEGER,              -- ts_us, except that steps back under 1 s and lines without a time keep their place in the file; NULL: no time before it
  cluster_id INTEGER NOT NULL REFERENCES cluster,
  name_id    INTEGER REFERENCES name,    -- whom it is about; NULL: the whole cluster
  witness_id INTEGER REFERENCES name,    -- who wrote it, when that is another
  model_id   INTEGER REFERENCES model, phase_id INTEGER REFERENCES phase,
  transition TEXT NOT NULL CHECK (transition = 'progress' OR transition = 'enter' OR transition = 'exit' OR transition = 'fail' OR transition = 'skip'
                                   OR transition = 'retry' OR transition = 'pause' OR transition = 'resume' OR transition = 'rollback'
                                   OR transition = 'boot' OR transition = 'note'),
  begins     INTEGER NOT NULL DEFAULT 0, -- 1: begins an attempt
  rule TEXT NOT NULL, code TEXT,
  facts TEXT,                      -- JSON object of the other captures
  text TEXT NOT NULL,              -- the line as it stands, valid UTF-8, cut at 4 KiB
  repaired INTEGER NOT NULL DEFAULT 0,   -- invalid bytes in it, now U+FFFD
  key  INTEGER NOT NULL,           -- XXH3-64 of the whole raw line
  dated INTEGER NOT NULL,          -- 1: the line holds its full date, so an equal line elsewhere is the same line
  partial INTEGER NOT NULL DEFAULT 0,    -- 1: the last line of its source, without a line end: maybe cut
  floor INTEGER NOT NULL DEFAULT 0,      -- 1: dated by an anchor above: it happened then or later
  underway INTEGER NOT NULL DEFAULT 0,   -- 1: counts only for a node in the middle of the model
  strength   TEXT NOT NULL DEFAULT 'explicit' CHECK (strength = 'explicit' OR strength = 'event' OR strength = 'inferred' OR strength = 'snapshot'),
  confidence TEXT NOT NULL DEFAULT 'high' CHECK (confidence = 'high' OR confidence = 'medium' OR confidence = 'low'),  -- how it is known, and how surely
  before_us INTEGER                -- of a boot: the last stamped line above it
) STRICT;
CREATE INDEX line_partial ON line (ts_us) WHERE partial = 1;

CREATE TABLE standing (            -- what every event is called, and where it belongs
  event_id INTEGER PRIMARY KEY,    -- public_id of its source * 2^25 + number in the source: the same in every database
  line_id  INTEGER NOT NULL,
  copy     INTEGER NOT NULL DEFAULT 0,   -- derived: 1 when the same line counts in another source
  run_id   INTEGER, attempt INTEGER      -- derived: where it belongs
) STRICT;

CREATE TABLE pending (             -- events whose stamps count from what a later line tells; empty once their source is read
  line_id INTEGER PRIMARY KEY REFERENCES line ON DELETE CASCADE,
  ts_us INTEGER, ts_epoch INTEGER NOT NULL, order_us INTEGER, order_epoch INTEGER NOT NULL, before_us INTEGER, before_epoch INTEGER NOT NULL
) STRICT;
CREATE TABLE pair (                -- events that tell a moment another node writes down, too: clocks are compared by them
  line_id   INTEGER PRIMARY KEY REFERENCES line ON DELETE CASCADE,
  moment    TEXT NOT NULL, key TEXT NOT NULL,    -- equal on both nodes
  within_us INTEGER NOT NULL       -- further apart they are two moments
) STRICT;
CREATE TABLE conflict (            -- who names different nodes, or clusters, for one source
  source_id INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
  what TEXT NOT NULL CHECK (what IN ('node', 'cluster')),
  one_by TEXT NOT NULL, one TEXT NOT NULL, other_by TEXT NOT NULL, other TEXT NOT NULL,
  PRIMARY KEY (source_id, what)
) STRICT, WITHOUT ROWID;
CREATE TABLE gap (                 -- holes in a log of lines: stretches of 5 minutes or more without a stamp (src/match/gaps.h says which are seen)
  source_id INTEGER NOT NULL REFERENCES source ON UPDATE CASCADE ON DELETE CASCADE,
  line_no   INTEGER NOT NULL,      -- of the line that ends it
  from_us   INTEGER NOT NULL, to_us INTEGER NOT NULL,          -- moments
  PRIMARY KEY (source_id, line_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE same_node (           -- a line says that two names are one node
  source_id  INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
  cluster_id INTEGER NOT NULL REFERENCES cluster,
  name_id    INTEGER NOT NULL REFERENCES name, other_id INTEGER NOT NULL REFERENCES name,
  line_no    INTEGER NOT NULL,     -- the first that says so
  PRIMARY KEY (source_id, name_id, other_id)
) STRICT, WITHOUT ROWID;

--------------------------------------------- conclusions: deleted before the first change of an ingest, derived anew at its end
CREATE TABLE node (
  node_id INTEGER PRIMARY KEY, cluster_id INTEGER NOT NULL REFERENCES cluster, name TEXT NOT NULL, node_group TEXT,
  aliases TEXT NOT NULL DEFAULT '',      -- other names it goes by, ', ' between them
  first_us INTEGER, last_us INTEGER,     -- the ends of its own logs
  UNIQUE (cluster_id, name)
) STRICT;
CREATE TABLE node_name (cluster_id INTEGER NOT NULL REFERENCES cluster, name_id INTEGER NOT NULL REFERENCES name,
  node_id INTEGER NOT NULL REFERENCES node, PRIMARY KEY (cluster_id, name_id)) STRICT, WITHOUT ROWID;
CREATE TABLE clock (               -- how far a node's clock is ahead of the common time, from its moment from_us on
  node_id INTEGER NOT NULL REFERENCES node, piece INTEGER NOT NULL,
  from_us INTEGER,                 -- NULL: from the beginning
  offset_us INTEGER NOT NULL, error_us INTEGER NOT NULL,                 -- give or take the error
  PRIMARY KEY (node_id, piece)
) STRICT, WITHOUT ROWID;
CREATE TABLE run (
  run_id INTEGER PRIMARY KEY, cluster_id INTEGER NOT NULL REFERENCES cluster, model_id INTEGER NOT NULL REFERENCES model,
  from_version TEXT, to_version TEXT,
  started_us INTEGER, ended_us INTEGER, as_of_us INTEGER,
  started TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%S', (started_us - ((started_us % 1000000) + 1000000) % 1000000) / 1000000, 'unixepoch')
                               || printf('.%06dZ', ((started_us % 1000000) + 1000000) % 1000000)) VIRTUAL,
  ended TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%S', (ended_us - ((ended_us % 1000000) + 1000000) % 1000000) / 1000000, 'unixepoch')
                               || printf('.%06dZ', ((ended_us % 1000000) + 1000000) % 1000000)) VIRTUAL,
  assessment TEXT NOT NULL CHECK (assessment IN ('Completed','Progressing','Slow','Stalled','Failed','RolledBack','Unknown')),
  completion_pct REAL, remaining_us INTEGER, remaining_min_us INTEGER, remaining_max_us INTEGER,
  purpose TEXT CHECK (purpose IN ('upgrade', 'patch')),       -- as its events say; NULL: none does
  sources INTEGER NOT NULL DEFAULT 0, sources_cut INTEGER NOT NULL DEFAULT 0,    -- with events of it, or a node's own that go on; not read to their end
  bytes INTEGER NOT NULL DEFAULT 0,      -- of them, read
  confidence TEXT NOT NULL DEFAULT 'high' CHECK (confidence IN ('high', 'medium')),
  caveat TEXT                            -- why no surer; NULL: nothing is known to be missing
) STRICT;
CREATE INDEX run_scope ON run (cluster_id, model_id);
CREATE TABLE run_node (            -- one node's part in one run
  run_id INTEGER NOT NULL REFERENCES run, node_id INTEGER NOT NULL REFERENCES node,
  assessment TEXT NOT NULL CHECK (assessment IN ('Completed','Progressing','Slow','Stalled','Failed','RolledBack','Unknown','Queued','Paused','Silent')),
  phase_id INTEGER REFERENCES phase, since_us INTEGER,
  since TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%S', (since_us - ((since_us % 1000000) + 1000000) % 1000000) / 1000000, 'unixepoch')
                               || printf('.%06dZ', ((since_us % 1000000) + 1000000) % 1000000)) VIRTUAL,
  attempts INTEGER NOT NULL, version_from TEXT, version TEXT, node_group TEXT,
  fitness REAL,                    -- share of its transitions that are in the order of the model, 0 to 1; NULL: it made none
  logs INTEGER NOT NULL DEFAULT 0, -- of its own, of the run
  PRIMARY KEY (run_id, node_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE span (
  span_id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES run, node_id INTEGER REFERENCES node, attempt INTEGER NOT NULL,
  phase_id INTEGER NOT NULL REFERENCES phase, parent_span INTEGER REFERENCES span, node_group TEXT,
  enter_us INTEGER, exit_us INTEGER,
  enter TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%S', (enter_us - ((enter_us % 1000000) + 1000000) % 1000000) / 1000000, 'unixepoch')
                               || printf('.%06dZ', ((enter_us % 1000000) + 1000000) % 1000000)) VIRTUAL,
  exit TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%S', (exit_us - ((exit_us % 1000000) + 1000000) % 1000000) / 1000000, 'unixepoch')
                               || printf('.%06dZ', ((exit_us % 1000000) + 1000000) % 1000000)) VIRTUAL,
  told_us INTEGER,                 -- how long the line that ended it says it took
  duration_us INTEGER GENERATED ALWAYS AS (coalesce(exit_us - enter_us, told_us)) VIRTUAL,    -- NULL while open: statistics skip it by themselves
  open_us  INTEGER,                -- how long it had been open at the end of the evidence; NULL for a closed span
  paused_us INTEGER DEFAULT 0,     -- how much of that it was told to wait; NULL: not known
  progress_us INTEGER,             -- its last progress, the enter itself when there was none
  closed_by TEXT NOT NULL CHECK (closed_by IN ('explicit', 'implied', 'evidence-end')),
  result TEXT NOT NULL CHECK (result IN ('ok', 'failed', 'skipped', 'rolled-back', 'open')),
  enter_event_id INTEGER NOT NULL REFERENCES standing, exit_event_id INTEGER REFERENCES standing, progress_event_id INTEGER REFERENCES standing
) STRICT;
CREATE INDEX span_run ON span (run_id, phase_id);
CREATE INDEX span_parent ON span (parent_span) WHERE parent_span IS NOT NULL;  -- else deleting n spans looks n times through all
CREATE TABLE finding (
  finding TEXT PRIMARY KEY,        -- 'stalled-3f9a2c': rule and a hash of what it is about: the same after every ingest
  rule TEXT NOT NULL, severity TEXT NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
  confidence TEXT NOT NULL CHECK (confidence IN ('high', 'medium', 'low')),
  run_id INTEGER REFERENCES run, cluster_id INTEGER REFERENCES cluster, node_id INTEGER REFERENCES node, attempt INTEGER, phase_id INTEGER REFERENCES phase,
  since_us INTEGER,
  since TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%S', (since_us - ((since_us % 1000000) + 1000000) % 1000000) / 1000000, 'unixepoch')
                               || printf('.%06dZ', ((since_us % 1000000) + 1000000) % 1000000)) VIRTUAL,
  duration_us INTEGER, limit_us INTEGER, limit_from TEXT, summary TEXT NOT NULL, advice TEXT,
  arithmetic TEXT,                 -- the numbers that lead to the verdict
  blocker TEXT,                    -- who or what it waits for, as a line names it
  is_primary INTEGER NOT NULL DEFAULT 1  -- 0: detail under the primary finding of the same node and run
) STRICT;
CREATE INDEX finding_run ON finding (run_id);
CREATE TABLE evidence (
  finding TEXT NOT NULL REFERENCES finding, position INTEGER NOT NULL,
  event_id INTEGER REFERENCES standing,  -- NULL: the evidence is a place of the ledger
  place_id INTEGER REFERENCES place, role TEXT NOT NULL,
  PRIMARY KEY (finding, position)
) STRICT, WITHOUT ROWID;

CREATE VIEW event AS               -- private: the two halves of an event
SELECT t.event_id, l.line_id >> 25 AS source_id, l.*, t.copy, t.run_id, t.attempt FROM standing t JOIN line l USING (line_id);

---------------------------------------------------------------------------------------------------------------- the contract
CREATE VIEW v_event AS
SELECT e.event_id, c.name AS cluster, e.run_id, n.name AS node, e.attempt,
       m.name AS model, p.name AS phase, p.rank AS phase_rank,
       CASE WHEN e.underway AND e.run_id IS NULL THEN 'note' ELSE e.transition END AS transition, e.rule, e.ts_us, e.ts, e.ts_quality, e.code,
       e.facts, e.text, l.path AS source, l.member, e.line_no, e.byte_off, e.strength, e.confidence
FROM event e
JOIN place l ON l.place_id = (SELECT place_id FROM place WHERE source_id = e.source_id ORDER BY length(path) + length(member), path, member LIMIT 1)
JOIN cluster c USING (cluster_id)
LEFT JOIN node_name w ON w.cluster_id = e.cluster_id AND w.name_id = e.name_id
LEFT JOIN node n ON n.node_id = w.node_id
LEFT JOIN model m ON m.model_id = e.model_id
LEFT JOIN phase p ON p.phase_id = e.phase_id
WHERE e.copy = 0;

CREATE VIEW v_run AS
SELECT r.run_id, c.name AS cluster, m.name AS model, r.from_version, r.to_version, r.started_us, r.started, r.ended_us, r.ended, r.as_of_us,
       r.assessment, r.completion_pct, r.remaining_us,
       (SELECT count(*) FROM run_node x WHERE x.run_id = r.run_id) AS nodes_total,
       (SELECT count(*) FROM run_node x WHERE x.run_id = r.run_id AND x.assessment = 'Completed') AS nodes_done,
       r.remaining_min_us, r.remaining_max_us, r.purpose, r.confidence, r.caveat,
       (SELECT count(*) FROM run_node x WHERE x.run_id = r.run_id AND x.logs > 0) AS nodes_logged, r.sources, r.sources_cut, r.bytes
FROM run r JOIN cluster c USING (cluster_id) JOIN model m USING (model_id);

CREATE VIEW v_node AS
SELECT c.name AS cluster, x.run_id, n.name AS node, x.node_group, n.aliases, x.assessment, p.name AS phase, x.since_us, x.since, x.attempts,
       x.version_from, x.version,
       (SELECT offset_us FROM clock k WHERE k.node_id = n.node_id ORDER BY piece DESC LIMIT 1) AS clock_offset_us, n.first_us, n.last_us,
       x.fitness, x.logs
FROM run_node x JOIN node n USING (node_id) JOIN cluster c USING (cluster_id) LEFT JOIN phase p USING (phase_id);

CREATE VIEW v_timeline AS
SELECT s.span_id, c.name AS cluster, s.run_id, n.name AS node, s.attempt, m.name AS model, p.name AS phase, p.rank AS phase_rank, p.kind,
       q.name AS parent_phase, s.enter_us, s.enter, s.exit_us, s.exit, s.duration_us, s.open_us, s.closed_by, s.result,
       s.enter_event_id, s.exit_event_id, s.paused_us, e.strength, e.confidence
FROM span s JOIN run r USING (run_id) JOIN cluster c USING (cluster_id) JOIN model m ON m.model_id = r.model_id
JOIN phase p USING (phase_id) LEFT JOIN phase q ON q.phase_id = p.parent_id LEFT JOIN node n ON n.node_id = s.node_id
JOIN event e ON e.event_id = s.enter_event_id;

CREATE VIEW v_phase AS
SELECT m.name AS model, p.name AS phase, p.rank AS phase_rank, p.kind, q.name AS parent_phase, p.optional, p.terminal, p.rest, p.limit_us
FROM phase p JOIN model m USING (model_id) LEFT JOIN phase q ON q.phase_id = p.parent_id;

CREATE VIEW v_phase_duration AS
WITH ranked AS (
  SELECT s.run_id, s.node_group, s.phase_id, s.duration_us, s.node_id,
         row_number() OVER w AS i, count(*) OVER (PARTITION BY s.run_id, s.node_group, s.phase_id) AS n
  FROM span s WHERE s.result = 'ok' AND s.duration_us IS NOT NULL
  WINDOW w AS (PARTITION BY s.run_id, s.node_group, s.phase_id ORDER BY s.duration_us, s.span_id))
SELECT c.name AS cluster, k.run_id, m.name AS model, k.node_group, p.name AS phase, p.rank AS phase_rank,
       count(DISTINCT k.node_id) AS nodes, min(k.duration_us) AS min_us,
       max(CASE WHEN k.i = (k.n + 1) / 2 THEN k.duration_us END) AS median_us,
       max(CASE WHEN k.i = (9 * k.n + 9) / 10 THEN k.duration_us END) AS p90_us,
       max(k.duration_us) AS max_us,
       max(CASE WHEN k.i = k.n THEN o.name END) AS slowest_node
FROM ranked k JOIN run r USING (run_id) JOIN cluster c USING (cluster_id) JOIN model m ON m.model_id = r.model_id
JOIN phase p ON p.phase_id = k.phase_id LEFT JOIN node o ON o.node_id = k.node_id
GROUP BY k.run_id, k.node_group, k.phase_id;

CREATE VIEW v_finding AS
SELECT f.finding AS finding_id, f.rule, f.severity, f.confidence, c.name AS cluster, f.run_id, n.name AS node, f.attempt, m.name AS model,
       p.name AS phase, f.since_us, f.since, f.duration_us, f.limit_us, f.limit_from, f.summary, f.advice, f.is_primary,
       f.arithmetic, f.blocker
FROM finding f LEFT JOIN cluster c USING (cluster_id) LEFT JOIN node n USING (node_id) LEFT JOIN run r USING (run_id)
LEFT JOIN model m ON m.model_id = r.model_id LEFT JOIN phase p USING (phase_id);

CREATE VIEW v_evidence AS
SELECT v.finding AS finding_id, v.event_id, v.role, l.path AS source, l.member, e.line_no, e.byte_off, e.ts, e.text, v.position,
       o.public_id AS source_id
FROM evidence v LEFT JOIN standing t ON t.event_id = v.event_id LEFT JOIN line e ON e.line_id = t.line_id
JOIN place l ON l.place_id = coalesce(v.place_id,
    (SELECT place_id FROM place WHERE source_id = e.line_id >> 25 ORDER BY length(path) + length(member), path, member LIMIT 1))
LEFT JOIN source o ON o.source_id = coalesce(e.line_id >> 25, l.source_id);

CREATE VIEW v_stall AS SELECT * FROM v_finding WHERE rule IN ('stalled', 'silent', 'slow');
CREATE VIEW v_order AS SELECT * FROM v_finding WHERE rule LIKE 'order.%';

CREATE VIEW v_source AS
SELECT s.public_id AS source_id, l.path, l.member, l.kind, s.dialect, n.name AS node, s.encoding, coalesce(s.bytes, l.bytes) AS bytes, s.lines,
       CASE WHEN s.source_id IS NOT NULL THEN (SELECT count(*) FROM standing t WHERE t.event_id BETWEEN s.public_id << 25 AND (s.public_id << 25) + 33554431)
       END AS events, s.first_us, s.last_us, l.status, l.problem, nullif(lower(hex(s.content)), '') AS content, l.size
FROM place l LEFT JOIN source s USING (source_id)
LEFT JOIN node_name w ON w.cluster_id = s.cluster_id AND w.name_id = s.own_name LEFT JOIN node n ON n.node_id = w.node_id;
