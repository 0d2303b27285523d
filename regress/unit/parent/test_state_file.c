#include <sys/syscall.h>

#include "bgplbd/parent/state_file.h"
#include "regress/unit/parent/scratch.h"

#define HEADER	"bgplbd state 1\n"
#define ID	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define UNKNOWN	"not \"drained\", \"draining ...\", \"withdrawn PREFIX\" or " \
			"\"subnet PREFIX\""

static bool directories_fail;

/* In the place of the C library's. */
int
fsync(int fd)
{
	struct stat st;

	if (directories_fail && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}

struct fixture {
	struct scratch		scratch;
	char			path[PATH_MAX];
	char			damaged[PATH_MAX];
	struct state_list	list;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	if (scratch_make(&f->scratch) == -1)
		return -1;
	strlcpy(f->path, scratch_path(&f->scratch, "state"), sizeof(f->path));
	strlcpy(f->damaged, scratch_path(&f->scratch, "state.damaged"),
	    sizeof(f->damaged));
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

static struct prefix
prefix(const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(text, &p), 0);
	return p;
}

static void
add(struct state_list *list, const char *text)
{
	list->withdrawn[list->count++] = prefix(text);
}

static void
assert_listed(const struct state_list *list, uint32_t i, const char *text)
{
	char found[PREFIX_STRLEN];

	assert_true(i < list->count);
	assert_string_equal(prefix_format(&list->withdrawn[i], found), text);
}

static void
assert_fault(const char *text, size_t len, unsigned int line,
    const char *wanted, uint32_t sound)
{
	struct state_list list;
	const char *fault = "none";

	assert_int_equal(state_file_parse(text, len, &list, &fault), line);
	assert_string_equal(fault, wanted);
	assert_int_equal(list.count, sound);
}

static void
test_what_is_written_is_read(void **state)
{
	struct fixture *f = *state;
	struct state_list read;

	add(&f->list, "10.0.0.101/32");
	add(&f->list, "2001:db8:0:1000::101/128");
	add(&f->list, "10.1.0.0/16");
	assert_int_equal(state_file_write(f->path, &f->list), 0);
	scratch_expect(f->path, HEADER "withdrawn 10.0.0.101/32\n"
	    "withdrawn 2001:db8:0:1000::101/128\nwithdrawn 10.1.0.0/16\n");
	state_file_read(f->path, &read);
	assert_memory_equal(&read, &f->list, sizeof(read));
	assert_false(scratch_exists(f->damaged));
}

static void
test_drained_host_is_written_and_read(void **state)
{
	struct fixture *f = *state;
	struct state_list read;

	f->list.drained = 1;
	add(&f->list, "10.0.0.101/32");
	assert_int_equal(state_file_write(f->path, &f->list), 0);
	scratch_expect(f->path, HEADER "drained\nwithdrawn 10.0.0.101/32\n");
	state_file_read(f->path, &read);
	assert_memory_equal(&read, &f->list, sizeof(read));
	assert_false(scratch_exists(f->damaged));
}

static void
test_subnets_are_written_and_read(void **state)
{
	struct fixture *f = *state;
	struct state_list read;

	add(&f->list, "10.0.0.101/32");
	f->list.subnets[f->list.nsubnets++] = prefix("172.30.0.0/24");
	f->list.subnets[f->list.nsubnets++] = prefix("2001:db8:1::/64");
	assert_int_equal(state_file_write(f->path, &f->list), 0);
	scratch_expect(f->path, HEADER "withdrawn 10.0.0.101/32\n"
	    "subnet 172.30.0.0/24\nsubnet 2001:db8:1::/64\n");
	state_file_read(f->path, &read);
	assert_memory_equal(&read, &f->list, sizeof(read));
	assert_false(scratch_exists(f->damaged));
}

static void
test_drains_are_written_and_read(void **state)
{
	struct fixture *f = *state;
	struct state_list read;

	f->list.ndrains = 2;
	memset(f->list.drains[0].container.hex, 'a', OBJECT_ID_DIGITS);
	f->list.drains[0].started_at = 1764028800123456789;
	f->list.drains[0].over_at = 1764028805000;
	memset(f->list.drains[1].container.hex, '0', OBJECT_ID_DIGITS);
	f->list.drains[1].started_at = INT64_MAX;
	f->list.drains[1].over_at = INT64_MAX;
	f->list.drains[1].kill_at = INT64_MAX;
	assert_int_equal(state_file_write(f->path, &f->list), 0);
	state_file_read(f->path, &read);
	assert_memory_equal(&read, &f->list, sizeof(read));
	assert_false(scratch_exists(f->damaged));
	f->list.ndrains = 1;
	f->list.drains[0].over_at = 0;
	assert_int_equal(state_file_write(f->path, &f->list), 0);
	scratch_expect(f->path, HEADER "draining " ID
	    " 1764028800123456789 0\n");
	f->list.drains[0].kill_at = 1764028805123;
	assert_int_equal(state_file_write(f->path, &f->list), 0);
	scratch_expect(f->path, HEADER "draining " ID
	    " 1764028800123456789 0 1764028805123\n");
}

static void
test_empty_list_is_written_and_read(void **state)
{
	struct fixture *f = *state;
	struct state_list read;

	assert_int_equal(state_file_write(f->path, &f->list), 0);
	scratch_expect(f->path, HEADER);
	state_file_read(f->path, &read);
	assert_int_equal(read.count, 0);
	assert_false(scratch_exists(f->damaged));
}

static void
test_full_list_is_written_and_read(void **state)
{
	struct fixture *f = *state;
	struct state_list read;
	char text[PREFIX_STRLEN];
	unsigned int i;

	for (i = 0; i < STATE_WITHDRAWN_MAX; i++) {
		snprintf(text, sizeof(text), "2001:db8:1111:2222:3333:4444:%x:"
		    "ffff/128", 0x1000 + i);
		add(&f->list, text);
	}
	assert_int_equal(state_file_write(f->path, &f->list), 0);
	state_file_read(f->path, &read);
	assert_memory_equal(&read, &f->list, sizeof(read));
	assert_false(scratch_exists(f->damaged));
}

static void
test_missing_file_is_an_empty_list(void **state)
{
	struct fixture *f = *state;

	f->list.count = 3;
	state_file_read(f->path, &f->list);
	assert_int_equal(f->list.count, 0);
	assert_false(scratch_exists(f->path));
	assert_false(scratch_exists(f->damaged));
}

static void
test_directory_is_made_for_root_alone(void **state)
{
	struct fixture *f = *state;
	const char *path = scratch_path(&f->scratch, "a/b/state");
	struct stat st;

	assert_int_equal(state_file_write(path, &f->list), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(scratch_path(&f->scratch, "a/b"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
}

static void
test_damaged_file_gives_what_is_sound_and_is_kept(void **state)
{
	static const char text[] = HEADER "withdrawn 10.0.0.1/32\nwithdraw "
	    "10.0.0.2/32\nwithdrawn 10.0.0.3/32\nwithdrawn 10.0.0.4/3";
	struct fixture *f = *state;

	scratch_write(f->path, text, strlen(text));
	state_file_read(f->path, &f->list);
	assert_int_equal(f->list.count, 2);
	assert_listed(&f->list, 0, "10.0.0.1/32");
	assert_listed(&f->list, 1, "10.0.0.3/32");
	scratch_expect(f->damaged, text);
	scratch_expect(f->path, HEADER "withdrawn 10.0.0.1/32\n"
	    "withdrawn 10.0.0.3/32\n");
}

static void
test_file_of_another_version_is_kept(void **state)
{
	static const char text[] = "bgplbd state 2\nwithdrawn 10.0.0.1/32\n";
	struct fixture *f = *state;

	scratch_write(f->path, text, strlen(text));
	state_file_read(f->path, &f->list);
	assert_int_equal(f->list.count, 0);
	scratch_expect(f->damaged, text);
	scratch_expect(f->path, HEADER);
}

static void
test_file_that_is_too_long_is_damaged(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	scratch_write(f->path, HEADER, strlen(HEADER));
	assert_int_equal(truncate(f->path, STATE_FILE_MAX_BYTES + 10), 0);
	state_file_read(f->path, &f->list);
	assert_int_equal(f->list.count, 0);
	assert_int_equal(stat(f->damaged, &st), 0);
	assert_int_equal(st.st_size, STATE_FILE_MAX_BYTES + 10);
	scratch_expect(f->path, HEADER);
}

static void
test_neither_link_nor_directory_is_followed(void **state)
{
	struct fixture *f = *state;
	const char *other = scratch_path(&f->scratch, "other");

	scratch_write(other, HEADER "withdrawn 10.0.0.1/32\n", 37);
	assert_int_equal(symlink(other, f->path), 0);
	state_file_read(f->path, &f->list);
	assert_int_equal(f->list.count, 0);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(mkdir(f->path, 0700), 0);
	state_file_read(f->path, &f->list);
	assert_int_equal(f->list.count, 0);
}

static void
test_failed_write_leaves_the_old_file(void **state)
{
	struct fixture *f = *state;
	const char *new = scratch_path(&f->scratch, "state.new");

	add(&f->list, "10.0.0.1/32");
	assert_int_equal(state_file_write(f->path, &f->list), 0);
	assert_int_equal(mkdir(new, 0700), 0);	/* where it is written first */
	add(&f->list, "10.0.0.2/32");
	assert_int_equal(state_file_write(f->path, &f->list), -1);
	scratch_expect(f->path, HEADER "withdrawn 10.0.0.1/32\n");
	assert_int_equal(rmdir(new), 0);
	assert_int_equal(state_file_write(f->path, &f->list), 0);
	scratch_expect(f->path, HEADER "withdrawn 10.0.0.1/32\n"
	    "withdrawn 10.0.0.2/32\n");
}

/* A write that was cut off leaves its file, which the next one replaces. */
static void
test_left_over_of_a_cut_off_write_is_replaced(void **state)
{
	struct fixture *f = *state;
	const char *new = scratch_path(&f->scratch, "state.new");

	scratch_write(new, "bgplbd st", 9);
	add(&f->list, "10.0.0.1/32");
	assert_int_equal(state_file_write(f->path, &f->list), 0);
	scratch_expect(f->path, HEADER "withdrawn 10.0.0.1/32\n");
	assert_false(scratch_exists(new));
}

/* The file is the new one, and that is what is said. */
static void
test_directory_that_cannot_be_synced_is_no_failure(void **state)
{
	struct fixture *f = *state;

	add(&f->list, "10.0.0.1/32");
	directories_fail = true;
	assert_int_equal(state_file_write(f->path, &f->list), 0);
	directories_fail = false;
	scratch_expect(f->path, HEADER "withdrawn 10.0.0.1/32\n");
}

static void
test_replaced_file_is_another_inode(void **state)
{
	struct fixture *f = *state;
	struct stat before, after;
	int fd;

	assert_int_equal(state_file_write(f->path, &f->list), 0);
	fd = open(f->path, O_RDONLY);	/* holds the inode */
	assert_int_equal(fstat(fd, &before), 0);
	assert_int_equal(state_file_write(f->path, &f->list), 0);
	assert_int_equal(stat(f->path, &after), 0);
	assert_true(before.st_ino != after.st_ino);
	close(fd);
}

static void
test_faults_name_their_line(void **state)
{
	static const char nul[] = HEADER "withdrawn 10.0.0.1\0/32\n";

	(void)state;
	assert_fault("", 0, 1, "cut off", 0);
	assert_fault("bgplbd state 1", 14, 1, "cut off", 0);
	assert_fault("\n", 1, 1, "not \"bgplbd state 1\"", 0);
	assert_fault("withdrawn 10.0.0.1/32\n", 22, 1,
	    "not \"bgplbd state 1\"", 0);
	assert_fault(nul, sizeof(nul) - 1, 2, "not text", 0);
#define BAD(text, line, wanted, sound) \
	assert_fault(HEADER text, strlen(HEADER text), line, wanted, sound)
	BAD("\n", 2, UNKNOWN, 0);
	BAD("withdrawn\n", 2, UNKNOWN, 0);
	BAD("drained \n", 2, UNKNOWN, 0);
	BAD("draining\n", 2, UNKNOWN, 0);
	BAD("draining 12ab 1 2\n", 2, "not a container's id", 0);
	BAD("draining " ID " 1\n", 2, "not a container's drain", 0);
	BAD("draining " ID " 0 2\n", 2, "not a container's drain", 0);
	BAD("draining " ID " 1 -2\n", 2, "not a container's drain", 0);
	BAD("draining " ID " 1 2 \n", 2, "not a container's drain", 0);
	BAD("draining " ID " 1 0 0\n", 2, "not a container's drain", 0);
	BAD("draining " ID " 1 0 3 4\n", 2, "not a container's drain", 0);
	BAD("subnet 172.30.0.1/24\n", 2, "not a prefix", 0);
	BAD("subnet 172.30.0.0/24\nsubnet 172.30.0.0/24\n", 3,
	    "a prefix that is there twice", 0);
	BAD("drained\ndrained\n", 3, "\"drained\" for the second time", 0);
	BAD("withdrawn \n", 2, "not a prefix", 0);
	BAD("withdrawn  10.0.0.1/32\n", 2, "not a prefix", 0);
	BAD("withdrawn 10.0.0.1/32 \n", 2, "not a prefix", 0);
	BAD("withdrawn 10.0.0.1/32\r\n", 2, "not a prefix", 0);
	BAD("withdrawn 10.0.0.1/24\n", 2, "not a prefix", 0);
	BAD("withdrawn 10.0.0.1/33\n", 2, "not a prefix", 0);
	BAD("withdrawn 10.0.0.1/32\nwithdrawn 10.0.0.1/32\n", 3,
	    "a prefix that is there twice", 1);
	BAD("withdrawn 10.0.0.1/32\nwithdrawn 10.0.0.2/32", 3, "cut off", 1);
	BAD("withdrawn 10.0.0.1/32\n# a comment that goes on and on and on "
	    "and on and on and on and on and on and on and on and on and on "
	    "and on and on and on and on and on and on and on and on\n", 3, "too long", 1);
#undef BAD
}

static void
test_one_prefix_too_many_is_a_fault(void **state)
{
	char *text, line[64];
	size_t size;
	FILE *out = open_memstream(&text, &size);
	unsigned int i;

	(void)state;
	fputs(HEADER, out);
	for (i = 0; i <= STATE_WITHDRAWN_MAX; i++) {
		snprintf(line, sizeof(line), "withdrawn 10.0.%u.%u/32\n",
		    i / 200, i % 200);
		fputs(line, out);
	}
	fclose(out);
	assert_fault(text, size, STATE_WITHDRAWN_MAX + 2,
	    "more prefixes than are allowed", STATE_WITHDRAWN_MAX);
	free(text);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_written_is_read),
		TEST(test_drained_host_is_written_and_read),
		TEST(test_subnets_are_written_and_read),
		TEST(test_drains_are_written_and_read),
		TEST(test_empty_list_is_written_and_read),
		TEST(test_full_list_is_written_and_read),
		TEST(test_missing_file_is_an_empty_list),
		TEST(test_directory_is_made_for_root_alone),
		TEST(test_damaged_file_gives_what_is_sound_and_is_kept),
		TEST(test_file_of_another_version_is_kept),
		TEST(test_file_that_is_too_long_is_damaged),
		TEST(test_neither_link_nor_directory_is_followed),
		TEST(test_failed_write_leaves_the_old_file),
		TEST(test_left_over_of_a_cut_off_write_is_replaced),
		TEST(test_directory_that_cannot_be_synced_is_no_failure),
		TEST(test_replaced_file_is_another_inode),
		TEST(test_faults_name_their_line),
		TEST(test_one_prefix_too_many_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
