#!/bin/bash
# wsfc-catalogue.sh - no rule contradicts the message templates of Windows: every template of an id that has a rule is
# matched, as a record with its parameters and as a message alone, and is about the node that the template names.
source "$(dirname "$0")/../support.sh"
need_corpus
need perl
cd "$work" || exit 1

# The ids that rules read: provider, id.
phaseline dialects show wsfc-events | sed -n "s/^    event: \(.*\)\/\([0-9]*\)$/\1\t\2/p" | sort -u >ids
[ "$(wc -l <ids)" -gt 50 ] || fail 'the rules name their events'

# Of each template of those ids a record at second N: in records.xml with parameters, in messages.csv without; and in `wanted`
# N, the id, the node it is about.  The first parameter called a node is whom it is about, else the computer tells of itself.
cat >make.pl <<'END_PERL'
use strict;
use warnings;
my ($ids, $folder) = @ARGV;
my (%wanted, $n);
open my $in, '<', $ids or die;
while (<$in>) { chomp; my ($provider, $id) = split /\t/; $wanted{$provider}{$id} = 1 }
open my $xml, '>', 'records.xml' or die;
open my $csv, '>', 'messages.csv' or die;
open my $list, '>', 'wanted' or die;
print $csv qq{"Message","Id","ProviderName","LogName","MachineName","Level","RecordId","TimeCreated"\n};
for my $provider (sort keys %wanted) {
    next unless $provider =~ /FailoverClustering|ClusterAware/ && -e "$folder/$provider.tsv";
    open my $tsv, '<', "$folder/$provider.tsv" or die;
    while (<$tsv>) {
        chomp;
        my ($id, $text) = split /\t/, $_, 2;
        next unless $wanted{$provider}{$id};
        $text =~ s/\\n/\n/g;
        my ($node) = $text =~ /\b[Nn]ode,? '?%(\d+)/;
        my ($most) = sort { $b <=> $a } 0, $text =~ /%(\d+)/g;
        my @values = map { $text =~ /(?:code|Level:|Version:|experienced|Found|Downloaded|Installed|HRESULT) '?%$_\b/ ? 4000 + $_ : "P${_}x" } 1 .. $most;
        my $message = $text =~ s/%(\d+)/$values[$1 - 1]/gr;
        my $time = sprintf '2026-05-01T%02d:%02d:%02d.0000000Z', int($n++ / 3600), int($n / 60) % 60, $n % 60;
        my $data = join '', map { "<Data Name='a$_'>$values[$_ - 1]</Data>" } 1 .. $most;
        print $xml "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='$provider'/><EventID>$id</EventID><Level>2</Level><TimeCreated SystemTime='$time'/><EventRecordID>$n</EventRecordID><Channel>System</Channel><Computer>SELF</Computer></System><EventData>$data</EventData></Event>\n";
        $message =~ s/"/""/g;
        print $csv qq{"$message","$id","$provider","System","SELF","2","$n","$time"\n};
        my $about = defined $node ? $values[$node - 1] : 'SELF';
        print $list "$time $provider/$id $about ", $text =~ s/\n/ /gr, "\n";
    }
}
END_PERL
perl make.pl ids "$corpus/windows/events" || fail 'records of the templates'

# Templates of an id with another meaning: a role that is placed anew, a resource that goes to another group.
other='is moving to cluster node|^\S+ \S+/1673 \S+ Resource '
grep -Ev "$other" wanted | awk '{print substr($1, 1, 19), $2, $3}' | sort >matched
grep -E "$other" wanted | awk '{print substr($1, 1, 19)}' | sort >not-matched
equal 'two of those templates are there' 2 "$(wc -l <not-matched)"
[ "$(wc -l <matched)" -ge 45 ] || fail 'templates were found'

for form in records.xml messages.csv; do
    rm -f "$db"
    run 0 ingest -q -d "$db" --dialect wsfc-events "$form"
    sql "SELECT DISTINCT substr(ts, 1, 19) FROM v_event ORDER BY 1" >seen
    equal "$form: every template but those is matched" "$(cut -d' ' -f1 matched)" "$(cat seen)"
    # Of the cluster as a whole, and of a lock, nobody is asked.
    sql "SELECT DISTINCT substr(ts, 1, 19) || ' ' || substr(text, 30, instr(substr(text, 30), ' ') - 1) || ' ' || node FROM v_event
        WHERE node IS NOT NULL AND rule <> 'known.wsfc-events.cau-lock' ORDER BY 1" >told
    [ "$(wc -l <told)" -gt 40 ] || fail "$form: $(wc -l <told) templates are about a node"
    equal "$form: each is about the node that its template names" '' "$(comm -13 matched told)"
done
finish
