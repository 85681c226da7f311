# Base.pm - what every invented cluster needs: chance, civil time, files, packing, and the truth.
#
# Times are milliseconds since 1970 in UTC.  A cluster is one hash: {out, seed, truth, ...}.
package Base;
use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(chance pick between around shuffled civil iso put pack_up expect maybe noise_text hex_id);

sub chance  { return rand() < $_[0] }
sub pick    { return $_[int rand @_] }
sub between { my ($low, $high) = @_; return $low + int rand($high - $low + 1) }
sub around  { my ($ms, $spread) = @_; return int($ms * (1 - $spread + 2 * $spread * rand())) }

sub shuffled {
    my @list = @_;
    for (my $i = $#list; $i > 0; $i--) {
        my $k = int rand($i + 1);
        @list[$i, $k] = @list[$k, $i];
    }
    return @list;
}

sub hex_id { return join '', map { sprintf '%x', int rand 16 } 1 .. $_[0] }

# ---- time

# Year, month, day, hour, minute, second, millisecond, weekday (0 is Sunday).
sub civil {
    my $ms = shift;
    my $milli = $ms % 1000;
    my $s = ($ms - $milli) / 1000;
    my $rest = $s % 86400;
    my $days = ($s - $rest) / 86400;
    my $z = $days + 719468;                          # the days since 0000-03-01
    my $era = int($z / 146097);
    my $doe = $z - $era * 146097;
    my $yoe = int(($doe - int($doe / 1460) + int($doe / 36524) - int($doe / 146096)) / 365);
    my $doy = $doe - (365 * $yoe + int($yoe / 4) - int($yoe / 100));
    my $mp = int((5 * $doy + 2) / 153);
    my $month = $mp < 10 ? $mp + 3 : $mp - 9;
    return ($yoe + $era * 400 + ($month <= 2 ? 1 : 0), $month, $doy - int((153 * $mp + 2) / 5) + 1,
            int($rest / 3600), int($rest / 60) % 60, $rest % 60, $milli, ($days + 4) % 7);
}

# 2026-05-01T12:00:00.123, with as many digits of fraction.
sub iso {
    my ($ms, $digits) = @_;
    my ($y, $m, $d, $h, $min, $s, $milli) = civil($ms);
    my $text = sprintf '%04d-%02d-%02dT%02d:%02d:%02d', $y, $m, $d, $h, $min, $s;
    return $digits == 0 ? $text : $text . '.' . sprintf('%03d', $milli) . '0' x ($digits - 3);
}

# ---- the truth

# A finding that must be there, as often as it is expected; `what` is a phase, '*' where it does not matter.
sub expect {
    my ($world, $rule, $node, $what, $run) = @_;
    $world->{truth}{join "\t", 'expect', $rule, $run // 1, $node, $what // '*'}++;
}

# One that nobody can decide: neither wanted nor wrong.
sub maybe {
    my ($world, $rule, $node, $what, $run) = @_;
    $world->{truth}{join "\t", 'maybe', $rule, $run // '*', $node, $what // '*'} = 1;
}

# ---- lines that say nothing

sub noise_text {
    return pick(
        'health check passed', 'cache holds ' . between(100, 90000) . ' items', 'lease renewed for 40s',
        'garbage collected in ' . between(1, 40) . ' ms', 'peer 10.3.' . between(0, 9) . '.' . between(1, 250) . ' says hello',
        'compaction of table ' . between(1, 99) . ' took ' . between(2, 900) . ' ms', 'config reloaded, nothing changed',
        'disk /dev/vd' . pick('a' .. 'd') . ' is ' . between(5, 80) . ' percent full', 'user backup logged in from 10.3.1.' . between(1, 250));
}

# ---- files

sub put {
    my ($world, $name, $text) = @_;
    my $path = "$world->{out}/logs/$name";
    my $folder = $path =~ s{/[^/]+$}{}r;
    system('mkdir', '-p', $folder) == 0 or die "mkdir $folder\n" unless -d $folder;
    open my $to, '>:raw', $path or die "$path: $!\n";
    print $to $text;
    close $to or die "$path: $!\n";
    push @{$world->{files}}, $name;
    return $path;
}

sub run_in {
    my ($folder, @command) = @_;
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        chdir $folder or die "$folder: $!\n";
        open STDOUT, '>', '/dev/null';
        exec @command or die "$command[0]: $!\n";
    }
    waitpid $pid, 0;
    die "@command failed\n" if $? != 0;
}

# Packs the files as they are: each by itself, all in one archive, or not at all.
sub pack_up {
    my $world = shift;
    my @files = grep { !/\.(?:gz|zip|tar)$/ } @{$world->{files}};
    my $logs = "$world->{out}/logs";
    my $how = $world->{packing} // pick('plain', 'plain', 'plain', 'gz', 'tar', 'tar.gz', 'tar.xz');
    $how = 'plain' if @files > 200 && $how eq 'gz';
    $how = 'tar.gz' if $how eq 'tar.xz' && system('command -v xz >/dev/null') != 0;
    return if $how eq 'plain' || !@files;
    return run_in($logs, 'gzip', '-n', @files) if $how eq 'gz';
    my $flag = {'tar' => '', 'tar.gz' => 'z', 'tar.xz' => 'J'}->{$how};
    open my $list, '>', "$world->{out}/list" or die "list: $!\n";
    print $list "$_\n" for @files;
    close $list;
    run_in($logs, 'tar', "-c${flag}f", "../bundle.$how", '-T', '../list');
    run_in($logs, 'rm', '-f', @files);
    rename "$world->{out}/bundle.$how", "$logs/bundle.$how" or die "bundle: $!\n";
}

1;
