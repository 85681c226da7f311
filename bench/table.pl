#!/usr/bin/perl
# table.pl RUNS TARGETS SKIPPED JSON WHAT - what run.sh measured: medians as Markdown on standard output, all of it into JSON.
use strict;
use warnings;
use JSON::PP;

my ($runs_path, $targets_path, $skipped_path, $json_path, $what) = @ARGV;
die "usage: table.pl RUNS TARGETS SKIPPED JSON WHAT\n" if !defined $what;

sub rows {
    my ($path) = @_;
    open my $file, '<', $path or die "table.pl: $path: $!\n";
    return map { chomp; [split /\t/, $_, -1] } <$file>;
}

# Of an even number the lower one in the middle, as the program itself counts.
sub median {
    my @sorted = sort { $a <=> $b } @_;
    return $sorted[$#sorted / 2];
}

sub largest {
    return (sort { $b <=> $a } @_)[0];
}

sub first_match {
    my ($path, $pattern) = @_;
    open my $file, '<', $path or return 'unknown';
    while (my $line = <$file>) {
        return $1 if $line =~ $pattern;
    }
    return 'unknown';
}

sub version {
    my ($program, @arguments) = @_;
    my $text = qx($program @arguments 2>/dev/null) // '';
    return $text =~ /(\d+\.[\d.]*\d)/ ? $1 : undef;
}

my (@order, %measured);
for my $row (rows($runs_path)) {
    my ($case, $name, $work, undef, $wall, $cpu, $peak) = @$row;
    my $key = "$case\t$name";
    push @order, $key if !$measured{$key};
    my $entry = $measured{$key} //= {case => $case, program => $name, work => $work, runs => []};
    push @{$entry->{runs}}, {wall_s => $wall + 0, cpu_s => $cpu + 0, peak_kib => $peak + 0};
}
for my $entry (values %measured) {
    my @runs = @{$entry->{runs}};
    $entry->{wall_s} = median(map { $_->{wall_s} } @runs);
    $entry->{cpu_s} = median(map { $_->{cpu_s} } @runs);
    $entry->{peak_kib} = largest(map { $_->{peak_kib} } @runs);
    ($entry->{amount}, $entry->{unit}) = split / /, $entry->{work};
    $entry->{rate} = $entry->{amount} / $entry->{wall_s};
    delete $entry->{work};
}

sub rate_text {
    my ($entry) = @_;
    return sprintf '%.2f GB/s', $entry->{rate} / 1e9 if $entry->{unit} eq 'B';
    return sprintf '%.0f %s/s', $entry->{rate}, $entry->{unit};
}

# What a target is measured by; undef where one of its programs did not run.
sub value_of {
    my ($case, $kind, $ours, $other) = @_;
    return largest(map { $_->{peak_kib} / 1024 } grep { $_->{program} =~ /^phaseline/ } values %measured) if $kind eq 'peak';
    my ($one, $two) = ($measured{"$case\t$ours"}, $measured{"$case\t$other"});
    return if !$one || $kind eq 'ratio' && !$two;
    return {ratio => sub { $one->{wall_s} / $two->{wall_s} }, rate => sub { $one->{rate} },
        'rate-cpu' => sub { $one->{amount} / $one->{cpu_s} }}->{$kind}->();
}

my @targets;
for my $row (rows($targets_path)) {
    my ($case, $kind, $ours, $other, $limit, $sentence) = @$row;
    my $value = value_of($case, $kind, $ours, $other);
    next if !defined $value;
    my $is_reached = $kind =~ /^rate/ ? $value >= $limit : $value <= $limit;
    my %cpu = $kind eq 'ratio'
        ? (cpu_ratio => $measured{"$case\t$ours"}{cpu_s} / ($measured{"$case\t$other"}{cpu_s} || 1e-6)) : ();
    push @targets, {case => $case, what => $sentence, kind => $kind, value => $value, limit => $limit + 0,
        reached => $is_reached ? JSON::PP::true : JSON::PP::false, %cpu};
}

my %machine = (cpu => first_match('/proc/cpuinfo', qr/^model name\s*:\s*(.*)/),
    cores => scalar(() = `nproc` =~ /./g) ? int(`nproc`) : 0,
    memory_gib => int(first_match('/proc/meminfo', qr/^MemTotal:\s*(\d+)/) / 1048576 + 0.5),
    system => first_match('/etc/os-release', qr/^PRETTY_NAME="(.*)"/));
my %versions = map { my $version = version($_, $_ eq 'lnav' || $_ eq 'evtxexport' ? '-V' : '--version');
    defined $version ? ($_ => $version) : () } qw(rg lnav bsdtar zstd evtxexport);
my @skipped = map { $_->[0] } rows($skipped_path);

open my $file, '>', $json_path or die "table.pl: $json_path: $!\n";
print $file JSON::PP->new->canonical->pretty->encode({what => $what, machine => \%machine, peers => \%versions,
    skipped => \@skipped, measured => [map { $measured{$_} } @order], targets => \@targets});
close $file or die "table.pl: $json_path: $!\n";

print "$what; $machine{cores} cores of $machine{cpu}, $machine{memory_gib} GiB, $machine{system}; ",
    join(', ', map { "$_ $versions{$_}" } sort keys %versions), ".\n\n";
print "| case | program | wall s | CPU s | peak MiB | rate |\n|---|---|---:|---:|---:|---:|\n";
printf "| %s | %s | %.3f | %.3f | %.0f | %s |\n", $_->{case}, $_->{program} =~ s/\|/\\|/gr, $_->{wall_s}, $_->{cpu_s},
    $_->{peak_kib} / 1024, rate_text($_) for map { $measured{$_} } @order;
print "\n| case | target | wanted | measured | of CPU time | reached |\n|---|---|---:|---:|---:|---|\n";
for my $target (@targets) {
    my $is_rate = $target->{kind} =~ /^rate/;
    my $form = $is_rate || $target->{kind} eq 'peak' ? '%.0f' : '%.3f';
    printf "| %s | %s | %s %s | $form | %s | %s |\n", $target->{case}, $target->{what} =~ s/\|/\\|/gr, $is_rate ? '>=' : '<=', $target->{limit},
        $target->{value}, defined $target->{cpu_ratio} ? sprintf('%.3f', $target->{cpu_ratio}) : '', $target->{reached} ? 'yes' : 'no';
}
print "\nLeft out, not installed: @skipped.\n" if @skipped;
