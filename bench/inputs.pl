#!/usr/bin/perl
# inputs.pl - makes the inputs of run.sh on standard output, the same bytes for the same arguments:
#
#     inputs.pl KIND SIZE [SEED]
#
#     cluster   SIZE bytes, rounded up to whole lines, of a cluster.log with one event in 20,000 lines
#     dense     SIZE lines of our own log, each an event
#     events    SIZE normal lines of Windows events, one in 100 of a cluster (for evtx_make)
#     line      one line of SIZE bytes, behind a small log
#     members   a tar with SIZE small members
#     archives  SIZE small zip archives; these become files in the folder SEED
#
# Of a cluster.log a block of 8 MiB is made once; each copy of it is an hour later.
use strict;
use warnings;
no warnings "redundant"; # a stamp may end before its seconds
use Compress::Raw::Zlib;
use Time::Local 'timegm';

use constant BLOCK_BYTES => 8 << 20;
use constant EPOCH => timegm(0, 0, 0, 1, 2, 2026); # 2026-03-01

my ($kind, $size, $seed) = @ARGV;
die "usage: inputs.pl KIND SIZE [SEED]\n" if !defined $size || $size !~ /^\d+$/;

# Numbers of our own: those of perl depend on how it was built.
my $state = $kind ne 'archives' && defined $seed ? $seed : 1;
my $node = $state;

sub random {
    my ($below) = @_;
    $state = ($state * 1103515245 + 12345) & 0x7fffffff;
    return ($state >> 8) % $below;
}

sub pick {
    return $_[random(scalar @_)];
}

sub stamp {
    my ($seconds, $format) = @_;
    my ($s, $m, $h, $day, $month, $year) = gmtime(EPOCH + $seconds);
    return sprintf $format, $year + 1900, $month + 1, $day, $h, $m, $s;
}

# ---- cluster.log
my @groups = ('Files (A)', 'SQL Server (PROD)', 'Print Server', 'VM app17', 'VM db03', 'Available Storage');
my @chatter = (
    sub { sprintf '[RES] Physical Disk <Cluster Disk %d>: IsAlive sanity check for disk %d, status 0', random(24), random(24) },
    sub { sprintf '[RCM] rcm::RcmApi::GetResourceState: resource %s, pending %d', pick(@groups), random(2) },
    sub { sprintf '[API] s_ApiGetQuorumResource final status %d.', random(2) },
    sub { sprintf '[NM] Received request from client address HVC01-N%d.corp.example.', 1 + random(4) },
    sub { sprintf '[GUM] Node %d: Executing GetSynchronizedWith sequence %d from node %d, lock mode %d', $node, random(90000), 1 + random(4), random(3) },
    sub { sprintf '[NETFTAPI] Signaled NetftRemoteReachable event, local address 10.4.%d.%d:3343 remote address 10.4.%d.%d:3343', map { random(250) } 1 .. 4 },
    sub { sprintf '[DCM] FilterAgent: IoTimeout %08x on volume %x, csv flags %04x, mapping %x', map { random(65536) } 1 .. 4 },
    sub { sprintf '[RES] Network Name <%s>: Performing actual health check of the name and its %d providers', pick(@groups), random(5) },
    sub { sprintf '[CHANNEL 10.4.2.%d:~3343~] graceful close, status (of previous failure, may not indicate problem) ERROR_SUCCESS(0)', random(250) },
);
my $view = 1000;

# Node 5 leaves, comes, is looked for.
sub event {
    my ($nth) = @_;
    my $old = $view++;
    my $form = '[CORE] Node %d: New View is <ViewChanged joiners=(%s) downers=(%s) newView=%d(%s) oldView=%d(%s) joiner=false form=false/> (Start Dispatch)';
    return sprintf $form, $node, q(), 5, $view, q(1 2 3 4), $old, q(1 2 3 4 5) if $nth % 3 == 0;
    return "[NODE] Node $node: New join with n5: stage: 'Attempt Initial Connection' status (10060) reason: 'Failed to connect to remote endpoint 10.4.2.45:~3343~'" if $nth % 3 == 1;
    return sprintf $form, $node, 5, q(), $view, q(1 2 3 4 5), $old, q(1 2 3 4);
}

sub cluster_block {
    my ($text, $lines, $events) = ('', 0, 0);
    my $stamp = stamp(0, '%04d/%02d/%02d-%02d');
    while (length $text < BLOCK_BYTES && length $text < $size) {
        my $is_event = $lines++ % 20000 == 10007;
        my $ms = int(length($text) / BLOCK_BYTES * 3600_000);
        $text .= sprintf "%08x.%08x::%s:%02d:%02d.%03d %-5s %s\n", 0xd40, 0x1000 + random(64) * 4, $stamp,
            $ms / 60000, $ms / 1000 % 60, $ms % 1000, pick('INFO', 'INFO', 'INFO', 'WARN'),
            $is_event ? event($events++) : pick(@chatter)->();
    }
    return $text;
}

sub cluster {
    my $head = "[=== Cluster ===]\n\nUTC = localtime + time zone offset;the time zone offset of this machine is 0\n"
        . "The logs were generated using Coordinated Universal Time (UTC).\nCurrent node: name (HVC01-N$node) id ($node)\n\n[=== Cluster Logs ===]\n";
    my $block = cluster_block();
    print $head;
    my ($left, $hour) = ($size - length $head, 0);
    while ($left > 0) {
        my $stamp = stamp(3600 * $hour++, '%04d/%02d/%02d-%02d');
        $block =~ s{::\K\d{4}/\d\d/\d\d-\d\d}{$stamp}g;
        if ($left < length $block) {
            my $end = index $block, "\n", $left - 1;
            print substr $block, 0, $end + 1;
            last;
        }
        print $block;
        $left -= length $block;
    }
}

# ---- our own log
my @phases = qw(Initialize ValidatingUpgrade UpgradingComponents InstallingNewComponents UpgradeComplete);

# A hundred nodes go through five phases, with progress between.
sub dense {
    my $per = int($size / 500) || 1;
    for my $nth (0 .. $size - 1) {
        my ($node, $turn) = ($nth % 100, int($nth / 100));
        my $phase = int($turn / $per);
        my $begins = $turn % $per == 0 && $phase < 5;
        $phase = 4 if $phase > 4;
        printf "time=%s.%06dZ cluster=HVC01 node=n%03d model=wsfc-functional-level phase=%s event=%s\n",
            stamp($turn, '%04d-%02d-%02dT%02d:%02d:%02d'), $node * 9973, $node, $phases[$phase],
            $begins ? 'enter' : "progress msg=$turn";
    }
}

# ---- Windows events
sub events {
    for my $nth (1 .. $size) {
        my $at = stamp($nth, '%04d-%02d-%02dT%02d:%02d:%02d');
        if ($nth % 100 == 50) {
            printf "%s.0000000Z Microsoft-Windows-FailoverClustering/1135 HVC01-N1.corp.example System %d Critical NodeName=HVC01-N%d\n",
                $at, $nth, 2 + random(3);
            next;
        }
        printf "%s.%07dZ Service Control Manager/7036 HVC01-N1.corp.example System %d Information param1=\"%s\" param2=%s\n",
            $at, random(9999999), $nth,
            pick('Windows Update', 'Remote Registry', 'Software Protection', 'WMI Performance Adapter'), pick('running', 'stopped');
    }
}

# ---- archives
sub small_log {
    my ($nth) = @_;
    my $text = '';
    for my $phase (0 .. 4) {
        $text .= sprintf "time=%s.000000Z cluster=C%04d node=n%d model=wsfc-functional-level phase=%s event=enter\n",
            stamp($nth + 60 * $phase, '%04d-%02d-%02dT%02d:%02d:%02d'), $nth / 8, $nth % 8, $phases[$phase];
        $text .= sprintf "time=%s.000000Z the %s %d of node %d is as it was\n",
            stamp($nth + 60 * $phase + $_, '%04d-%02d-%02dT%02d:%02d:%02d'), pick('disk', 'network', 'role'), random(24), random(8)
            for 1 .. 8;
    }
    return $text;
}

sub tar_member {
    my ($name, $text) = @_;
    my $header = pack 'a100 a8 a8 a8 a12 a12 a8 a1 a100 a6 a2 a247', $name, '0000644', '0000000', '0000000',
        sprintf('%011o', length $text), sprintf('%011o', EPOCH), ' ' x 8, '0', '', 'ustar', '00', '';
    substr($header, 148, 8) = sprintf "%06o\0 ", unpack '%32C*', $header;
    return $header . $text . "\0" x (-length($text) % 512);
}

sub members {
    print tar_member(sprintf('logs/n%06d.log', $_), small_log($_)) for 1 .. $size;
    print "\0" x 1024;
}

sub zip {
    my (@files) = @_;
    my ($bytes, $directory) = ('', '');
    my $count = @files / 2;
    while (my ($name, $text) = splice @files, 0, 2) {
        my ($deflate) = Compress::Raw::Zlib::Deflate->new(-WindowBits => -MAX_WBITS, -AppendOutput => 1);
        my $packed = '';
        $deflate->deflate($text, $packed);
        $deflate->flush($packed);
        my $facts = pack 'v v v v v V V V v v', 20, 0, 8, 0, 0x5c61, crc32($text), length $packed, length $text,
            length $name, 0;
        $directory .= pack('V v', 0x02014b50, 20) . $facts . pack('v v v V V', 0, 0, 0, 0, length $bytes) . $name;
        $bytes .= pack('V', 0x04034b50) . $facts . $name . $packed;
    }
    return $bytes . $directory . pack 'V v v v v V V v', 0x06054b50, 0, 0, $count, $count, length $directory,
        length $bytes, 0;
}

# Each holds a log, a text and a table.
sub archives {
    my $folder = $seed // die "inputs.pl: archives need a folder\n";
    for my $nth (1 .. $size) {
        open my $file, '>:raw', sprintf '%s/a%06d.zip', $folder, $nth or die "inputs.pl: $folder: $!\n";
        print $file zip('upgrade.log', small_log($nth), 'readme.txt', "archive $nth\n" x 20, 'disks.csv', "id,state\n$nth,ok\n" x 50);
        close $file or die "inputs.pl: $folder: $!\n";
    }
}

# Behind a small log, so that somebody reads it.
sub line {
    print small_log(1);
    print "x" x (1 << 20) for 1 .. $size >> 20;
    print "x" x ($size & ((1 << 20) - 1)), "\n";
}

my %kinds = (cluster => \&cluster, dense => \&dense, events => \&events, members => \&members, archives => \&archives,
    line => \&line);
binmode STDOUT;
my $make = $kinds{$kind} // die "inputs.pl: no kind '$kind'\n";
$make->();
close STDOUT or die "inputs.pl: $!\n";
