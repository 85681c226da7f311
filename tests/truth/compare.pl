#!/usr/bin/perl
# compare.pl FOLDER... - holds what was found (FOLDER/found) against the truth (FOLDER/truth): a row for each rule, and the
# differences before it.  Exit code 1 when a rule is under 0.99.  What a story does not tell is not judged: which of its
# silences are long enough to be a hole in a log (coverage.gap) follows from every line it wrote.
use strict;
use warnings;

my %untold = map { $_ => 1 } qw(coverage.gap);
my (%count, @differences);                             # rule => [expected, found, true]

sub lines {
    my $path = shift;
    open my $from, '<', $path or die "$path: $!\n";
    chomp(my @lines = <$from>);
    return map { [split /\t/, $_, -1] } @lines;
}

# Rule, run, node and what of both; '*' is anything.
sub is_same {
    my ($truth, $found) = @_;
    for my $i (0 .. 3) {
        return 0 if $truth->[$i] ne '*' && lc $truth->[$i] ne lc $found->[$i];
    }
    return 1;
}

for my $folder (@ARGV) {
    my ($seed) = $folder =~ m{([^/]+)/?$};
    my @truth = lines("$folder/truth");
    my %by_rule;
    push @{$by_rule{$_->[0]}}, $_ for lines("$folder/found");
    my %used;                                          # what was found => expect or maybe
    for my $kind (qw(expect maybe)) {                   # each that is expected takes one that was found
        for my $item (grep { $_->[0] eq $kind } @truth) {
            my (undef, @key) = @$item;
            my @hits = grep { !$used{$_} && is_same(\@key, $_) } @{$by_rule{$key[0]} // []};
            $used{$_} = $kind for $kind eq 'maybe' ? @hits : @hits[0 .. (@hits ? 0 : -1)];
            next if $kind eq 'maybe';
            my $row = $count{$key[0]} //= [0, 0, 0];
            $row->[0]++;
            $row->[2]++ if @hits;
            push @differences, "$seed: missed: " . join(' | ', @key) if !@hits;
        }
    }
    for my $found (grep { !$untold{$_->[0]} } map { @$_ } values %by_rule) {
        my $kind = $used{$found} // 'wrong';
        my $row = $count{$found->[0]} //= [0, 0, 0];
        $row->[1]++ if $kind ne 'maybe';
        push @differences, "$seed: wrong: " . join(' | ', @$found) if $kind eq 'wrong';
    }
}

print "$_\n" for sort @differences;
my ($passed, $failed) = (0, 0);
printf "%-24s %8s %8s %8s %9s %9s\n", qw(rule expected found true precision recall);
for my $rule (sort keys %count) {
    my ($expected, $found, $true) = @{$count{$rule}};
    my $precision = $found > 0 ? $true / $found : 1;
    my $recall = $expected > 0 ? $true / $expected : 1;
    my $ok = $precision >= 0.99 && $recall >= 0.99;
    $ok ? $passed++ : $failed++;
    printf "%-24s %8d %8d %8d %9.4f %9.4f%s\n", $rule, $expected, $found, $true, $precision, $recall, $ok ? '' : '  under 0.99';
}
print scalar(@ARGV) . " clusters; $passed passed, $failed failed\n";
exit($failed > 0);
