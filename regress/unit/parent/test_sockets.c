#include <sys/socket.h>
#include <sys/un.h>

#include <netinet/in.h>

#include "bgplbd/parent/neighbor_socket.h"
#include "bgplbd/parent/passwords.h"
#include "bgplbd/parent/sockets.h"
#include "regress/unit/parent/scratch.h"

struct fixture {
	struct scratch	scratch;
	struct settings	settings;
	struct sockets	sockets;
	unsigned int	fds;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	if (scratch_make(&f->scratch) == -1)
		return -1;
	settings_init(&f->settings);
	strlcpy(f->settings.plugin_socket, scratch_path(&f->scratch,
	    "plugins/bgplb.sock"), sizeof(f->settings.plugin_socket));
	strlcpy(f->settings.control_socket, scratch_path(&f->scratch,
	    "control.sock"), sizeof(f->settings.control_socket));
	f->fds = scratch_count_fds();
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	int rc = scratch_remove(&f->scratch);

	free(f);
	return rc;
}

/* A socket at the path; listening if backlog is not 0. */
static int
occupy(const char *path, int type, int backlog)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type, 0);

	strlcpy(sun.sun_path, path, sizeof(sun.sun_path));
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	if (backlog > 0)
		assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

static int
connect_to(const char *path, int type)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type, 0);

	strlcpy(sun.sun_path, path, sizeof(sun.sun_path));
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0)
		return fd;
	close(fd);
	return -1;
}

static ino_t
inode(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_ino;
}

static void
assert_refused(struct fixture *f)
{
	assert_int_equal(sockets_open(&f->sockets, &f->settings), -1);
	assert_int_equal(f->sockets.plugin, -1);
	assert_int_equal(f->sockets.control, -1);
	assert_int_equal(f->sockets.listen4, -1);
	assert_int_equal(f->sockets.listen6, -1);
}

static void
close_all(struct fixture *f)
{
	sockets_close(&f->sockets);
	sockets_remove_files(&f->sockets);
	assert_false(scratch_exists(f->settings.control_socket));
	assert_false(scratch_exists(f->settings.plugin_socket));
	assert_int_equal(scratch_count_fds(), f->fds);
}

static void
test_sockets_are_for_root_alone(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	int fd;

	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	assert_int_equal(stat(f->settings.plugin_socket, &st), 0);
	assert_int_equal(st.st_mode, S_IFSOCK | 0600);
	assert_int_equal(stat(f->settings.control_socket, &st), 0);
	assert_int_equal(st.st_mode, S_IFSOCK | 0600);
	fd = connect_to(f->settings.plugin_socket, SOCK_STREAM);
	assert_int_not_equal(fd, -1);
	close(fd);
	fd = connect_to(f->settings.control_socket, SOCK_SEQPACKET);
	assert_int_not_equal(fd, -1);
	close(fd);
	assert_int_equal(f->sockets.listen4, -1);
	assert_int_equal(f->sockets.listen6, -1);
	close_all(f);
}

static void
test_socket_of_a_dead_daemon_is_replaced(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	sockets_close(&f->sockets);	/* as if killed: the files stay */
	assert_true(scratch_exists(f->settings.plugin_socket));
	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	close_all(f);
}

static void
test_socket_of_a_living_daemon_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct sockets second;
	ino_t control, plugin;

	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	control = inode(f->settings.control_socket);
	plugin = inode(f->settings.plugin_socket);
	assert_int_equal(sockets_open(&second, &f->settings), -1);
	assert_int_equal(inode(f->settings.control_socket), control);
	assert_int_equal(inode(f->settings.plugin_socket), plugin);
	close_all(f);
}

/* The control socket is free, so it was made, and has to go again. */
static void
test_failure_of_one_socket_removes_the_other(void **state)
{
	struct fixture *f = *state;
	ino_t plugin;
	int fd;

	assert_int_equal(mkdir(scratch_path(&f->scratch, "plugins"), 0755), 0);
	fd = occupy(f->settings.plugin_socket, SOCK_STREAM, 1);
	plugin = inode(f->settings.plugin_socket);
	assert_refused(f);
	assert_false(scratch_exists(f->settings.control_socket));
	assert_int_equal(inode(f->settings.plugin_socket), plugin);
	close(fd);
	assert_int_equal(scratch_count_fds(), f->fds);
}

static void
test_listener_of_another_kind_is_alive(void **state)
{
	struct fixture *f = *state;
	int fd = occupy(f->settings.control_socket, SOCK_STREAM, 1);

	assert_refused(f);
	assert_true(scratch_exists(f->settings.control_socket));
	close(fd);
}

static void
test_listener_with_a_full_backlog_is_alive(void **state)
{
	struct fixture *f = *state;
	int clients[8], fd, i;

	fd = occupy(f->settings.control_socket, SOCK_SEQPACKET, 1);
	for (i = 0; i < 8; i++) {
		struct sockaddr_un sun = { .sun_family = AF_UNIX };

		clients[i] = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK,
		    0);
		strlcpy(sun.sun_path, f->settings.control_socket,
		    sizeof(sun.sun_path));
		(void)connect(clients[i], (struct sockaddr *)&sun,
		    sizeof(sun));
	}
	assert_refused(f);
	assert_true(scratch_exists(f->settings.control_socket));
	for (i = 0; i < 8; i++)
		close(clients[i]);
	close(fd);
}

static void
test_what_is_not_a_socket_is_never_removed(void **state)
{
	struct fixture *f = *state;

	scratch_write(f->settings.control_socket, "precious", 8);
	assert_refused(f);
	scratch_expect(f->settings.control_socket, "precious");
	assert_int_equal(unlink(f->settings.control_socket), 0);

	assert_int_equal(mkdir(f->settings.control_socket, 0755), 0);
	assert_refused(f);
	assert_true(scratch_exists(f->settings.control_socket));
	assert_int_equal(rmdir(f->settings.control_socket), 0);

	assert_int_equal(symlink("/nowhere", f->settings.control_socket), 0);
	assert_refused(f);
	assert_true(scratch_exists(f->settings.control_socket));
}

static void
test_socket_that_took_the_place_of_ours_is_not_removed(void **state)
{
	struct fixture *f = *state;
	int fd;

	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	/* Held under another name, so that its inode number is not used again. */
	assert_int_equal(rename(f->settings.control_socket,
	    scratch_path(&f->scratch, "old")), 0);
	fd = occupy(f->settings.control_socket, SOCK_SEQPACKET, 1);
	sockets_close(&f->sockets);
	sockets_remove_files(&f->sockets);
	assert_true(scratch_exists(f->settings.control_socket));
	assert_false(scratch_exists(f->settings.plugin_socket));
	close(fd);
}

static void
test_removing_twice_is_harmless(void **state)
{
	struct fixture *f = *state;
	int fd;

	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	close_all(f);
	fd = occupy(f->settings.control_socket, SOCK_SEQPACKET, 1);
	sockets_remove_files(&f->sockets);
	assert_true(scratch_exists(f->settings.control_socket));
	close(fd);
}

static uint16_t
port_of(int fd)
{
	struct sockaddr_in6 sa;
	socklen_t len = sizeof(sa);

	assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	return ntohs(sa.sin6_port);	/* at the same place as sin_port */
}

static int
option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	assert_int_equal(getsockopt(fd, level, name, &value, &len), 0);
	return value;
}

/* Port 0 stands for one that the kernel chooses; settings never have it. */
static void
test_both_families_listen_apart(void **state)
{
	struct fixture *f = *state;

	f->settings.listen_port = 0;
	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	assert_int_equal(option(f->sockets.listen4, SOL_SOCKET, SO_DOMAIN),
	    AF_INET);
	assert_int_equal(option(f->sockets.listen6, SOL_SOCKET, SO_DOMAIN),
	    AF_INET6);
	assert_int_equal(option(f->sockets.listen6, IPPROTO_IPV6,
	    IPV6_V6ONLY), 1);
	assert_int_equal(option(f->sockets.listen4, SOL_SOCKET,
	    SO_ACCEPTCONN), 1);
	assert_int_equal(option(f->sockets.listen6, SOL_SOCKET,
	    SO_ACCEPTCONN), 1);
	close_all(f);
}

/* One with a password and one without. */
static void
add_neighbors(struct fixture *f, struct neighbor_settings list[2])
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		neighbor_settings_init(&list[i]);
		assert_int_equal(address_parse(i == 0 ? "127.0.0.2" :
		    "127.0.0.3", &list[i].addr), 0);
	}
	list[0].has_password = true;
	f->settings.neighbors = list;
	f->settings.nneighbors = 2;
	f->settings.passwords = passwords_new();
	strlcpy(passwords_of(f->settings.passwords, 0), "sesame",
	    SETTINGS_PASSWORD_MAX + 1);
	f->settings.listen_port = 0;
	assert_int_equal(address_parse("127.0.0.1",
	    &f->settings.listen_address), 0);
}

/* Whether a connection comes about from there; password: "" for none. */
static bool
connects(uint16_t port, const char *from, const char *password)
{
	const struct timeval soon = { .tv_sec = 0, .tv_usec = 300000 };
	struct neighbor_settings us = { .port = 0 };
	struct sockaddr_storage sa;
	struct address addr;
	socklen_t len;
	int fd, rc;

	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(address_parse(from, &addr), 0);
	len = address_to_sockaddr(&addr, 0, 0, &sa);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, len), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &soon,
	    sizeof(soon)), 0);
	assert_int_equal(address_parse("127.0.0.1", &us.addr), 0);
	if (password[0] != '\0')
		assert_int_equal(neighbor_socket_set_password(fd, &us,
		    password), 0);
	len = address_to_sockaddr(&us.addr, port, 0, &sa);
	rc = connect(fd, (struct sockaddr *)&sa, len);
	close(fd);
	return rc == 0;
}

static void
test_listening_socket_asks_for_the_passwords(void **state)
{
	struct neighbor_settings list[2];
	struct fixture *f = *state;
	uint16_t port;

	add_neighbors(f, list);
	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	assert_false(f->sockets.unprotected[0]);
	assert_false(f->sockets.unprotected[1]);
	port = port_of(f->sockets.listen4);
	assert_true(connects(port, "127.0.0.2", "sesame"));
	assert_false(connects(port, "127.0.0.2", ""));
	assert_false(connects(port, "127.0.0.2", "another"));
	assert_true(connects(port, "127.0.0.3", ""));
	assert_int_equal(option(f->sockets.listen4, IPPROTO_IP, IP_TTL), 255);
	close_all(f);
	passwords_free(f->settings.passwords);
}

static void
test_neighbor_whose_password_cannot_be_set_is_marked(void **state)
{
	struct neighbor_settings list[2];
	struct fixture *f = *state;

	add_neighbors(f, list);
	/* Of which the kernel knows none. */
	list[0].dynamic = true;
	list[0].length = 200;
	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	assert_true(f->sockets.unprotected[0]);
	assert_false(f->sockets.unprotected[1]);
	close_all(f);
	passwords_free(f->settings.passwords);
}

static void
test_listen_address_takes_only_its_family(void **state)
{
	struct fixture *f = *state;

	f->settings.listen_port = 0;
	assert_int_equal(address_parse("::1", &f->settings.listen_address), 0);
	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	assert_int_equal(f->sockets.listen4, -1);
	assert_int_not_equal(f->sockets.listen6, -1);
	close_all(f);
}

static void
test_taken_port_closes_and_removes_all(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_in sin = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&sin, sizeof(sin)), 0);
	assert_int_equal(listen(fd, 1), 0);
	f->settings.listen_port = port_of(fd);
	assert_refused(f);
	assert_false(scratch_exists(f->settings.control_socket));
	assert_false(scratch_exists(f->settings.plugin_socket));
	close(fd);
	assert_int_equal(scratch_count_fds(), f->fds);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

static void
assert_answers(const char *path, int type, int listening)
{
	int client = connect_to(path, type), accepted;

	assert_int_not_equal(client, -1);
	accepted = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	assert_int_not_equal(accepted, -1);
	close(accepted);
	close(client);
}

static void
test_removed_file_is_put_back(void **state)
{
	struct fixture *f = *state;
	const char *path = f->settings.plugin_socket;
	struct stat st;
	int fd;

	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	assert_int_equal(sockets_look(&f->sockets, LISTENER_PLUGIN), -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(sockets_look(&f->sockets, LISTENER_CONTROL), -1);
	fd = sockets_look(&f->sockets, LISTENER_PLUGIN);
	assert_int_not_equal(fd, -1);
	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFSOCK | 0600);
	assert_answers(path, SOCK_STREAM, fd);
	assert_int_equal(sockets_look(&f->sockets, LISTENER_PLUGIN), -1);
	close(fd);
	sockets_close(&f->sockets);
	sockets_remove_files(&f->sockets);
	assert_false(scratch_exists(path));
	assert_int_equal(scratch_count_fds(), f->fds);
}

static void
test_file_is_put_back_with_its_directory(void **state)
{
	struct fixture *f = *state;
	const char *path = f->settings.plugin_socket;
	int fd;

	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(scratch_path(&f->scratch, "plugins")), 0);
	fd = sockets_look(&f->sockets, LISTENER_PLUGIN);
	assert_int_not_equal(fd, -1);
	assert_answers(path, SOCK_STREAM, fd);
	close(fd);
	/* Where none can be made it is tried again. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(scratch_path(&f->scratch, "plugins")), 0);
	scratch_write(scratch_path(&f->scratch, "plugins"), "", 0);
	assert_int_equal(sockets_look(&f->sockets, LISTENER_PLUGIN), -1);
	assert_int_equal(sockets_look(&f->sockets, LISTENER_PLUGIN), -1);
	assert_int_equal(unlink(scratch_path(&f->scratch, "plugins")), 0);
	fd = sockets_look(&f->sockets, LISTENER_PLUGIN);
	assert_int_not_equal(fd, -1);
	close(fd);
	sockets_close(&f->sockets);
	sockets_remove_files(&f->sockets);
}

/* While it answers; when it has gone and left its file, ours comes back. */
static void
test_socket_of_another_program_is_not_taken_away(void **state)
{
	struct fixture *f = *state;
	const char *path = f->settings.control_socket;
	ino_t theirs;
	int fd, i, other;

	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	assert_int_equal(unlink(path), 0);
	other = occupy(path, SOCK_SEQPACKET, 1);
	theirs = inode(path);
	for (i = 0; i < 3; i++) {
		assert_int_equal(sockets_look(&f->sockets, LISTENER_CONTROL),
		    -1);
		assert_int_equal(inode(path), theirs);
	}
	close(other);
	fd = sockets_look(&f->sockets, LISTENER_CONTROL);
	assert_int_not_equal(fd, -1);
	assert_answers(path, SOCK_SEQPACKET, fd);
	close(fd);
	sockets_close(&f->sockets);
	sockets_remove_files(&f->sockets);
}

static void
test_socket_that_is_about_to_listen_is_not_taken_away(void **state)
{
	struct fixture *f = *state;
	const char *path = f->settings.control_socket;
	ino_t theirs;
	int other;

	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	assert_int_equal(unlink(path), 0);
	other = occupy(path, SOCK_SEQPACKET, 0);
	theirs = inode(path);
	assert_int_equal(sockets_look(&f->sockets, LISTENER_CONTROL), -1);
	assert_int_equal(inode(path), theirs);
	assert_int_equal(listen(other, 1), 0);
	assert_int_equal(sockets_look(&f->sockets, LISTENER_CONTROL), -1);
	assert_int_equal(inode(path), theirs);
	close(other);
	sockets_close(&f->sockets);
	sockets_remove_files(&f->sockets);
	assert_int_equal(unlink(path), 0);
}

static void
test_file_in_the_place_of_ours_is_not_removed(void **state)
{
	struct fixture *f = *state;
	const char *path = f->settings.control_socket;
	int fd, i;

	assert_int_equal(sockets_open(&f->sockets, &f->settings), 0);
	assert_int_equal(unlink(path), 0);
	scratch_write(path, "mine", 4);
	for (i = 0; i < 3; i++)
		assert_int_equal(sockets_look(&f->sockets, LISTENER_CONTROL),
		    -1);
	scratch_expect(path, "mine");
	assert_int_equal(unlink(path), 0);
	fd = sockets_look(&f->sockets, LISTENER_CONTROL);
	assert_int_not_equal(fd, -1);
	close(fd);
	sockets_close(&f->sockets);
	sockets_remove_files(&f->sockets);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sockets_are_for_root_alone),
		TEST(test_socket_of_a_dead_daemon_is_replaced),
		TEST(test_socket_of_a_living_daemon_is_left_alone),
		TEST(test_failure_of_one_socket_removes_the_other),
		TEST(test_listener_of_another_kind_is_alive),
		TEST(test_listener_with_a_full_backlog_is_alive),
		TEST(test_what_is_not_a_socket_is_never_removed),
		TEST(test_socket_that_took_the_place_of_ours_is_not_removed),
		TEST(test_removing_twice_is_harmless),
		TEST(test_both_families_listen_apart),
		TEST(test_listen_address_takes_only_its_family),
		TEST(test_listening_socket_asks_for_the_passwords),
		TEST(test_neighbor_whose_password_cannot_be_set_is_marked),
		TEST(test_taken_port_closes_and_removes_all),
		TEST(test_removed_file_is_put_back),
		TEST(test_file_is_put_back_with_its_directory),
		TEST(test_socket_of_another_program_is_not_taken_away),
		TEST(test_socket_that_is_about_to_listen_is_not_taken_away),
		TEST(test_file_in_the_place_of_ours_is_not_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
