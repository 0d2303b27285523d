#include "bgplbd/parent/configuration.h"
#include "bgplbd/parent/file_guard.h"
#include "regress/unit/parent/scratch.h"

#define STRANGER	12345

static const char text[] = "router-id 192.0.2.10\n";

static int
setup(void **state)
{
	static struct scratch scratch;

	*state = &scratch;
	if (scratch_make(&scratch) == -1)
		return -1;
	scratch_write(scratch_path(&scratch, "file"), text, strlen(text));
	return chmod(scratch.path, 0644);
}

static int
teardown(void **state)
{
	return scratch_remove(*state);
}

/* sentence: without the path at its end; NULL if the file is taken. */
static void
expect(const char *path, const char *sentence, const char *at)
{
	char why[FILE_GUARD_TEXT_MAX], wanted[FILE_GUARD_TEXT_MAX];
	char expected[2 * FILE_GUARD_TEXT_MAX], *errors;
	struct settings s;
	size_t size;
	FILE *f;
	int rc;

	f = open_memstream(&errors, &size);
	assert_non_null(f);
	rc = configuration_from_file(path, &s, f);
	fclose(f);
	assert_int_equal(rc, sentence == NULL ? 0 : -1);
	assert_int_equal(file_guard_check_path(path, why), rc);
	if (sentence == NULL)
		assert_string_equal(errors, "");
	else {
		snprintf(wanted, sizeof(wanted), "%s %s", sentence, at);
		snprintf(expected, sizeof(expected), "%s: %s\n", path, wanted);
		assert_string_equal(errors, expected);
		assert_string_equal(why, wanted);
	}
	free(errors);
}

static void
test_file_that_only_its_owner_may_write_is_read(void **state)
{
	const struct scratch *s = *state;

	expect(s->path, NULL, NULL);
	assert_int_equal(chmod(s->path, 0600), 0);
	expect(s->path, NULL, NULL);
}

static void
test_file_that_others_may_write_is_refused(void **state)
{
	const struct scratch *s = *state;

	assert_int_equal(chmod(s->path, 0664), 0);
	expect(s->path, "others than its owner may write it: chmod go-w",
	    s->path);
	assert_int_equal(chmod(s->path, 0646), 0);
	expect(s->path, "others than its owner may write it: chmod go-w",
	    s->path);
}

static void
test_file_of_another_user_is_refused(void **state)
{
	const struct scratch *s = *state;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(s->path, STRANGER, 0), 0);
	expect(s->path, "it belongs to user 12345, who may write what root "
	    "obeys: chown root", s->path);
}

/* As bgplbd -n is run by somebody who writes a file for root. */
static void
test_user_may_check_a_file_of_his_own(void **state)
{
	const struct scratch *s = *state;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(s->dir, STRANGER, STRANGER), 0);
	assert_int_equal(chown(s->path, STRANGER, STRANGER), 0);
	assert_int_equal(seteuid(STRANGER), 0);
	expect(s->path, NULL, NULL);
	assert_int_equal(seteuid(0), 0);
	expect(s->path, "it belongs to user 12345, who may write what root "
	    "obeys: chown root", s->path);
}

static void
test_directory_that_others_may_write_is_refused(void **state)
{
	const struct scratch *s = *state;

	assert_int_equal(chmod(s->dir, 0775), 0);
	expect(s->path, "others than its owner may write its directory: "
	    "chmod go-w", s->dir);
	/* As /tmp: of files of others only the owner's may be replaced. */
	assert_int_equal(chmod(s->dir, 01777), 0);
	expect(s->path, NULL, NULL);
	if (geteuid() != 0)
		return;
	assert_int_equal(chmod(s->dir, 0755), 0);
	assert_int_equal(chown(s->dir, STRANGER, 0), 0);
	expect(s->path, "its directory belongs to user 12345, who may write "
	    "what root obeys: chown root", s->dir);
}

static void
test_directory_is_that_behind_a_symbolic_link(void **state)
{
	char link[PATH_MAX], dir[PATH_MAX], why[FILE_GUARD_TEXT_MAX];
	const struct scratch *s = *state;
	int fd;

	snprintf(dir, sizeof(dir), "%s/sub", s->dir);
	snprintf(link, sizeof(link), "%s/sub/link", s->dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(symlink(s->path, link), 0);
	assert_int_equal(chmod(s->dir, 0777), 0);
	fd = open(link, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(file_guard_check(fd, link, why), -1);
	assert_non_null(strstr(why, "chmod go-w"));
	close(fd);
}

static void
test_file_that_is_missing_or_a_device_is_no_matter(void **state)
{
	const struct scratch *s = *state;
	char why[FILE_GUARD_TEXT_MAX];
	int fd = open("/dev/null", O_RDONLY);

	assert_int_equal(file_guard_check(fd, "/dev/null", why), 0);
	close(fd);
	assert_int_equal(unlink(s->path), 0);
	assert_int_equal(file_guard_check_path(s->path, why), 0);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_file_that_only_its_owner_may_write_is_read),
		TEST(test_file_that_others_may_write_is_refused),
		TEST(test_file_of_another_user_is_refused),
		TEST(test_user_may_check_a_file_of_his_own),
		TEST(test_directory_that_others_may_write_is_refused),
		TEST(test_directory_is_that_behind_a_symbolic_link),
		TEST(test_file_that_is_missing_or_a_device_is_no_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
