#!/bin/bash
# claims.sh - no dialect reads the logs of another product, and what is of no product gives nothing.
source "$(dirname "$0")/../support.sh"
need_corpus

ingest_anew "$db" .
# Where the logs of a dialect may be, one folder or more; a dialect that is not named here is not checked.
while read -r dialect folders; do
    equal "$dialect reads what is its own" '' "$(sql "
        SELECT path FROM v_source WHERE ' ' || replace(dialect, ',', ' ') || ' ' LIKE '% $dialect %'
        AND instr(' $folders ', ' ' || substr(replace(path, './', ''), 1, instr(replace(path, './', ''), '/') - 1) || ' ') = 0")"
    [ "$(sql "SELECT count(*) FROM v_source WHERE ' ' || replace(dialect, ',', ' ') || ' ' LIKE '% $dialect %'")" -gt 0 ] ||
        fail "$dialect reads nothing of the corpus"
done <<'END'
bosh      bosh
cephadm   ceph
kubeadm   kubeadm
kured     kured
talos     talos
talosctl  talos
galera    galera
kops      kops
END
equal 'and nobody else does' '' "$(sql "
    SELECT path, dialect FROM v_source WHERE (path LIKE '%bosh/%' OR path LIKE '%ceph/%' OR path LIKE '%kubeadm/%'
        OR path LIKE '%kured/%' OR path LIKE '%talos/%' OR path LIKE '%nutanix/%' OR path LIKE '%general/%')
    AND dialect NOT IN ('bosh', 'cephadm', 'kubeadm', 'kured', 'talos', 'talosctl')")"
equal 'nothing is said of what is of no product' 0 "$(sql "
    SELECT count(*) FROM v_event WHERE source LIKE '%nutanix/%' OR source LIKE '%general/%'")"
finish
