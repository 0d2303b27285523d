#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

#include "bgplbctl/check/netns.h"
#include "common/log.h"

#define PATH_SIZE	160
#define SYSCTL_MAX	1024	/* none of ours is larger */
#define ANSWER_SECONDS	5
#define NETNS_MAX	65536

static int home = -1;		/* the namespace that the program was started in */

static int
open_netns(const char *process)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/proc/%.20s/ns/net", process);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Which namespaces a process was seen in already, by inode, sorted. */
struct inodes {
	ino_t	*list;
	size_t	 n;
};

static bool
is_new(struct inodes *seen, ino_t inode)
{
	size_t low = 0, high = seen->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (seen->list[middle] == inode)
			return false;
		if (seen->list[middle] < inode)
			low = middle + 1;
		else
			high = middle;
	}
	if (seen->n == NETNS_MAX)
		return false;
	seen->list = xreallocarray(seen->list, seen->n + 1, sizeof(inode));
	memmove(seen->list + low + 1, seen->list + low,
	    (seen->n - low) * sizeof(inode));
	seen->list[low] = inode;
	seen->n++;
	return true;
}

/* The number of a process's namespace, if it has one and is another one. */
static int
number_of(struct netlink *netlink, const char *process, struct inodes *seen)
{
	int fd = open_netns(process), number = NETNS_NONE;
	struct stat st;

	if (fd == -1)
		return NETNS_NONE;
	if (fstat(fd, &st) == 0 && is_new(seen, st.st_ino))
		number = netlink_netns_number(netlink, fd);
	close(fd);
	return number;
}

static bool
is_number(const char *name)
{
	return name[0] != '\0' && strspn(name, "0123456789") == strlen(name);
}

int
netns_list(struct netlink *netlink, struct netns_entry **list, size_t *n)
{
	struct inodes seen = { .list = NULL };
	struct dirent *entry;
	DIR *dir;
	int number;

	*list = NULL;
	*n = 0;
	if ((dir = opendir("/proc")) == NULL)
		return -1;
	number_of(netlink, "self", &seen);
	while ((entry = readdir(dir)) != NULL) {
		if (!is_number(entry->d_name) || (number = number_of(netlink,
		    entry->d_name, &seen)) == NETNS_NONE)
			continue;
		*list = xreallocarray(*list, *n + 1, sizeof(**list));
		(*list)[*n].pid = (pid_t)atoi(entry->d_name);
		(*list)[(*n)++].number = number;
	}
	closedir(dir);
	free(seen.list);
	return 0;
}

int
netns_enter(pid_t pid)
{
	char process[24];
	int fd, rc, saved;

	if (home == -1 && (home = open_netns("self")) == -1)
		return -1;
	snprintf(process, sizeof(process), "%ld", (long)pid);
	if ((fd = open_netns(process)) == -1)
		return -1;
	rc = setns(fd, CLONE_NEWNET);
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}

void
netns_leave(void)
{
	if (setns(home, CLONE_NEWNET) == -1)
		fatal("cannot go back to the own network namespace");
}

int
sysctl_read(const char *fmt, ...)
{
	char path[PATH_SIZE] = "/proc/sys/net/", value[16] = "";
	size_t len = strlen(path);
	const char *errstr;
	int number;
	va_list ap;
	FILE *f;

	va_start(ap, fmt);
	vsnprintf(path + len, sizeof(path) - len, fmt, ap);
	va_end(ap);
	if ((f = fopen(path, "re")) == NULL)
		return SYSCTL_UNKNOWN;
	if (fgets(value, sizeof(value), f) != NULL)
		value[strcspn(value, "\n")] = '\0';
	fclose(f);
	number = (int)strtonum(value, 0, SYSCTL_MAX, &errstr);
	return errstr == NULL ? number : SYSCTL_UNKNOWN;
}

/* Of iptables' older kind: the names of its tables, a line each. */
static bool
has_legacy_tables(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[64];
	bool found = false;

	if (f == NULL)
		return false;
	while (!found && fgets(line, sizeof(line), f) != NULL)
		found = strcmp(line, "nat\n") != 0;
	fclose(f);
	return found;
}

static int
take_table_attribute(const struct nlattr *attr, void *arg)
{
	bool *found = arg;

	if (mnl_attr_get_type(attr) == NFTA_TABLE_NAME &&
	    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0 &&
	    strcmp(mnl_attr_get_str(attr), "nat") != 0)
		*found = true;
	return MNL_CB_OK;
}

static int
take_table(const struct nlmsghdr *nlh, void *arg)
{
	return mnl_attr_parse(nlh, sizeof(struct nfgenmsg),
	    take_table_attribute, arg);
}

static int
ask_tables(struct mnl_socket *socket, bool *found)
{
	_Alignas(struct nlmsghdr) char buf[32 * 1024];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	ssize_t len;
	int status;

	nlh->nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETTABLE;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nfg->nfgen_family = AF_UNSPEC;
	nfg->version = NFNETLINK_V0;
	if (mnl_socket_sendto(socket, nlh, nlh->nlmsg_len) == -1)
		return -1;
	do {
		if ((len = mnl_socket_recvfrom(socket, buf, sizeof(buf))) == -1)
			return -1;
		status = mnl_cb_run(buf, (size_t)len, 0,
		    mnl_socket_get_portid(socket), take_table, found);
	} while (status == MNL_CB_OK);
	return status == MNL_CB_ERROR ? -1 : 0;
}

int
netns_has_filter(void)
{
	struct timeval timeout = { .tv_sec = ANSWER_SECONDS };
	struct mnl_socket *socket;
	bool found;
	int rc;

	found = has_legacy_tables("/proc/thread-self/net/ip_tables_names") ||
	    has_legacy_tables("/proc/thread-self/net/ip6_tables_names");
	if (found)
		return 1;
	if ((socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC)) == NULL)
		return errno == EPROTONOSUPPORT ? 0 : -1;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == -1 ||
	    setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO,
	    &timeout, sizeof(timeout)) == -1)
		rc = -1;
	else
		rc = ask_tables(socket, &found);
	mnl_socket_close(socket);
	/* A kernel without nftables answers so. */
	if (rc == -1 && errno == EINVAL)
		rc = 0;
	return rc == -1 ? -1 : found;
}
