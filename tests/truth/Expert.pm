# Expert.pm - what docs/verdicts.md says of phases that somebody invented: which took too long, which
# stand still, which nodes went silent, who was out with too many others.
#
# It knows no events and no logs, only the story: for a run {no, model, nodes, end, history, parallel};
# of a node {name, group, own (it has a log of its own), now (its last stamped line), spans, open, progress,
# waiting (paused)}; of a span {phase, begin, end, result, paused, timed, attempt}.
package Expert;
use strict;
use warnings;
use Exporter 'import';
use Base;
our @EXPORT = qw(judge);

my $least = 60_000;        # of limits that come from peers
my $close = 2_000;         # nearer to a limit than this is nobody's to decide

sub is_work { my $phase = shift; return !$phase->{rest} && !$phase->{terminal} && $phase->{kind} ne 'queued' }

sub is_out {
    my $phase = shift;
    return ($phase->{terminal} // '') eq 'down' || $phase->{kind} =~ /^(?:drain|stop|install|reboot|start|rejoin|rollback)$/;
}

sub length_of {
    my $span = shift;
    return defined $span->{end} && defined $span->{begin} && $span->{timed} ? $span->{end} - $span->{begin} - $span->{paused} : undef;
}

# By phase and group, the closed ok spans that have a length.
sub index_peers {
    my $run = shift;
    my %peers;
    for my $node (@{$run->{nodes}}) {
        for my $span (@{$node->{spans}}) {
            next if $span->{result} ne 'ok' || !defined length_of($span);
            push @{$peers{$span->{phase}}{$node->{group} // ''}}, $span;
        }
    }
    return \%peers;
}

sub lower_median { my @sorted = sort { $a <=> $b } @_; return $sorted[int((@sorted - 1) / 2)] }

sub from_lengths {
    my ($phase, @lengths) = @_;
    my $limit = 3 * lower_median(@lengths);
    for my $other ($least, $phase->{expect} // 0) {
        $limit = $other if $other > $limit;
    }
    return $limit;
}

sub limit_of {
    my ($run, $name, $group, $judged) = @_;
    my $phase = $run->{model}{$name};
    my @peers = grep { !$judged || $_ != $judged } @{$run->{peers}{$name}{$group // ''} // []};
    return from_lengths($phase, map { length_of($_) } @peers) if @peers >= 3;
    my @before = map { length_of($_) } map { @{$_->{peers}{$name}{$group // ''} // []} } @{$run->{history} // []};
    return from_lengths($phase, @before) if @before >= 3;
    return $phase->{limit};
}

# Tells the rule when `ms` is over the limit; returns whether it is, undef when it is too close.
sub weigh {
    my ($world, $run, $rule, $node, $phase, $ms, $limit) = @_;
    if (abs($ms - $limit) <= $close) {
        maybe($world, $rule, $node->{name}, $phase);
        return undef;
    }
    return 0 if $ms <= $limit;
    expect($world, $rule, $node->{name}, $phase, $run->{no});
    return 1;
}

sub judge_closed {
    my ($world, $run, $node) = @_;
    for my $span (@{$node->{spans}}) {
        my $length = length_of($span);
        next if !defined $length || $span->{result} ne 'ok' || !is_work($run->{model}{$span->{phase}});
        my $limit = limit_of($run, $span->{phase}, $node->{group}, $span);
        weigh($world, $run, 'slow', $node, $span->{phase}, $length, $limit) if defined $limit;
    }
}

# Of what is open, or was last: returns stalled, moving, silent, unsure or nothing.
sub judge_last {
    my ($world, $run, $node) = @_;
    my ($open, $name) = ($node->{open}, $node->{name});
    my $last = $open // $node->{spans}[-1] // return '';
    my $phase = $run->{model}{$last->{phase}};
    if ($node->{waiting} || ($open && $phase->{kind} eq 'queued')) {
        expect($world, $node->{waiting} ? 'paused' : 'queued', $name, $last->{phase}, $run->{no});
        return '';
    }
    return '' if !is_work($phase);
    my $limit = limit_of($run, $last->{phase}, $node->{group});
    if (!defined $limit || ($open && !$last->{timed})) {
        expect($world, 'incomplete', $name, $last->{phase}, $run->{no}) if $open;
        return $open ? 'moving' : '';
    }
    my $silent = $node->{own} ? weigh($world, $run, 'silent', $node, $last->{phase}, $run->{end} - $node->{now}, $limit) : 0;
    return $silent ? 'silent' : '' if !$open;
    if ($node->{own} && $phase->{kind} eq 'reboot') {      # its log cannot go on: whether it came back nobody says
        return 'silent' if $silent;
        defined $silent ? expect($world, 'incomplete', $name, $last->{phase}, $run->{no}) : maybe($world, 'incomplete', $name, $last->{phase});
        return 'unsure';
    }
    my $stalled = weigh($world, $run, 'stalled', $node, $last->{phase}, $node->{now} - $node->{progress}, $limit);
    weigh($world, $run, 'slow', $node, $last->{phase}, $node->{now} - $last->{begin} - $last->{paused}, $limit)
        if defined $stalled && !$stalled;
    return 'unsure' if !defined $stalled || !defined $silent;
    return $silent ? 'silent' : $stalled ? 'stalled' : 'moving';
}

# Nobody moves: two or more stand still, nobody is at work or silent, and all rest for longer than the longest limit.
sub judge_cluster {
    my ($world, $run, $state) = @_;
    my @stalled = grep { $state->{$_->{name}} eq 'stalled' } @{$run->{nodes}};
    return if @stalled < 2;
    return maybe($world, 'stalled', '') if grep { $_ eq 'unsure' } values %$state;
    return if grep { $_ eq 'moving' || $_ eq 'silent' } values %$state;
    my ($longest) = sort { $b <=> $a } map { limit_of($run, $_->{open}{phase}, $_->{group}) } @stalled;
    my ($latest) = sort { $b <=> $a } map { $_->{progress} // 0 } @{$run->{nodes}};
    my $still = $run->{end} - $latest;
    return maybe($world, 'stalled', '') if abs($still - $longest) <= 10_000;
    expect($world, 'stalled', '', '*', $run->{no}) if $still > $longest;
}

# Each time a node goes out while as many of its group as may be are out for sure.
sub judge_overlap {
    my ($world, $run) = @_;
    my $most = $run->{parallel} or return;
    my (%out, @crashed);                              # group => [begin, end, node]; down, but who knows how long
    for my $node (@{$run->{nodes}}) {
        for my $span (sort { $a->{begin} <=> $b->{begin} } grep { is_out($run->{model}{$_->{phase}}) } @{$node->{spans}}) {
            next if $run->{model}{$span->{phase}}{parent};
            my $list = $out{$node->{group} // ''} //= [];
            my $end = $span->{end} // ($node->{own} ? $node->{now} : 9e15);
            push @crashed, [$node, $end, $span->{end} ? $end + 70_000 : 9e15] if !defined $span->{end} || $span->{result} eq 'left';
            if (@$list && $list->[-1][2] == $node && $span->{begin} <= $list->[-1][1]) {
                $list->[-1][1] = $end if $end > $list->[-1][1];
            } else {
                push @$list, [$span->{begin}, $end, $node];
            }
        }
    }
    for my $list (values %out) {
        my @sorted = sort { $a->[0] <=> $b->[0] } @$list;
        my @now;
        for my $at (0 .. $#sorted) {
            my ($begin, undef, $node) = @{$sorted[$at]};
            @now = grep { $_->[1] > $begin - 3000 } @now;
            my $sure = 0;
            my $may = grep { $_->[0] != $node && ($_->[0]{group} // '') eq ($node->{group} // '') && $_->[1] - 3000 < $begin
                             && $begin < $_->[2] } @crashed;
            for my $other (@now, grep { $_->[0] < $begin + 3000 } @sorted[$at + 1 .. ($at + 40 < $#sorted ? $at + 40 : $#sorted)]) {
                next if $other->[2] == $node;
                $may++;
                $sure++ if $other->[0] < $begin - 1500 && $other->[1] > $begin + 1500;
            }
            push @now, $sorted[$at];
            if ($sure >= $most) {
                expect($world, 'order.overlap', $node->{name}, '*', $run->{no});
            } elsif ($may >= $most) {
                maybe($world, 'order.overlap', $node->{name});
            }
        }
    }
}

# All that follows from how long and when; what follows from words the story itself says.
sub judge {
    my ($world, $run) = @_;
    my %state;
    $run->{peers} = index_peers($run);
    my @ends = sort { $b <=> $a } map { $_->{now} } grep { $_->{own} && ($_->{heard} || @{$_->{spans}}) } @{$run->{nodes}};
    $run->{end} = $ends[0] if @ends;                    # of the evidence, whoever wrote it
    for my $node (@{$run->{nodes}}) {
        judge_closed($world, $run, $node);
        $state{$node->{name}} = judge_last($world, $run, $node);
    }
    judge_cluster($world, $run, \%state);
    judge_overlap($world, $run);
}

1;
