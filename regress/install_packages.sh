#!/bin/sh
# Installs the named Debian packages that are missing.  Services that a package
# would start (a Docker engine, a router) stay down: the tests start their own.
set -eu

missing=
for package; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) ||
	    status=
	[ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
	echo "These packages are missing, be root to install them:$missing" >&2
	exit 1
fi

policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	trap 'rm -f $policy' EXIT
	trap 'exit 1' HUP INT TERM
	printf '#!/bin/sh\nexit 101\n' > $policy
	chmod 755 $policy
fi

log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
echo "Installing:$missing"
# shellcheck disable=SC2086
if ! { apt-get update && apt-get install -y --no-install-recommends $missing
    } > "$log" 2>&1; then
	cat "$log" >&2
	rm -f "$log"
	exit 1
fi
rm -f "$log"
