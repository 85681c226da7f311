# Products.pm - clusters of products people run: Galera (a log per node, states), kOps (one log of one program, one
# node after the other), kured (a log per pod, a lock), BOSH (one log, times of day, the date in the footer).
#
# Spans and expectations as in Ranked.pm; lines are [time, text] in the log of whoever writes them.
package Products;
use strict;
use warnings;
use Exporter 'import';
use Base;
use Expert;
our @EXPORT = qw(make_galera make_kops make_kured make_bosh);

my $minute = 60_000;

sub new_node { my (%node) = @_; return {own => 1, spans => [], lines => [], %node} }

sub say_at { my ($node, $t, $text) = @_; push @{$node->{lines}}, [$t, $text] }

# Closes what is open and begins another phase; `rest` is no work, and is never open.
sub enter {
    my ($node, $phase, $t, $is_rest) = @_;
    leave($node, $t) if $node->{open};
    my $span = {phase => $phase, begin => $t, paused => 0, timed => 1, result => 'open'};
    push @{$node->{spans}}, $span;
    $node->{open} = $span if !$is_rest;
    $node->{progress} = $t;
}

sub leave {
    my ($node, $t, $result) = @_;
    my $span = delete $node->{open} // return;
    @$span{qw(end result)} = ($t, $result // 'ok');
    $node->{progress} = $t;
}

sub finish_run {
    my ($world, $model, $nodes, $end) = @_;
    my $run = {no => 1, model => $model, nodes => $nodes, end => $end, history => []};
    $_->{now} //= $end for @$nodes;
    judge($world, $run);
}

sub how_bad { my $count = shift; return chance(0.3) ? 0 : between(1, int(($count + 4) / 5)) }

# ---- Galera

my %galera = (
    CLOSED => {kind => 'state', rest => 1, terminal => 'down'}, DESTROYED => {kind => 'state', rest => 1, terminal => 'down'},
    OPEN => {kind => 'start', limit => 10 * $minute}, PRIMARY => {kind => 'rejoin', limit => 10 * $minute},
    JOINER => {kind => 'rejoin', limit => 120 * $minute}, JOINED => {kind => 'rejoin', limit => 60 * $minute},
    SYNCED => {kind => 'done', rest => 1, terminal => 'done'}, 'DONOR/DESYNCED' => {kind => 'state', limit => 120 * $minute});

sub shift_to {
    my ($node, $t, $from, $to) = @_;
    say_at($node, $t, [Note => "Shifting $from -> $to (TO: " . ($node->{seqno} += between(0, 9)) . ')']);
    enter($node, $to, $t, $galera{$to}{rest});
}

sub galera_join {                                      # from the start of the process to JOINER
    my ($node, $t) = @_;
    $node->{new} = 1;
    say_at($node, $t, [Boot => "/usr/sbin/mysqld (mysqld 8.0.36-28.1) starting as process " . between(100, 9999)]);
    say_at($node, $t + 900, [Note => "gcomm: connecting to group '$node->{cluster}', peer '10.0.3.17:,10.0.3.18:'"]);
    shift_to($node, $t += between(2000, 6000), 'CLOSED', 'OPEN');
    shift_to($node, $t += between(1000, 20_000), 'OPEN', 'PRIMARY');
    shift_to($node, $t += between(500, 3000), 'PRIMARY', 'JOINER');
    return $t;
}

sub galera_down {
    my ($node, $t) = @_;
    shift_to($node, $t, 'SYNCED', 'CLOSED');
    shift_to($node, $t + 1500, 'CLOSED', 'DESTROYED');
    return $t + between(20, 90) * 1000;
}

sub galera_node {
    my ($world, $node, $donor, $t, $story) = @_;
    my $copy = around($world->{copy}, 0.2) * ($story eq 'slow' ? 12 : 1);
    $t = galera_join($node, galera_down($node, $t));
    say_at($_, $t + 100, [Note => "Member 0.0 ($node->{name}) requested state transfer from '*any*'. Selected 1.0 ($donor->{name})(SYNCED) as donor."]) for $node, $donor;
    shift_to($donor, $t + 120, 'SYNCED', 'DONOR/DESYNCED');
    return undef if $story eq 'stall';
    if ($story eq 'silent') {
        $node->{now} = $node->{cut} = $t + between(1000, 9000);
        $copy = 120_000;
    }
    $t += $copy;
    if ($story eq 'fail' || $story eq 'retry') {
        say_at($node, $t - 1000, [Sst => 'Possible timeout in receiving first data from donor in gtid/keyring stage']);
        expect($world, 'known.galera.sst-timeout', $node->{name});
        say_at($node, $t, [Error => 'SST script aborted with error 32 (Broken pipe)']);
        leave($node, $t, 'failed');
        expect($world, $story eq 'fail' ? 'failed' : 'retried', $node->{name}, 'JOINER');
        shift_to($node, $t + 2000, 'JOINER', 'CLOSED');
    }
    shift_to($donor, $t + 300, 'DONOR/DESYNCED', 'JOINED');
    shift_to($donor, $t + 900, 'JOINED', 'SYNCED');
    return $t + 60_000 if $story eq 'fail' || $story eq 'silent';
    if ($story eq 'retry') {
        $t = galera_join($node, $t + 60_000);
        shift_to($donor, $t + 120, 'SYNCED', 'DONOR/DESYNCED');
        $t += around($world->{copy}, 0.2);
        shift_to($donor, $t + 300, 'DONOR/DESYNCED', 'JOINED');
        shift_to($donor, $t + 900, 'JOINED', 'SYNCED');
    }
    shift_to($node, $t += 400, 'JOINER', 'JOINED');
    shift_to($node, $t += between(500, 4000), 'JOINED', 'SYNCED');
    return $t + between(10, 120) * 1000;
}

sub galera_line {
    my ($t, $is_new, $level, $text) = @_;
    my $stamp = iso($t, 6) . 'Z';
    return "$stamp 0 [System] [MY-010116] [Server] $text\n" if $level eq 'Boot';
    return "$stamp 0 [ERROR] [MY-000000] [WSREP-SST] $text\n" if $level eq 'Sst';
    return "$stamp 0 [ERROR] [MY-000000] [WSREP] $text\n" if $level eq 'Error';
    return $is_new ? "$stamp 0 [$level] [MY-000000] [Galera] $text\n" : "$stamp 0 [$level] WSREP: $text\n";
}

sub write_galera {
    my ($world, $node, $end) = @_;
    my $stop = $node->{cut} // $end;
    say_at($node, $world->{begin} + int(rand($stop - $world->{begin})), [Note => noise_text()]) for 1 .. between(1, 20);
    my $is_new = 0;
    my $text = galera_line($world->{begin} - 60_000, 0, 'Note', "Opened channel '$world->{cluster}'");
    for my $line (sort { $a->[0] <=> $b->[0] } grep { $_->[0] < $stop } @{$node->{lines}}) {
        $is_new ||= $line->[1][0] eq 'Boot';
        $text .= galera_line($line->[0], $is_new, @{$line->[1]});
        $text .= "View:\n  id: 3a0f\n  members(3):\n" if chance(0.1);
    }
    put($world, "$node->{name}.log", $text . galera_line($stop, $is_new, 'Note', 'Turning parallel off'));
}

sub make_galera {
    my $world = shift;
    my $count = $world->{count} < 3 ? 3 : $world->{count} > 30 ? 30 : $world->{count};
    my @nodes = map { new_node(name => "db$_", cluster => $world->{cluster}, seqno => between(1, 9000)) } 1 .. $count;
    my ($bad, $t) = (how_bad($count), $world->{begin});
    $world->{copy} = between(20, 900) * 1000;
    my @order = shuffled(0 .. $#nodes);
    my %bad = map { $_ => 1 } (shuffled(@order))[0 .. $bad - 1];
    my %out;
    for my $i (@order) {
        my ($donor) = shuffled(grep { !$out{$_} && $_ != $i } 0 .. $#nodes);
        last if !defined $donor;
        my $story = $bad{$i} ? pick(qw(stall fail retry silent slow)) : 'ok';
        my $next = galera_node($world, $nodes[$i], $nodes[$donor], $t, $story);
        $out{$i} = 1 if $story ne 'ok' && $story ne 'slow' && $story ne 'retry';
        $out{$donor} = 1 if $story eq 'stall';
        $t = $next // $t + between(60, 900) * 1000;
    }
    my $end = $t + between(60, pick(600, 12_000)) * 1000;
    write_galera($world, $_, $end) for @nodes;
    finish_run($world, \%galera, [grep { @{$_->{spans}} } @nodes], $end);
}

# ---- kOps

my %kops = (drain => {kind => 'drain', limit => 15 * $minute}, replace => {kind => 'reboot', limit => 30 * $minute},
            validate => {kind => 'verify', limit => 20 * $minute});

sub klog {
    my ($t, $level, $file, $text) = @_;
    my (undef, $m, $d, $h, $min, $s, $milli) = civil($t);
    return sprintf "%s%02d%02d %02d:%02d:%02d.%03d000    4711 %s:%d] %s\n", $level, $m, $d, $h, $min, $s, $milli, $file, between(100, 400), $text;
}

sub kops_node {
    my ($world, $log, $node, $t, $story) = @_;
    my $base = $world->{kops};
    my $note = sub { push @$log, klog($t, $_[1] // 'I', 'instancegroups.go', $_[0]) };
    my $dur = sub { my $ms = around($base->{$_[0]}, 0.2); return $story eq "slow-$_[0]" ? $ms * 15 : $ms };
    if ($story eq 'backward' || $world->{drains}) {
        $note->("Draining the node: \"$node->{name}\".");
        enter($node, 'drain', $t);
        $t += $dur->('drain');
        $note->('Waiting for 1m30s for pods to stabilize after draining.') if chance(0.4);
    }
    if ($story ne 'skipped') {
        $note->("Stopping instance \"i-" . hex_id(8) . "\", node \"$node->{name}\", in group \"$node->{group}\" (this may take a while).");
        enter($node, 'replace', $t);
        return (undef, $t) if $story eq 'stall-replace';
        $t += $dur->('replace');
    }
    if ($story eq 'backward') {
        expect($world, 'order.backward', $node->{name}, 'drain');
        $note->("Draining the node: \"$node->{name}\".");
        enter($node, 'drain', $t);
        $t += $dur->('drain');
        $note->("Stopping instance \"i-" . hex_id(8) . "\", node \"$node->{name}\", in group \"$node->{group}\" (this may take a while).");
        enter($node, 'replace', $t);
        $t += $dur->('replace');
    }
    $note->('Validating the cluster.');
    enter($node, 'validate', $t);
    my $retry = 'Cluster did not pass validation, will retry in "30s": machine "i-0a01" has not yet joined cluster.';
    if ($story eq 'stall-validate') {
        for (1 .. between(2, 80)) {
            $t += 30_000;
            $note->($retry);
        }
        return (undef, $t);
    }
    my $until = $t + $dur->('validate');
    for (1 .. between(0, 3)) {
        $t += int(($until - $t) / 3);
        $note->($retry);
    }
    $t = $until;
    if ($story eq 'fail') {
        $note->('Cluster did not validate within 15m0s', 'E');
        leave($node, $t, 'failed');
        expect($world, 'failed', $node->{name}, 'validate');
        push @$log, "error validating cluster after removing a node: cluster did not validate within a duration of \"15m0s\"\n" if chance(0.5);
        return (undef, $t);
    }
    if ($world->{validated}) {
        $note->('Cluster validated.');
        leave($node, $t);
    }
    return ($t + between(500, 3000), $t);
}

sub make_kops {
    my $world = shift;
    my $count = $world->{count} > 60 ? 60 : $world->{count};
    my $name = "$world->{cluster}.k8s.local";
    my $masters = $count > 3 ? pick(1, 3) : 1;
    my @nodes = map { new_node(name => 'ip-10-0-' . int($_ / 100) . '-' . $_ % 100, own => 0,
                               group => $_ <= $masters ? "master-eu-west-1a.masters.$name" : "nodes.$name") } 1 .. $count;
    $world->{kops} = {drain => between(10, 120) * 1000, replace => between(60, 300) * 1000, validate => between(30, 200) * 1000};
    $world->{drains} = chance(0.8);
    $world->{validated} = chance(0.8);
    my @stories = ('slow-replace', 'slow-validate', 'stall-replace', 'stall-validate', 'fail', 'backward', $world->{drains} ? ('slow-drain', 'skipped') : ());
    my %bad = map { $_ => pick(@stories) } (shuffled(0 .. $#nodes))[0 .. how_bad($count) - 1];
    my ($t, @log) = ($world->{begin});
    my $last = $t;
    for my $i (0 .. $#nodes) {
        my $story = $bad{$i} // 'ok';
        expect($world, 'order.skipped', $nodes[$i]{name}) if $story eq 'skipped';
        ($t, $last) = kops_node($world, \@log, $nodes[$i], $t, $story);
        last if !defined $t;
        if ($i < $#nodes) {
            leave($nodes[$i], $t) if $nodes[$i]{open};
        }
    }
    my $end = $last + 1000;
    if (defined $t) {
        push @log, klog($end = $t, 'I', 'rollingupdate.go', "Rolling update completed for cluster \"$name\"!");
        leave($nodes[-1], $end) if $nodes[-1]{open};
    } elsif (chance(0.7) && $log[-1] !~ /validat/) {
        push @log, klog($end = $last + between(60, 9000) * 1000, 'I', 'request_logger.go', noise_text());
    } else {
        $end = $last;
    }
    my $path = put($world, 'rolling-update.log', join '', @log);
    utime $end / 1000, $end / 1000, $path or die "$path: $!\n";
    finish_run($world, \%kops, [grep { @{$_->{spans}} } @nodes], $end);
}

# ---- kured

my %kured = (waiting => {kind => 'queued'}, locked => {kind => 'precheck', limit => 10 * $minute},
             drain => {kind => 'drain', limit => 15 * $minute}, reboot => {kind => 'reboot', limit => 15 * $minute},
             uncordon => {kind => 'resume', limit => 5 * $minute}, released => {kind => 'done', terminal => 'done', rest => 1});

sub logfmt { my ($node, $t, $text, $level) = @_; say_at($node, $t, 'time="' . iso($t, 0) . 'Z" level=' . ($level // 'info') . " msg=\"$text\"\n") }

sub kured_start {
    my ($node, $t) = @_;
    logfmt($node, $t, 'Kubernetes Reboot Daemon: 1.9.2');
    logfmt($node, $t, "Node ID: $node->{name}");
    logfmt($node, $t, 'Lock Annotation: kube-system/kured:weave.works/kured-node-lock');
}

sub whole { return 1000 * int($_[0] / 1000) }

sub kured_node {
    my ($world, $node, $holder, $t, $story) = @_;
    my $dur = sub { my $ms = whole(around($world->{kured}{$_[0]}, 0.2)); return $story eq "slow-$_[0]" ? 15 * $ms : $ms };
    if ($holder && chance(0.5) || $story eq 'queued') {
        my $from = $t - whole(between(60, 1200) * 1000);
        $from = $world->{begin} if $from < $world->{begin};
        for (my $at = $from; $at < $t; $at += 60_000) {
            logfmt($node, $at, 'Lock already held: ' . ($holder // 'pool-x-9'), 'warning');
        }
        if ($from < $t) {
            enter($node, 'waiting', $from);
            return $t if $story eq 'queued';
        }
        return $t if $story eq 'queued';
    }
    logfmt($node, $t, 'Acquired reboot lock');
    enter($node, 'locked', $t);
    logfmt($node, $t += 1000, "Draining node $node->{name}");
    enter($node, 'drain', $t);
    return undef if $story eq 'stall';
    my $drain = $dur->('drain');
    for my $pod (1 .. between(0, 5)) {
        logfmt($node, $t + whole($drain * $pod / 6), "pod \\\"cart-$pod\\\" evicted");
        $node->{progress} = $t + whole($drain * $pod / 6);
    }
    $t += $drain;
    if ($story eq 'fail' || $story eq 'retry') {
        logfmt($node, $t, "Error draining $node->{name}: global timeout reached: 15m0s", 'error');
        leave($node, $t, 'failed');
        expect($world, $story eq 'fail' ? 'failed' : 'retried', $node->{name}, 'drain');
        return $t + 60_000 if $story eq 'fail';
        logfmt($node, $t += 60_000, "Draining node $node->{name}");
        enter($node, 'drain', $t);
        $t += $dur->('drain');
    }
    logfmt($node, $t, "Commanding reboot for node: $node->{name}");
    enter($node, 'reboot', $t);
    if ($story eq 'silent') {
        $node->{now} = $node->{cut} = $t + 1000;
        return $t + 600_000;
    }
    kured_start($node, $t += $dur->('reboot'));
    leave($node, $t);
    logfmt($node, $t += 1000, 'Holding lock');
    logfmt($node, $t, "Uncordoning node $node->{name}");
    enter($node, 'uncordon', $t);
    logfmt($node, $t += $dur->('uncordon'), 'Releasing lock');
    enter($node, 'released', $t, 1);
    return $t + whole(between(5, 100) * 1000);
}

sub make_kured {
    my $world = shift;
    my $count = $world->{count} > 60 ? 60 : $world->{count};
    $world->{begin} = whole($world->{begin});
    my @nodes = map { new_node(name => "pool-a-$_") } 1 .. $count;
    $world->{kured} = {drain => between(15, 200) * 1000, reboot => between(60, 200) * 1000, uncordon => between(2, 10) * 1000};
    my %bad = map { $_ => pick(qw(slow-drain slow-reboot stall fail retry silent queued)) } (shuffled(0 .. $#nodes))[0 .. how_bad($count) - 1];
    my ($t, $holder) = ($world->{begin} + 60_000);
    kured_start($_, $world->{begin} - 60_000) for @nodes;
    for my $i (0 .. $#nodes) {
        my $next = kured_node($world, $nodes[$i], $holder, $t, $bad{$i} // 'ok');
        $holder = $nodes[$i]{name};
        $t = $next // whole($t + between(60, 3000) * 1000);
    }
    my $end = whole($t + between(60, pick(600, 9000)) * 1000);
    for my $node (@nodes) {
        my $stop = $node->{cut} // $end;
        logfmt($node, whole($world->{begin} + int(rand($stop - $world->{begin}))), noise_text()) for 1 .. between(1, 10);
        my @lines = sort { $a->[0] <=> $b->[0] } grep { $_->[0] < $stop } @{$node->{lines}};
        logfmt($node, $stop, 'Reboot not required');
        put($world, "$node->{name}/kured.log", join '', map { $_->[1] } @lines, $node->{lines}[-1]);
    }
    finish_run($world, \%kured, [grep { @{$_->{spans}} } @nodes], $end);
}

# ---- BOSH

my %bosh = (update => {kind => 'install', limit => 30 * $minute}, map { $_->[0] => {kind => $_->[1], limit => $_->[2] * $minute, parent => 1} }
            ['pre-stop', 'precheck', 5], ['drain', 'drain', 20], ['stop', 'stop', 5], ['post-stop', 'reboot', 15], ['packages', 'install', 10],
            ['configure', 'install', 5], ['pre-start', 'start', 10], ['start', 'start', 10], ['post-start', 'verify', 10]);
my @bosh_steps = (['executing pre-stop', 'pre-stop'], ['executing drain', 'drain'], ['stopping jobs', 'stop'], ['executing post-stop', 'post-stop'],
                  ['installing packages', 'packages'], ['configuring jobs', 'configure'], ['executing pre-start', 'pre-start'],
                  ['starting jobs', 'start'], ['executing post-start', 'post-start']);

sub clock { my (undef, undef, undef, $h, $m, $s) = civil($_[0]); return sprintf '%02d:%02d:%02d', $h, $m, $s }

sub hms { my $s = int($_[0] / 1000); return sprintf '%02d:%02d:%02d', int($s / 3600), int($s / 60) % 60, $s % 60 }

sub ctime {
    my ($y, $m, $d, $h, $min, $s, undef, $day) = civil($_[0]);
    return sprintf '%s %s %2d %02d:%02d:%02d UTC %04d', (qw(Sun Mon Tue Wed Thu Fri Sat))[$day],
        (qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec))[$m - 1], $d, $h, $min, $s, $y;
}

sub bosh_node {
    my ($world, $node, $t, $story, $canary) = @_;
    my ($from, $first) = ($t, "$node->{name} ($node->{nth})$canary");
    my $line = sub { push @{$world->{log}}, [$_[0], "Task 41 | " . clock($_[0]) . " | $_[1]\n"] };
    $line->($t, "Updating instance $node->{group}: $first");
    my $whole = {phase => 'update', begin => $t, paused => 0, timed => 1, result => 'open'};
    my $slow = $story eq 'slow' ? int rand @bosh_steps : -1;
    my $stop = $story eq 'fail' || $story eq 'stall' ? int rand @bosh_steps : -1;
    $t += 1000;
    for my $i (0 .. $#bosh_steps) {
        my ($text, $phase) = @{$bosh_steps[$i]};
        my $dur = whole(around($world->{bosh}[$i], 0.2)) + 1000;
        $dur *= 40 if $i == $slow;
        my $is_last = $i == $stop ? $story eq 'fail' : $i == $#bosh_steps;
        $line->($t, "L $text: $first" . ($is_last ? ' (' . hms($t + $dur - $from) . ')' : ''));
        enter($node, $phase, $t);
        if ($i == $stop) {
            push @{$node->{spans}}, $whole;
            $node->{progress} = $t;
            return undef if $story eq 'stall';
            push @{$world->{log}}, [$t, "                  L Error: Action Failed get_task: Task " . hex_id(6) . " result: 1 of 3 $phase scripts failed. Failed Jobs: broker. Successful Jobs: dns, agent.\n"];
            leave($node, $t + $dur, 'failed');
            @$whole{qw(end result)} = ($t + $dur, 'failed');
            expect($world, 'failed', $node->{name});
            expect($world, 'known.bosh.script-failed', $node->{name});
            return undef;
        }
        $t += $dur;
    }
    leave($node, $t);
    @$whole{qw(end result)} = ($t, 'ok');
    push @{$node->{spans}}, $whole;
    return $t + 1000;
}

sub make_bosh {
    my $world = shift;
    my $count = $world->{count} > 60 ? 60 : $world->{count};
    $world->{begin} = whole($world->{begin});
    $world->{log} = [];
    my @groups = ('queue', 'web', 'worker')[0 .. between(0, 2)];
    my @nodes = map { my $g = $groups[int(($_ - 1) * @groups / $count)];
                      new_node(name => "$g/" . join('-', map { hex_id($_) } 8, 4, 4, 4, 12), group => $g, nth => $_, own => 0) } 1 .. $count;
    $world->{bosh} = [map { between(1, 40) * 1000 } @bosh_steps];
    my %bad = map { $_ => pick(qw(slow slow stall fail)) } (shuffled(0 .. $#nodes))[0 .. how_bad($count) - 1];
    my ($t, $last) = ($world->{begin} + 10_000, $world->{begin});
    my (%seen, $is_cut_off);
    for my $i (0 .. $#nodes) {
        my $story = $bad{$i} // 'ok';
        my $next = bosh_node($world, $nodes[$i], $t, $story, $seen{$nodes[$i]{group}}++ ? '' : ' (canary)');
        $last = $next // ($nodes[$i]{progress} + 1000);
        $is_cut_off = !defined $next;
        $t = $next // last;
    }
    my $end = $last + ($is_cut_off ? whole(between(5, pick(60, 9000)) * 1000) : 1000);
    my @lines = map { $_->[1] } @{$world->{log}};
    my $began = ctime($world->{begin});
    push @lines, "\nTask 41 Started  $began\nTask 41 Finished " . ctime($end) . "\nTask 41 Duration " . hms($end - $world->{begin})
               . "\nTask 41 " . (grep({ /Error/ } @lines) ? 'error' : 'done') . "\n";
    put($world, 'task-41.log', "Task 41\n\n" . join '', @lines);
    finish_run($world, \%bosh, [grep { @{$_->{spans}} } @nodes], $end);
}

1;
