# Ranked.pm - clusters whose phases have an order, one log per node: rolld (roll.yaml), and our own log.
#
# Every node lives through a story; what follows from its words is expected here, what follows from how
# long things took the expert tells.  Acts are [time, transition, phase, more]; a writer makes lines of them.
package Ranked;
use strict;
use warnings;
use Exporter 'import';
use Base;
use Expert;
our @EXPORT = qw(make_ranked);

my $minute = 60_000;

sub roll_model {
    return {
        wait => {kind => 'queued'}, precheck => {kind => 'precheck', limit => 10 * $minute},
        sync => {kind => 'stage', limit => 10 * $minute}, drain => {kind => 'drain', limit => 20 * $minute},
        install => {kind => 'install', limit => 30 * $minute, expect => 6 * $minute},
        migrate => {kind => 'install', limit => 20 * $minute, parent => 1},
        reboot => {kind => 'reboot', limit => 15 * $minute}, tune => {kind => 'verify'},
        verify => {kind => 'verify', limit => 10 * $minute}, done => {kind => 'done', terminal => 'done', rest => 1},
    };
}

sub level_model {
    return {
        Initialize => {kind => 'precheck', limit => 5 * $minute}, ValidatingUpgrade => {kind => 'precheck', limit => 10 * $minute},
        UpgradingComponents => {kind => 'install', limit => 30 * $minute},
        InstallingNewComponents => {kind => 'install', limit => 30 * $minute},
        UpgradeComplete => {kind => 'done', terminal => 'done', rest => 1},
    };
}

my @level_path = qw(Initialize ValidatingUpgrade UpgradingComponents InstallingNewComponents UpgradeComplete);
my %usual = (precheck => 40, sync => 30, drain => 120, install => 300, migrate => 60, reboot => 90, tune => 45, verify => 50,
             Initialize => 20, ValidatingUpgrade => 45, UpgradingComponents => 240, InstallingNewComponents => 150);

# ---- what a node does

sub act { my ($node, $t, $how, $phase, %more) = @_; push @{$node->{acts}}, {t => $t, how => $how, phase => $phase, %more} }

sub begin_phase {
    my ($node, $phase, $t, %more) = @_;
    end_phase($node, $t, 0) if $node->{open};
    act($node, $t, 'enter', $phase, %more);
    my $span = {phase => $phase, begin => $t, paused => 0, timed => 1, result => 'open'};
    push @{$node->{spans}}, $span;
    $node->{progress} = $t;
    $node->{open} = $span if $phase ne 'done' && $phase ne 'UpgradeComplete';
    $node->{done} = $node->{open} ? 0 : $t;
    return $span;
}

sub end_phase {
    my ($node, $t, $told, $result) = @_;
    my $span = delete $node->{open};
    @$span{qw(end result)} = ($t, $result // 'ok');
    act($node, $t, 'exit', $span->{phase}) if $told;
    $node->{progress} = $t;
}

sub fail_phase {
    my ($node, $t, $nested) = @_;
    my $phase = $node->{open}{phase};
    my $nameless = chance(0.3);
    act($node, $t, 'fail', $nameless ? '' : $phase, code => between(2, 9000));
    act($node, $t + 200, 'fail', $phase, code => 1) if !$nameless && chance(0.2);   # said twice
    end_phase($node, $t, 0, 'failed');
    return $phase;
}

# Things that happen inside a phase and mean nothing.
sub live_in {
    my ($node, $span, $t, $dur) = @_;
    my $phase = $span->{phase};
    my $world = $node->{world};
    act($node, $t + int($dur * 0.2), 'enter', $phase) if chance(0.03);              # said again
    act($node, $t + int($dur * 0.3), 'retry', $phase) if chance(0.05);
    if ($phase eq 'install' && chance(0.4)) {
        my ($from, $to) = ($t + int($dur * 0.4), $t + int($dur * (0.4 + 0.3 * rand)));
        act($node, $from, 'enter', 'migrate');
        act($node, $to, 'exit', 'migrate');
        push @{$node->{spans}}, {phase => 'migrate', begin => $from, end => $to, paused => 0, timed => 1, result => 'ok'};
        @{$node->{spans}}[-1, -2] = @{$node->{spans}}[-2, -1];                       # the last one is the outer one
    }
    if (chance(0.3)) {
        my $total = between(3, 40);
        act($node, $t + int($dur * $_ / 5), 'progress', $phase, cur => int($total * $_ / 5), total => $total) for 1 .. 4;
    }
}

sub seconds_of { my ($node, $phase) = @_; return around($node->{world}{base}{$phase} * 1000, 0.2) }

# A whole phase, from t on; returns when the next one may begin.
sub do_phase {
    my ($node, $phase, $t, $dur) = @_;
    my $world = $node->{world};
    my $span = begin_phase($node, $phase, $t);
    $dur //= seconds_of($node, $phase);
    live_in($node, $span, $t, $dur);
    my $end = $t + $dur;
    if ($phase eq 'reboot' && $world->{format} eq 'rolld' && chance(0.5)) {          # a boot ends it
        act($node, $end, 'boot', '');
        end_phase($node, $end, 0);
        return $end + between(2000, 8000);
    }
    return $end if $world->{style} eq 'implied' || $world->{style} eq 'mixed' && chance(0.5);
    end_phase($node, $end, 1);
    return $end + between(2000, 8000);
}

sub finish { my ($node, $t) = @_; begin_phase($node, $node->{path}[-1], $t); return $t }

sub walk_on {                                          # the phases of the path from one on, and done
    my ($node, $from, $t) = @_;
    my @path = @{$node->{path}};
    $t = do_phase($node, $path[$_], $t) for $from .. $#path - 1;
    return finish($node, $t);
}

# ---- stories: called where the node is to begin the phase `at`; return when its turn is over, or undef

my %story;

$story{ok} = sub { my ($node, $at, $t) = @_; return walk_on($node, $at, $t) };

$story{slow} = sub {
    my ($node, $at, $t) = @_;
    my $phase = $node->{path}[$at];
    $t = do_phase($node, $phase, $t, seconds_of($node, $phase) * between(6, 20));
    return walk_on($node, $at + 1, $t);
};

$story{held_a_while} = sub {                           # long, but told to wait
    my ($node, $at, $t) = @_;
    my $phase = $node->{path}[$at];
    my $span = begin_phase($node, $phase, $t);
    my $held = between(300, 4000) * 1000;
    act($node, $t + 5000, 'pause', chance(0.5) ? '' : $phase);
    act($node, $t + 5000 + $held, 'resume', chance(0.5) ? '' : $phase);
    $span->{paused} = $held;
    $t += $held + seconds_of($node, $phase);
    return walk_on($node, $at + 1, $t);
};

sub stand { my ($node, $at, $t, $ending) = @_; begin_phase($node, $node->{path}[$at], $t); $node->{ending} = $ending; return undef }

$story{stall}  = sub { return stand(@_[0 .. 2], 'stall') };
$story{moving} = sub { return stand(@_[0 .. 2], 'moving') };
$story{silent} = sub { return stand(@_[0 .. 2], 'silent') };

$story{held} = sub {
    my ($node, $at, $t) = @_;
    stand($node, $at, $t, 'held');
    act($node, $t + 4000, 'pause', chance(0.5) ? '' : $node->{path}[$at]);
    $node->{waiting} = 1;
    return undef;
};

sub means { my ($node, $rule, $what) = @_; expect($node->{world}, $rule, $node->{name}, $what, $node->{run_no}) }

sub break_in {
    my ($node, $at, $t) = @_;
    my $dur = int(seconds_of($node, $node->{path}[$at]) * (0.2 + 0.6 * rand));
    begin_phase($node, $node->{path}[$at], $t);
    return ($t + $dur, fail_phase($node, $t + $dur));
}

$story{fail} = sub {
    my ($end, $phase) = break_in(@_);
    means($_[0], 'failed', $phase);
    return $end;
};

$story{retry_ok} = sub {
    my ($node, $at, $t) = @_;
    my $phase;
    for (1 .. between(1, 3)) {
        ($t, $phase) = break_in($node, $at, $t);
        means($node, 'retried', $phase);
        $t += between(20, 300) * 1000;
        my $from = pick($at, $node->{first});
        $t = do_phase($node, $node->{path}[$_], $t) for $from .. $at - 1;
    }
    return walk_on($node, $at, $t);
};

$story{retry_fail} = sub {
    my ($node, $at, $t) = @_;
    ($t, my $phase) = break_in($node, $at, $t);
    means($node, 'retried', $phase);
    $t += between(20, 300) * 1000;
    $t = do_phase($node, $node->{path}[$_], $t) for $node->{first} .. $at - 1;
    ($t, $phase) = break_in($node, $at, $t);
    means($node, 'failed', $phase);
    return $t;
};

$story{goes_on} = sub {                                # failed, and got to done all the same
    my ($node, $at, $t) = @_;
    ($t, my $phase) = break_in($node, $at, $t);
    means($node, 'retried', $phase);
    return walk_on($node, $at + 1, $t + 20_000);
};

sub undo {
    my ($node, $at, $t) = @_;
    begin_phase($node, $node->{path}[$at], $t);
    $t += seconds_of($node, $node->{path}[$at]);
    act($node, $t, 'rollback', '');
    end_phase($node, $t, 0, 'rolled-back');
    return $t;
}

$story{rollback} = sub { my $t = undo(@_); means($_[0], 'rolled-back', '*'); return $t };

$story{rollback_ok} = sub { my ($node, $at) = @_; my $t = undo(@_); return walk_on($node, $node->{first}, $t + 60_000) };

$story{fail_rollback} = sub {
    my ($node) = @_;
    my ($t, $phase) = break_in(@_);
    means($node, 'failed', $phase);
    act($node, $t + 30_000, 'rollback', '');
    means($node, 'rolled-back', '*');
    return $t + 30_000;
};

$story{skipped} = sub {
    my ($node, $at, $t) = @_;
    means($node, 'order.skipped', '*');
    return walk_on($node, $at + 1, $t);
};

$story{omitted} = sub {                                # on purpose
    my ($node, $at, $t) = @_;
    end_phase($node, $t, 0) if $node->{open};
    act($node, $t, 'skip', $node->{path}[$at]);
    return walk_on($node, $at + 1, $t + 3000);
};

$story{backward} = sub {
    my ($node, $at, $t) = @_;
    $t = do_phase($node, $node->{path}[$at], $t);
    my $back = pick(grep { $node->{path}[$_] ne 'sync' } $node->{first} .. $at - 1);
    means($node, 'order.backward', $node->{path}[$back]);
    return walk_on($node, $back, $t);
};

$story{unexpected} = sub {                             # the end of a phase that never began, from inside the next one
    my ($node, $at, $t) = @_;
    my $next = $node->{path}[$at + 1];
    my $span = begin_phase($node, $next, $t);
    act($node, $t + 3000, 'exit', $node->{path}[$at]);
    means($node, 'order.unexpected', $node->{path}[$at]);
    return walk_on($node, $at + 2, $t + seconds_of($node, $next));
};

$story{again_sync} = sub {                             # a phase that may come again
    my ($node, $at, $t) = @_;
    $t = do_phase($node, 'sync', $t);
    return walk_on($node, $at, $t);
};

$story{crash} = sub {                                  # the machine goes down in the middle, and the phase begins again
    my ($node, $at, $t) = @_;
    begin_phase($node, $node->{path}[$at], $t);
    $t += between(5, 30) * 1000;
    act($node, $t, 'wait', $node->{path}[$at]);         # the last line before
    $node->{dead} = [$t, $t + 60_000];
    end_phase($node, $t, 0, 'left');
    act($node, $t + 60_000, 'boot', '');
    return walk_on($node, $at, $t + 70_000);
};

$story{unknown} = sub {                                # a word nobody knows, between two phases
    my ($node, $at, $t) = @_;
    my $word = pick('Polishing', 'gilding');            # told once, however many say it
    act($node, $t - 1, 'enter', $word);
    expect($node->{world}, 'coverage.unrecognised', '', '*', '') if !$node->{world}{words}{$word}++;
    return walk_on($node, $at, $t);
};

$story{queued} = sub { my ($node, $at, $t) = @_; begin_phase($node, 'wait', $t); $node->{ending} = 'held'; return $t };
$story{tuning} = sub { my ($node, $at, $t) = @_; begin_phase($node, 'tune', $t); $node->{ending} = 'held'; return undef };

$story{known} = sub {
    my ($node, $at, $t) = @_;
    my ($end, $phase) = break_in($node, $at, $t);
    act($node, $end - 500, 'known', '');
    means($node, 'failed', $phase);
    means($node, 'known.truth.no-room', '*');
    return $end;
};

# Where in the path a story may strike: the first and last index, counted from the first phase and from done.
my %strikes = (skipped => [1, 1], omitted => [1, 1], backward => [1, 1], unexpected => [1, 2], goes_on => [0, 1], queued => [0, 0]);
my %only_roll = map { $_ => 1 } qw(again_sync queued tuning);
my %only_rolld = map { $_ => 1 } qw(crash known);
my @harmless = qw(ok ok ok ok held_a_while omitted rollback_ok again_sync crash);
my @bad = qw(slow slow stall stall moving silent silent held fail fail retry_ok retry_ok retry_fail goes_on rollback fail_rollback
             skipped skipped backward backward unexpected unknown queued tuning known);
my %closed = map { $_ => 1 } qw(slow fail retry_ok goes_on skipped backward unexpected held_a_while omitted);

# The node's way through the upgrade, from t on.
sub live {
    my ($node, $t) = @_;
    my $world = $node->{world};
    my @path = $world->{is_roll}
        ? ((chance(0.2) ? 'wait' : ()), 'precheck', (chance(0.3) ? 'sync' : ()), qw(drain install reboot), (chance(0.2) ? 'tune' : ()), qw(verify done))
        : @level_path;
    $node->{path} = \@path;
    $node->{first} = $path[0] eq 'wait' ? 1 : 0;
    my $range = $strikes{$node->{story}} // [0, 1];
    my @may = $node->{first} + $range->[0] .. $#path - $range->[1];
    @may = grep { my $p = $path[$_]; $p !~ /^(?:sync|tune|wait)$/ } @may;
    @may = grep { $path[$_ + 1] !~ /^(?:sync|tune|done|UpgradeComplete)$/ } @may if $node->{story} eq 'unexpected';
    my $at = $node->{story} =~ /^(?:queued)$/ ? 0 : $node->{story} eq 'tuning' ? (grep { $path[$_] =~ /^(?:tune|verify)$/ } 0 .. $#path)[0]
           : $node->{story} eq 'again_sync' ? (grep { $path[$_] eq 'drain' } 0 .. $#path)[0] + 1 : pick(@may);
    $at = (grep { $path[$_] eq 'install' } 0 .. $#path)[0] if $node->{story} eq 'crash';
    $node->{story} = 'ok' if !defined $at;
    $at //= 0;
    for my $i (0 .. $at - 1) {
        $t = do_phase($node, $path[$i], $t, $path[$i] eq 'wait' ? between(5, 900) * 1000 : undef);
    }
    return $story{$node->{story}}->($node, $at, $t);
}

# ---- who goes when

# Each slot takes the next node when the one before is through; returns whether all got done, and when.
sub roll_group {
    my ($nodes, $slots, $t) = @_;
    my @free = map { $t + $_ * 4000 } 0 .. $slots - 1;
    my $latest = $t;
    for my $node (@$nodes) {
        @free = sort { $a <=> $b } @free;
        my $begin = shift @free // last;
        my $end = live($node, $begin);
        my $seen = $end // $node->{progress};
        $latest = $seen if $seen > $latest;
        push @free, $end + between(4000, 20_000) if defined $end;
    }
    return $latest;
}

sub all_done { return !grep { !$_->{done} } @_ }

sub intrude {                                          # somebody who did not wait for a slot
    my ($node, $others) = @_;
    my @spans = grep { $_->{phase} eq 'install' || $_->{phase} eq 'drain' } map { @{$_->{spans}} } @$others;
    return if !@spans;
    live($node, pick(@spans)->{begin} - int($node->{world}{base}{precheck} * 1000 * 0.8) + between(0, 40_000));
}

sub schedule {
    my ($world, $run, $t) = @_;
    my @lists = $world->{grouped} ? (['front'], ['back', 'spare']) : ([undef]);
    my @before;
    for my $list (@lists) {
        my @here;
        my $latest = $t;
        for my $group (@$list) {
            my @nodes = grep { ($_->{group} // '') eq ($group // '') } @{$run->{nodes}};
            my @members = grep { !$_->{intruder} } @nodes;
            my ($end) = roll_group(\@members, $world->{parallel}, $t);
            intrude($_, \@members) for grep { $_->{intruder} } @nodes;
            push @here, @nodes;
            for my $seen ($end, map { $_->{progress} // 0 } @nodes) {
                $latest = $seen if $seen > $latest;
            }
        }
        push @before, @here;
        $t = $latest + between(10, 60) * 1000;
        last if grep { @{$_->{spans}} && !$_->{done} } @before;
        last if grep { !@{$_->{spans}} } @before;
    }
    return $t;
}

# A later group's node begins while an earlier group is not done.
sub jump_the_queue {
    my ($world, $run) = @_;
    my @front = grep { $_->{group} eq 'front' && @{$_->{spans}} } @{$run->{nodes}};
    my @idle = grep { $_->{group} ne 'front' && !@{$_->{spans}} && $_->{story} eq 'ok' } @{$run->{nodes}};
    return if !@front || !@idle;
    my $node = pick(@idle);
    live($node, $front[-1]{spans}[0]{begin} + 5000);
}

sub judge_groups {
    my ($world, $run) = @_;
    my %begin;
    for my $node (@{$run->{nodes}}) {
        my ($first) = sort { $a <=> $b } map { $_->{begin} } grep { $_->{phase} ne 'wait' } @{$node->{spans}};
        next if !defined $first || $node->{group} eq 'front';
        my @open = grep { $_->{group} eq 'front' && @{$_->{spans}} && (!$_->{done} || $_->{done} > $first + 1500) } @{$run->{nodes}};
        my @near = grep { $_->{group} eq 'front' && $_->{done} && abs($_->{done} - $first) <= 1500 } @{$run->{nodes}};
        expect($world, 'order.group', $node->{name}, '*', $run->{no}) if @open;
        maybe($world, 'order.group', $node->{name}) if @near && !@open;
    }
}

sub judge_commit {
    my ($world, $run, $t, $rule_run) = @_;
    my @begun = grep { @{$_->{spans}} } @{$run->{nodes}};
    my @late = grep { !$_->{done} || $_->{done} > $t + 2000 } @begun;
    expect($world, 'order.premature', '', '*', $rule_run) if @late;
}

# ---- one run

sub tell_stories {
    my ($world, $run, $is_last) = @_;
    my @nodes = @{$run->{nodes}};
    my $n_bad = chance(0.3) ? 0 : between(1, @nodes > 30 ? int(@nodes / 10) : int((@nodes + 2) / 3));
    my $flood = chance(0.12) ? pick(qw(stall fail silent slow queued)) : undef;
    for my $node (shuffled(@nodes)) {
        my $story = $n_bad-- > 0 ? $flood // pick(@bad) : pick(@harmless);
        $story = 'ok' if !$is_last && !$closed{$story};
        $story = 'ok' if !$world->{is_roll} && $only_roll{$story} || $world->{format} ne 'rolld' && $only_rolld{$story};
        $node->{story} = $story;
    }
    if ($world->{is_roll} && @nodes > $world->{parallel} + 1 && chance(0.25)) {
        my ($first, $second) = shuffled(grep { $_->{story} eq "ok" } @nodes);
        $first->{intruder} = 1 if $first;
        $second->{intruder} = 1 if $second && chance(0.5);
    }
}

# What goes on until the end, where a node is left standing.
sub stand_to_the_end {
    my ($world, $node, $end) = @_;
    my $ending = $node->{ending} // return;
    my $span = $node->{open};
    my $from = $span->{begin} + 5000;
    if ($ending eq 'moving') {
        my @at = sort { $a <=> $b } map { $from + int(rand($end - $from)) } 1 .. 8;
        push @at, $end - between(1000, 9000);
        act($node, $at[$_], 'progress', $span->{phase}, cur => $_ + 1, total => 400) for grep { $at[$_] > $from } 0 .. $#at;
        $node->{progress} = $at[-1];
    } elsif ($ending eq 'stall') {
        my $how = pick(qw(nothing note retry), $world->{format} eq 'rolld' ? 'same' : 'note');   # ours has no counters
        my $last = $from;
        if ($how eq 'same') {
            act($node, $from, 'progress', $span->{phase}, cur => 7, total => 40);
            $node->{progress} = $from;
        }
        for (1 .. ($how eq 'nothing' ? 0 : between(2, 12))) {
            $last += int(rand(($end - $last) / 3));
            act($node, $last, {note => 'wait', same => 'progress', retry => 'retry'}->{$how}, $span->{phase}, cur => 7, total => 40);
        }
    }
}

sub make_run {
    my ($world, $no, $t, $is_last) = @_;
    my $run = {no => $no, begin => $t, model => $world->{model}, parallel => $world->{is_roll} ? $world->{parallel} : 0,
               history => [@{$world->{runs} // []}], nodes => []};
    for my $host (@{$world->{hosts}}) {
        push @{$run->{nodes}}, {%$host, world => $world, run_no => $no, spans => [], acts => $host->{acts}, own => $world->{own},
                                 heard => $world->{format} ne 'rolld'};
    }
    tell_stories($world, $run, $is_last);
    my $latest = schedule($world, $run, $t);
    jump_the_queue($world, $run) if $world->{grouped} && chance(0.15);
    for my $node (@{$run->{nodes}}) {
        $latest = $node->{progress} if ($node->{progress} // 0) > $latest;
    }
    if ($world->{is_roll} && $is_last && $world->{format} eq 'rolld' && chance(0.3)) {
        my $is_early = chance(0.4);
        my $at = $is_early ? $t + int(($latest - $t) * (0.3 + 0.6 * rand)) : $latest + 20_000;
        $world->{commit} = [pick('level', 'raise'), $at];
        judge_commit($world, $run, $at, 1 + ($world->{commit}[0] eq 'level' ? $no - 1 : 0));
        $latest = $at + 10_000 if $at + 10_000 > $latest;
    }
    my $end = $latest + (chance(0.5) ? between(60, 600) : between(600, 7200)) * 1000;
    $run->{end} = $end;
    for my $node (@{$run->{nodes}}) {
        stand_to_the_end($world, $node, $end - 3000);
        $node->{now} = $world->{own} ? $end - between(0, 1500) : $end;
        next if !$world->{own};
        $node->{now} = $node->{cut} = $node->{progress} + between(500, 20_000) if ($node->{ending} // '') eq 'silent';
        $node->{now} = $node->{cut} = $node->{progress} + between(500, 20_000)
            if $is_last && $node->{done} && !$node->{ending} && chance(0.05);       # collected earlier; it is at rest
    }
    judge_groups($world, $run) if $world->{grouped};
    push @{$world->{runs}}, $run;
    return $end;
}

# ---- clocks

sub set_clocks {
    my ($world) = @_;
    my $run = $world->{runs}[-1];
    my @nodes = @{$run->{nodes}};
    my $begin = $world->{begin};
    if ($world->{pairs} && @nodes >= 3 && chance(0.5)) {
        my @off = (shuffled(@nodes))[0 .. between(0, int((@nodes - 1) / 2) - 1)];   # the fewer ones
        for my $node (@off > 6 ? @off[0 .. 5] : @off) {
            $node->{off} = between(3, chance(0.5) ? 50 : 5000) * pick(1, -1) * 1000;
            expect($world, 'clock.offset', $node->{name}, '*', '');
        }
        return;
    }
    return if !$world->{own};
    my @ok = grep { $_->{done} && !$_->{cut} && $_->{story} eq 'ok' } @nodes;
    return if @ok < 1 || !chance(0.2) || @{$world->{runs}} > 1;
    my $node = pick(@ok);
    my $span = pick(grep { $_->{result} eq 'ok' && $_->{end} - $_->{begin} > 10_000 } @{$node->{spans}}) // return;
    my $at = $span->{begin} + int(($span->{end} - $span->{begin}) / 2);
    if ($world->{pairs}) {
        return if @nodes < 6;
        $node->{jump} = [$at, between(5, 3000) * pick(1, -1) * 1000];
        expect($world, 'clock.jump', $node->{name}, '*', '');
        maybe($world, 'clock.offset', $node->{name});
        maybe($world, 'slow', $node->{name});
    } else {
        $node->{jump} = [$at, -between(5, 40) * 1000];
    }
    act($node, $at - 1000, 'wait', $span->{phase});     # lines on both sides of it, or nobody can tell
    act($node, $at + 1000, 'wait', $span->{phase});
    expect($world, 'clock.backward', '', '*', '') if $node->{jump}[1] < 0;
    for my $other (@{$node->{spans}}) {
        $other->{timed} = 0 if $other->{begin} <= $at && ($other->{end} // 0) >= $at;
    }
}

sub local_ms {
    my ($node, $t) = @_;
    my $jump = $node->{jump};
    return $t + ($node->{off} // 0) + ($jump && $t >= $jump->[0] ? $jump->[1] : 0);
}

# ---- lines

sub rolld_text {
    my $act = shift;
    my ($how, $phase) = @$act{qw(how phase)};
    my $code = defined $act->{code} ? ", error $act->{code}" : '';
    my %state = (fail => "node is broken$code", pause => 'node is held', resume => 'node is released', rollback => 'node is restored');
    return $state{$how} if $state{$how} && ($phase eq '' || $how ne 'fail');
    my %verb = (enter => 'begins', exit => 'ends', fail => "fails$code", skip => 'omitted', retry => 'again');
    return "phase $phase $verb{$how}" if $verb{$how};
    return "$phase: $act->{cur} of $act->{total} parts done" if $how eq 'progress';
    return "$phase still waits for the-others" if $how eq 'wait';
    return 'machine is up' if $how eq 'boot';
    return 'no room for image' if $how eq 'known';
    return $act->{text};
}

sub rolld_line { my ($node, $t, $text) = @_; return iso(local_ms($node, $t), 3) . 'Z ' . pick('INFO', 'INFO', 'WARN') . " rolld: $text\n" }

my @forms = @level_path;
sub phaseline_line {
    my ($node, $act) = @_;
    my $world = $node->{world};
    my ($how, $phase) = @$act{qw(how phase)};
    my $model = $world->{is_roll} ? 'truth-roll' : 'wsfc-functional-level';
    my $tail = defined $act->{code} ? " error=$act->{code}" : '';
    ($how, $tail) = ('note', ' msg="waits for the others"') if $how eq 'wait';
    $tail = " msg=\"step $act->{cur} of $act->{total}\"" if $how eq 'progress';
    return '' if $how =~ /^(?:boot|known|text)$/;
    my ($nth) = grep { $level_path[$_] eq $phase } 0 .. $#level_path;
    $phase = pick($phase, $phase, $nth + 1, "ClusterUpgradePhase$phase") if defined $nth;
    my $where = $phase eq '' || $how =~ /^(?:pause|resume|rollback|note)$/ && chance(0.5) ? '' : " phase=$phase";
    return 'time=' . iso(local_ms($node, $act->{t}), 6) . "Z cluster=$world->{cluster}" . ($node->{nameless} ? '' : " node=$node->{name}")
         . " model=$model$where event=$how$tail\n";
}

sub noise_line {
    my ($node, $t) = @_;
    my $stray = chance(0.1) ? between(-800, 0) : 0;     # several threads, one file
    return rolld_line($node, $t + $stray, noise_text()) if $node->{world}{format} eq 'rolld' && chance(0.8);
    return phaseline_line($node, {t => $t, how => 'note', phase => ''}) =~ s/$/' msg="' . noise_text() . '"'/er
        if $node->{world}{format} ne 'rolld' && chance(0.6);
    return pick("    at rolld.Worker.run(Worker.java:" . between(1, 900) . ")\n", "kernel: eth0: link is up\n", "\n", "--- " . noise_text() . " ---\n");
}

sub items_of {
    my ($world, $node) = @_;
    my $stop = $node->{cut} // $node->{now};
    my ($from, $many) = ($world->{begin} - between(1, 600) * 1000, @{$world->{hosts}} > 60 ? 3 : 20);
    my @items;                                          # noise, but none in the hole between two runs
    for my $run (@{$world->{runs}}) {
        my ($low, $high) = ($run->{begin} - 60_000, $run->{end} < $stop ? $run->{end} : $stop);
        $low = $from if $run->{no} == 1;
        push @items, map { {t => $low + int(rand($high - $low)), noise => 1} } 1 .. between(1, $many) if $high > $low;
    }
    push @items, map { {t => $_->[1] + between(0, 40), text => "epoch $_->[0] agreed"} } grep { $node->{jump} || chance(0.9) } @{$world->{epochs}};
    my $dead = $node->{dead} // [0, 0];
    @items = grep { $_->{t} < $dead->[0] || $_->{t} > $dead->[1] } @items;
    push @items, grep { $_->{t} <= $stop } @{$node->{acts}};
    @items = sort { $a->{t} <=> $b->{t} } grep { $_->{t} < $stop } @items;
    return ($from, $stop, @items);
}

sub who { my ($world, $node) = @_; return "rolld is here: $node->{name} of $world->{cluster}, group " . ($node->{group} // 'all') }

sub text_of {
    my ($world, $node) = @_;
    my ($from, $stop, @items) = items_of($world, $node);
    my $rolld = $world->{format} eq 'rolld';
    my @lines;
    push @lines, rolld_line($node, $from, who($world, $node)) if $rolld;
    for my $item (@items) {
        push @lines, $item->{noise} ? noise_line($node, $item->{t})
                   : $rolld ? rolld_line($node, $item->{t}, $item->{text} // rolld_text($item))
                   : phaseline_line($node, $item);
    }
    push @lines, $rolld ? rolld_line($node, $stop, 'lease renewed')
                        : phaseline_line($node, {t => $stop, how => 'note', phase => ''}) =~ s/$/ msg="the end"/r;
    return @lines;
}

sub write_gz {                                         # whole, and the beginning of more
    my ($world, $name, $text, $is_cut) = @_;
    my $path = put($world, $name, $text);
    Base::run_in("$world->{out}/logs", 'gzip', '-n', $name);
    pop @{$world->{files}};
    push @{$world->{files}}, "$name.gz";
    return if !$is_cut;
    open my $to, '>>:raw', "$path.gz" or die "$path.gz: $!\n";
    print $to "\x1f\x8b\x08\0\0\0\0\0\0\3\xcb\x48";
    close $to;
}

sub write_node {
    my ($world, $node) = @_;
    my @lines = text_of($world, $node);
    my $base = $world->{format} eq 'rolld' ? "$node->{name}.rolld.log" : "$node->{name}.log";
    my $folder = $world->{folders} ? "$node->{name}/" : '';
    s/\n/\r\n/ for $world->{crlf} ? @lines : ();
    if ($node->{ending} && $node->{ending} eq 'silent' && chance(0.5) && @{$world->{hosts}} < 200) {
        expect($world, 'coverage.truncated', '', '*', '');
        return write_gz($world, $base, join('', @lines), 1);
    }
    if (chance(0.1) && @lines > 6 && !$node->{jump} && !$node->{nameless}) {                    # rotated, with or without lines that are in both
        my $at = between(2, $#lines - 1);
        put($world, "$folder$base.1", join '', @lines[0 .. $at]);
        my @rest = @lines[(chance(0.5) ? $at + 1 : $at - 1) .. $#lines];
        my ($stamp) = join('', @rest) =~ /^(20\S+Z)/m;
        unshift @rest, "$stamp INFO rolld: " . who($world, $node) . ($world->{crlf} ? "\r\n" : "\n") if $stamp && $world->{format} eq 'rolld';
        return put($world, "$folder$base", join '', @rest);
    }
    if (chance(0.02) && $world->{format} eq 'rolld') {  # a file that is named after somebody else
        @{$node->{acts}} ? expect($world, 'coverage.conflict', '', '*', '') : maybe($world, 'coverage.conflict', '');
        return put($world, 'ghost' . between(1, 9) . "-$base", join '', @lines);
    }
    my ($first) = grep { $lines[$_] =~ /event=enter$/ } 0 .. $#lines;
    if (defined $first && chance(0.03)) {               # bytes that are no text, behind a mark that says UTF-8
        expect($world, 'coverage.undecodable', '', '*', '');
        $lines[$first] =~ s/$/ msg="caf\xff"/;
        return put($world, "$folder$base", "\xef\xbb\xbf" . join '', @lines);
    }
    put($world, "$folder$base", join '', @lines);
}

sub write_all {
    my ($world) = @_;
    my $run = $world->{runs}[-1];
    my $epochs = between(12, 24);
    my $from = $world->{begin} - 30_000;
    $world->{epochs} = $world->{pairs} ? [map { [$_ + 100, $from + int(($run->{end} - 5000 - $from) * $_ / $epochs)] } 0 .. $epochs - 1] : [];
    if ($world->{commit}) {
        my ($what, $at) = @{$world->{commit}};
        my $writer = pick(grep { !$_->{cut} && !$_->{off} && !$_->{jump} } @{$run->{nodes}}) // pick(@{$run->{nodes}});
        my @text = $what eq 'level' ? ('cluster level begins', 'cluster level ends') : ('format raise', 'format raised');
        push @{$writer->{acts}}, map { {t => $at + 5000 * $_, how => 'text', phase => '', text => $text[$_]} } 0, 1;
    }
    if (!$world->{own}) {                                # one log for all
        my @all = map { my ($node, @items) = ($_, @{$_->{acts}}); map { [$node, $_] } @items } @{$run->{nodes}};
        my @lines = map { phaseline_line(@$_) } sort { $a->[1]{t} <=> $b->[1]{t} } @all;
        my $last = $run->{nodes}[0];
        push @lines, phaseline_line($last, {t => $run->{end}, how => 'note', phase => ''}) =~ s/$/ msg="the end"/r;
        return put($world, 'upgrade.log', join '', @lines);
    }
    write_node($world, $_) for @{$run->{nodes}};
}

# ---- a cluster

sub fill_dialect {
    my ($world) = @_;
    open my $from, '<', "$world->{here}/roll.yaml" or die "roll.yaml: $!\n";
    open my $to, '>', "$world->{out}/roll.yaml" or die "roll.yaml: $!\n";
    while (my $line = <$from>) {
        $line =~ s/\@PARALLEL\@/$world->{parallel}/;
        print $to $line;
    }
    close $to or die "roll.yaml: $!\n";
    $world->{options} = '--dialect-file roll.yaml';
}

sub make_ranked {
    my ($world) = @_;
    $world->{format} = chance(0.65) ? 'rolld' : 'phaseline';
    $world->{is_roll} = $world->{format} eq 'rolld' || chance(0.4);
    $world->{model} = $world->{is_roll} ? roll_model() : level_model();
    my $count = $world->{count};
    $world->{own} = $world->{format} eq 'rolld' || chance(0.8);
    $world->{parallel} = $count > 100 ? between(5, 20) : $count > 12 ? between(1, 6) : between(1, 3);
    $world->{grouped} = $world->{format} eq 'rolld' && $count > 2 && chance(0.5);
    $world->{pairs} = $world->{format} eq 'rolld' && chance(0.6);
    $world->{style} = pick(qw(implied explicit mixed));
    $world->{folders} = chance(0.2) && $world->{format} eq 'rolld';
    $world->{crlf} = chance(0.1);
    $world->{base} = {map { $_ => $usual{$_} * (0.5 + rand) } sort keys %usual};
    my @groups = $world->{grouped} ? qw(front back spare) : ('all');
    my $prefix = pick('n', 'db-', 'web', 'HVC01-N');
    $world->{hosts} = [map { {name => $prefix . $_, group => $world->{format} ne 'rolld' ? undef
                              : $groups[$_ == 1 ? 0 : $_ == 2 ? $#groups > 0 : int rand @groups], acts => []} } 1 .. $count];
    fill_dialect($world);
    my $runs = $count < 80 && chance(0.15) ? 2 : 1;
    my $t = $world->{begin};
    for my $no (1 .. $runs) {
        my $end = make_run($world, $no, $t, $no == $runs);
        $t = $end + between(26, 300) * 3_600_000;
    }
    set_clocks($world);
    judge($world, $_) for @{$world->{runs}};
    if ($world->{format} eq 'phaseline' && $world->{own} && $runs == 1 && chance(0.05)) {
        my ($node) = grep { $_->{done} && $_->{story} eq 'ok' && !$_->{jump} } @{$world->{runs}[0]{nodes}};
        ($node->{nameless}, $world->{nameless}) = (1, 1) if $node;
        expect($world, 'coverage.no-node', '', '*', '') if $node;
    }
    write_all($world);
}

1;
