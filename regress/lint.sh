#!/bin/sh
# What a compiler does not check: what each process may include, the manual
# pages, and the shape of the source.
set -u
cd "$(dirname "$0")/.."
faults=0

fault() {
	echo "$*" >&2
	faults=$((faults + 1))
}

# A process's files include their own folder, bgplbd/*.h, messages and common.
for part in parent session frontend rde; do
	for other in parent session frontend rde; do
		[ $part = $other ] && continue
		# The parent starts the others by their public header.
		[ $part = parent ] && allowed="bgplbd/$other/$other.h" ||
		    allowed=none
		found=$(grep -Hn "#include \"bgplbd/$other/" \
		    bgplbd/$part/*.[chy] 2>/dev/null | grep -v "\"$allowed\"")
		[ -z "$found" ] || fault "not its own: $found"
	done
done
found=$(grep -Hn '#include "bgplbd/\(parent\|session\|frontend\|rde\)/' \
    bgplbd/*.[ch] bgplbd/messages/*.[ch])
[ -z "$found" ] || fault "not its own: $found"
found=$(grep -Hn '#include "bgplbd' common/*.[ch] bgplbctl/*.[ch] \
    bgplbctl/check/*.[ch] bgplbctl/check/filter/*.[ch] 2>/dev/null)
[ -z "$found" ] || fault "not its own: $found"

# Each library has one user.
only_in() {
	found=$(grep -rnE "#include <$1" --include='*.[chy]' common bgplbd \
	    bgplbctl | grep -v "^$2")
	[ -z "$found" ] || fault "not its own: $found"
}
only_in 'libmnl/' '\(bgplbd/rde/\|bgplbctl/check/net\)'
only_in 'jsmn' bgplbd/frontend/
only_in 'event2/http' bgplbd/frontend/
only_in 'cap-ng' bgplbd/parent/
only_in 'seccomp' bgplbd/parent/

# Every netlink request goes through the gate, which alone sends.
found=$(grep -nE '\<(sendto|sendmsg|sendmmsg|send|write|writev|mnl_socket_send[a-z]*) *\(' \
    bgplbd/rde/*.c | grep -v '^bgplbd/rde/kernel_gate\.c:')
[ -z "$found" ] || fault "sends beside the gate (kernel_gate.h): $found"

for page in man/*.[58]; do
	mandoc -T lint -W warning "$page" || fault "$page: not clean"
done

# Tests that are named to operators.
for name in $(grep -oE '(test|fuzz)_[a-z0-9_]+' SECURITY.md | sort -u); do
	[ -n "$(find regress -name "$name.*")" ] ||
	    grep -rqs "^def $name(" regress/lab/tests ||
	    fault "SECURITY.md: there is no $name"
done

# The unit, with a program that is there.
if command -v systemd-analyze >/dev/null; then
	unit=$(mktemp -d)
	sed 's,@SBINDIR@/bgplbd,/bin/true,' etc/bgplbd.service \
	    > "$unit/bgplbd.service"
	found=$(systemd-analyze verify --man=no "$unit/bgplbd.service" 2>&1 |
	    grep bgplbd.service)
	rm -rf "$unit"
	[ -z "$found" ] || fault "unit: $found"
fi

# The users, as systemd makes them where there are none yet.
if command -v systemd-sysusers >/dev/null; then
	root=$(mktemp -d)
	mkdir "$root/etc"
	found=$(systemd-sysusers --root="$root" - < etc/bgplbd.sysusers 2>&1) &&
	    [ "$(grep -c '^_bgplbd' "$root/etc/passwd")" -eq 4 ] ||
	    fault "users: $found"
	rm -rf "$root"
fi

found=$(find common bgplbd bgplbctl -name '*.[chy]' |
    grep -E '/(util|utils|misc|helpers?)\.')
[ -z "$found" ] || fault "name says nothing: $found"

found=$(find common bgplbd bgplbctl regress -name '*.[chy]' \
    -exec grep -lE '[	 ]$' {} +)
[ -z "$found" ] || fault "blanks at line ends: $found"

found=$(find common bgplbd bgplbctl -name '*.[chy]' -exec wc -l {} + |
    awk '$2 != "total" && $1 > 700')
[ -z "$found" ] || fault "too long, split it: $found"

[ $faults -eq 0 ]
