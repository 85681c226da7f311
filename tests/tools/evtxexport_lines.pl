#!/usr/bin/perl
# evtxexport_lines.pl - the XML that evtxexport prints, as normal lines (docs/dialects.md, Windows
# events).  It knows nothing of our decoder: it is what our decoder is compared with.
#
# Two things are written otherwise by evtxexport and by Windows: times have nine digits instead of
# seven, and hexadecimal numbers their leading zeros.
use strict;
use warnings;

my @levels = qw(Information Critical Error Warning Information Verbose);
my %entities = (amp => '&', lt => '<', gt => '>', quot => '"', apos => "'");

sub text {
    my ($xml) = @_;
    $xml =~ s/&(\w+);/$entities{$1}/g;
    $xml =~ s/&#(\d+);/chr $1/ge;
    $xml =~ s/&#x([0-9a-fA-F]+);/chr hex $1/ge;
    return $xml;
}

sub value {
    my ($text) = @_;
    $text =~ s/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7})00Z$/$1Z/;
    $text =~ s/^0x0+(?=[0-9a-f])/0x/ if $text =~ /^0x(?:[0-9a-f]{8}|[0-9a-f]{16})$/;
    $text =~ s/\r\n?/\n/g;
    return $text if $text =~ /^[^\s"\\=\x00-\x1f\x7f]+$/;
    $text =~ s/(["\\])/\\$1/g;
    $text =~ s/\n/\\n/g;
    $text =~ s/\t/\\t/g;
    return "\"$text\"";
}

# The content of the one element of that name; '' without one.
sub content {
    my ($xml, $name) = @_;
    return $xml =~ m{<$name(?:\s[^>]*)?>(.*?)</$name>}s ? text($1) : '';
}

sub pairs {
    my ($event) = @_;
    my ($line, $position) = ('', 0);
    if ($event =~ m{<EventData[^>/]*>(.*)</EventData>}s) {
        my $data = $1;
        while ($data =~ m{<(\w+)((?:\s[^>]*?)?)(?:/>|>(.*?)</\1>)}sg) {
            my ($element, $attributes, $value) = ($1, $2, $3 // '');
            my $name = $element;
            if ($element eq 'Data') {
                $position++;
                $name = $attributes =~ /Name="([^"]*)"/ ? text($1) : $position;
            }
            $line .= ' ' . value($name) . '=' . value(text($value));
        }
    }
    if ($event =~ m{<UserData[^>/]*>(.*)</UserData>}s) {
        my $data = $1;
        while ($data =~ m{<([\w:]+)(?:\s[^>]*?)?(?:/>|>([^<]*)</\1>)}sg) {
            $line .= " $1=" . value(text($2 // ''));
        }
    }
    return $line;
}

local $/ = "</Event>\n";
binmode STDIN, ':utf8';
binmode STDOUT, ':utf8';
while (my $event = <STDIN>) {
    next unless $event =~ m{<System>(.*)</System>}s;
    my $system = $1;
    my $provider = $system =~ /<Provider [^>]*?Name="([^"]*)"/ ? text($1) : '-';
    my $time = $system =~ /SystemTime="([^"]*)"/ ? value($1) : '-';
    my $computer = content($system, 'Computer');
    my $channel = content($system, 'Channel');
    my $level = content($system, 'Level') || 0;
    print join(' ', $time, $provider . '/' . (content($system, 'EventID') & 0xffff),
        $computer eq '' ? '-' : $computer, $channel eq '' ? '-' : $channel,
        content($system, 'EventRecordID'), $levels[$level] // 'Information'),
        pairs($event), "\n";
}
