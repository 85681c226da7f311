# packages.sh - sourced: the Debian 12 packages that building, and testing, take.
build_packages=(gcc libc6-dev cmake ninja-build pkg-config libarchive-dev libxxhash-dev libyaml-dev
    libpcre2-dev libsqlite3-dev zlib1g-dev liblzma-dev libzstd-dev libbz2-dev liblz4-dev libexpat1-dev)
test_packages=(clang libclang-rt-14-dev clang-format check sqlite3 libarchive-tools zip zstd
    xz-utils bzip2 bsdutils mandoc libevtx-utils tzdata perl)
