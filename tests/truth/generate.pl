#!/usr/bin/perl
# generate.pl SEED OUT - invents a cluster: OUT/logs, OUT/options (of the ingest), and OUT/truth, what an expert expects.
#
# OUT/truth has a line per finding, in columns by tabs: expect or maybe, rule, the number of the run in its model or
# nothing, node, phase; '*' is anything.  Shares nothing with the program but the documentation.
use strict;
use warnings;
my $here;
BEGIN { ($here) = __FILE__ =~ m{^(.*)/}; $here //= '.'; unshift @INC, $here }
use Base;
use Ranked;
use Products;

my ($seed, $out) = @ARGV;
die "usage: generate.pl SEED OUT\n" if !defined $out || -e $out;
srand $seed;
mkdir $out or die "$out: $!\n";
mkdir "$out/logs" or die "$out/logs: $!\n";

my $draw = rand;
my $count = $draw < 0.60 ? between(1, 12) : $draw < 0.90 ? between(13, 60) : $draw < 0.99 ? between(61, 200) : between(201, 1000);
my %world = (seed => $seed, out => $out, here => $here, count => $count, truth => {}, files => [], options => '',
             cluster => pick('shop', 'east', 'HVC01', 'prod-7'), begin => 1_700_000_000_000 + int(rand(70_000_000)) * 1000);

my $dialect = pick((\&make_ranked) x 6, \&make_galera, \&make_kops, \&make_kured, \&make_bosh);
$dialect->(\%world);
pack_up(\%world);

open my $to, '>', "$out/truth" or die "truth: $!\n";
print $to "$_\n" x $world{truth}{$_} for sort keys %{$world{truth}};
close $to or die "truth: $!\n";
open $to, '>', "$out/options" or die "options: $!\n";
print $to "$world{options}\n";
close $to or die "options: $!\n";
