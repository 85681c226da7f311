/* test_nodes.c - which names are one node, and which of equal lines counts. */
#include "analysis/inside.h"

#include "support/evidence.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

#define MODEL "model m node\nphase prep limit=600\nphase drain limit=600\n"
#define NAMES                                                                                      \
    "SELECT cluster, node, '(' || aliases || ')' AS aliases FROM v_node ORDER BY cluster, node"
#define LINES "SELECT source, line_no FROM v_event ORDER BY source, line_no"

static const evidence_case name_cases[] = {
    {"names that differ in case only are one node, called by the smallest spelling",
     MODEL "0 node1 enter prep\n10 NODE1 enter drain\n20 Node1 note\n", NAMES,
     "default NODE1 (Node1, node1)\n"},
    {"a short name is the one full name whose first label it is",
     MODEL "0 n1 enter prep\n10 n1.a.example enter drain\n", NAMES, "default n1.a.example (n1)\n"},
    {"in any case", MODEL "0 N1 enter prep\n10 n1.A.Example enter drain\n", NAMES,
     "default n1.A.Example (N1)\n"},
    {"of two full names nobody knows which: no join",
     MODEL "0 n1 note\n0 n1.a.example note\n0 n1.b.example note\n", NAMES,
     "default n1 ()\ndefault n1.a.example ()\ndefault n1.b.example ()\n"},
    {"one full name in two spellings is one",
     MODEL "0 n1 note\n0 n1.a.example note\n0 N1.A.EXAMPLE note\n", NAMES,
     "default N1.A.EXAMPLE (n1, n1.a.example)\n"},
    {"names that sort between do not hide it", MODEL "0 n1 note\n0 n1-x note\n0 n1.a note\n", NAMES,
     "default n1-x ()\ndefault n1.a (n1)\n"},
    {"a longer first label is another name", MODEL "0 n1 note\n0 n10.a note\n", NAMES,
     "default n1 ()\ndefault n10.a ()\n"},
    {"a full name is no short name of a fuller one", MODEL "0 n1.a note\n0 n1.a.b note\n", NAMES,
     "default n1.a ()\ndefault n1.a.b ()\n"},
    {"an address has no first label", MODEL "0 10 note\n0 10.0.0.1 note\n", NAMES,
     "default 10 ()\ndefault 10.0.0.1 ()\n"},
    {"a name of another cluster is another node",
     MODEL "source a cluster=C1\n0 n1 note\nsource b cluster=C2\n0 n1.a note\n0 N1 note\n", NAMES,
     "C1 n1 ()\nC2 n1.a (N1)\n"},
    {"whom nobody names is a node of each cluster",
     MODEL "source a cluster=C1\n0 ? note\nsource b cluster=C2\n0 ? note\n", NAMES,
     "C1 (unknown) ()\nC2 (unknown) ()\n"},
    {"a number is the node that lines say has it, in every source",
     MODEL "source a\n0 2 note\nsource b\nsame 2 oak2\n10 oak2.x note\n", NAMES,
     "default oak2.x (2, oak2)\n"},
    {"a number that two nodes have is neither of them",
     MODEL "source a\nsame 2 oak2\n0 2 note\nsource b\nsame elm2 2\n10 oak2 note\n11 elm2 note\n",
     NAMES, "default 2 ()\ndefault elm2 ()\ndefault oak2 ()\n"},
    {"but one that has it under two names",
     MODEL "same 2 oak2\nsame 2 oak2.x\n0 2 note\n10 OAK2 note\n", NAMES,
     "default oak2.x (2, OAK2, oak2)\n"},
    {"a joined node goes its way under all its names",
     MODEL "0 n1 enter prep\n10 N1.a enter drain\n20 n1.A exit\n", SPANS,
     "N1.a 1 prep 0 10 - ok implied\nN1.a 1 drain 10 20 - ok explicit\n"},
    {"the ends of a node are those of all its own logs",
     MODEL "source x own=n1 first=5 last=20\nsource y own=N1.a first=15 last=50\n"
           "source z first=0 last=90\n10 n1 note\n",
     "SELECT node, first_us, last_us FROM v_node", "N1.a 5 50\n"},
    {"a source is of the node, whatever it calls it",
     MODEL "source x own=n1\n10 n1 note\nsource y own=N1.a\n20 N1.a note\n",
     "SELECT path, node FROM v_source ORDER BY path", "x N1.a\ny N1.a\n"},
};

START_TEST(names_are_joined_to_nodes)
{
    evidence_check(&name_cases[_i]);
}
END_TEST

static const evidence_case copy_cases[] = {
    {"equal lines of two sources count once, in the smallest content",
     MODEL "source a content=bb\n0 N1 enter prep\n60 N1 enter drain\n"
           "source b content=aa\n0 N1 enter prep\n60 N1 enter drain\n",
     LINES, "b 1\nb 2\n"},
    {"but a copy that was cut gives way to the whole",
     MODEL "source a content=aa bytes=10\n0 N1 enter prep\n"
           "source b content=bb bytes=20\n0 N1 enter prep\n60 N1 enter drain\n",
     LINES, "b 1\nb 2\n"},
    {"one content that was read in two years is of the earlier one",
     MODEL "source a content=aa reading=r1\n9000 N1 enter prep undated text=x\n"
           "source b content=aa reading=r2\n0 N1 enter prep undated text=x\n",
     LINES, "b 1\n"},
    {"overlapping sources give every line once",
     MODEL "source a content=aa\n0 N1 enter prep\n60 N1 enter drain\n"
           "source b content=bb\n60 N1 enter drain\n90 N1 exit\n",
     LINES, "a 1\na 2\nb 2\n"},
    {"a line that a source repeats counts as often as the source that has it most",
     MODEL "source a content=bb\n9 N1 note\n9 N1 note\n9 N1 note\n"
           "source b content=aa\n9 N1 note\n9 N1 note\n",
     LINES, "a 3\nb 1\nb 2\n"},
    {"in one source equal lines all count", MODEL "9 N1 note\n9 N1 note\n", LINES,
     "log 1\nlog 2\n"},
    {"lines without their full date are never copies",
     MODEL "source a\n9 N1 note undated\nsource b\n9 N1 note undated\n", LINES, "a 1\nb 1\n"},
    {"two nodes with equal lines stay two",
     MODEL "source a\n9 N1 note text=same\nsource b\n9 N2 note text=same\n", LINES, "a 1\nb 1\n"},
    {"one node in two spellings stays one",
     MODEL "source a content=aa\n9 N1 note text=same\nsource b content=bb\n9 n1 note text=same\n",
     LINES, "a 1\n"},
    {"the several events of a line are all there once",
     MODEL "source a content=aa\n9 N1 exit text=same\n9 N1 enter prep sub=1 text=same\n"
           "source b content=bb\n9 N1 exit text=same\n9 N1 enter prep sub=1 text=same\n",
     "SELECT source, line_no, transition FROM v_event ORDER BY event_id", "a 1 exit\na 1 enter\n"},
    {"a line cut by the end of its source is the whole one elsewhere",
     MODEL "source a content=aa\n0 N1 note\n9 N1 note text=abc partial\n"
           "source b content=bb\n9 N1 note text=abcd\n",
     LINES, "a 1\nb 1\n"},
    {"cut before the phase it counts no more",
     MODEL "source a content=aa\n0 N1 enter prep\n9 N1 enter text=drai partial\n"
           "source b content=bb\n9 N1 enter drain text=drain_\n",
     SPANS, "N1 1 prep 0 9 - ok implied\nN1 1 drain 9 - 0 open evidence-end\n"},
    {"a cut line of another node is another line",
     MODEL "source a\n9 N1 note text=abc partial\nsource b\n9 N2 note text=abcd\n", LINES,
     "a 1\nb 1\n"},
    {"a cut line of another moment is another line",
     MODEL "source a\n8 N1 note text=abc partial\nsource b\n9 N1 note text=abcd\n", LINES,
     "a 1\nb 1\n"},
    {"a line that only begins alike is another line",
     MODEL "source a\n9 N1 note text=abc\nsource b\n9 N1 note text=abcd\n", LINES, "a 1\nb 1\n"},
    {"a cut line that nobody has whole counts", MODEL "source a\n9 N1 note text=abc partial\n",
     LINES, "a 1\n"},
};

START_TEST(equal_lines_count_once)
{
    evidence_check(&copy_cases[_i]);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("nodes");
    tcase_add_loop_test(tcase, names_are_joined_to_nodes, 0, COUNT(name_cases));
    tcase_add_loop_test(tcase, equal_lines_count_once, 0, COUNT(copy_cases));
    return evidence_main("nodes", tcase);
}
