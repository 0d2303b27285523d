/*
 * Golden pairs: conf/NAME.conf is read, and either printed as conf/NAME.out or
 * refused with the mistakes in conf/NAME.err.  What can be read can be read
 * again from its print-out, with the same result.
 */
#include <glob.h>

#include "bgplbd/parent/configuration.h"
#include "bgplbd/parent/passwords.h"
#include "regress/unit/parent/scratch.h"

#define CONF_DIR	"regress/unit/parent/conf/"

struct pair {
	char	*conf;		/* paths */
	char	 out[PATH_MAX];
	char	 err[PATH_MAX];
};

struct reading {
	struct settings	 settings;
	int		 rc;
	char		*errors;
};

static void
read_text(struct reading *r, const char *name, const char *text, size_t len)
{
	size_t size;
	FILE *errors = open_memstream(&r->errors, &size);

	assert_non_null(errors);
	r->rc = configuration_from_text(name, text, len, &r->settings, errors);
	assert_int_equal(fclose(errors), 0);
}

static char *
print(const struct settings *s)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	configuration_print(s, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
test_golden_pair(void **state)
{
	const struct pair *pair = *state;
	struct reading r;
	size_t len;
	char *text = scratch_read(pair->conf, &len), *printed;

	read_text(&r, strrchr(pair->conf, '/') + 1, text, len);
	if (scratch_exists(pair->out)) {
		assert_string_equal(r.errors, "");
		assert_int_equal(r.rc, 0);
		printed = print(&r.settings);
		scratch_expect(pair->out, printed);
		free(printed);
		configuration_free(&r.settings);
	} else {
		scratch_expect(pair->err, r.errors);
		assert_int_equal(r.rc, -1);
		assert_null(r.settings.neighbors);
	}
	free(r.errors);
	free(text);
}

/* All fields of settings are equal; of passwords, whether there is one. */
static void
assert_same_settings(struct settings *a, struct settings *b)
{
	size_t i;

	assert_int_equal(a->nneighbors, b->nneighbors);
	for (i = 0; i < a->nneighbors; i++)
		assert_memory_equal(&a->neighbors[i], &b->neighbors[i],
		    sizeof(a->neighbors[i]));
	configuration_free(a);
	configuration_free(b);
	assert_memory_equal(a, b, sizeof(*a));
}

static void
test_print_out_reads_the_same(void **state)
{
	const struct pair *pair = *state;
	struct reading first, second;
	char *text, *printed;
	size_t len;

	text = scratch_read(pair->conf, &len);
	/* Padding is compared too. */
	memset(&first.settings, 0, sizeof(first.settings));
	memset(&second.settings, 0, sizeof(second.settings));
	read_text(&first, "first", text, len);
	assert_int_equal(first.rc, 0);
	printed = print(&first.settings);
	read_text(&second, "second", printed, strlen(printed));
	assert_string_equal(second.errors, "");
	assert_int_equal(second.rc, 0);
	assert_same_settings(&first.settings, &second.settings);
	free(first.errors);
	free(second.errors);
	free(printed);
	free(text);
}

static void
find_pairs(struct pair **pairs, size_t *n)
{
	glob_t g;
	size_t i;

	if (glob(CONF_DIR "*.conf", 0, NULL, &g) != 0)
		abort();
	*n = g.gl_pathc;
	*pairs = calloc(*n, sizeof(**pairs));
	for (i = 0; i < *n; i++) {
		(*pairs)[i].conf = strdup(g.gl_pathv[i]);
		strlcpy((*pairs)[i].out, g.gl_pathv[i], PATH_MAX);
		strlcpy(strrchr((*pairs)[i].out, '.'), ".out", 5);
		strlcpy((*pairs)[i].err, g.gl_pathv[i], PATH_MAX);
		strlcpy(strrchr((*pairs)[i].err, '.'), ".err", 5);
	}
	globfree(&g);
}

static void
add_test(struct CMUnitTest *test, CMUnitTestFunction function,
    struct pair *pair)
{
	test->name = pair->conf;
	test->test_func = function;
	test->initial_state = pair;
}

static int
run_golden_pairs(void)
{
	struct CMUnitTest *tests;
	struct pair *pairs;
	size_t i, n, ntests = 0;
	int failed;

	find_pairs(&pairs, &n);
	tests = calloc(2 * n, sizeof(*tests));
	for (i = 0; i < n; i++) {
		add_test(&tests[ntests++], test_golden_pair, &pairs[i]);
		if (scratch_exists(pairs[i].out))
			add_test(&tests[ntests++],
			    test_print_out_reads_the_same, &pairs[i]);
	}
	failed = _cmocka_run_group_tests("golden pairs", tests, ntests, NULL,
	    NULL);
	for (i = 0; i < n; i++)
		free(pairs[i].conf);
	free(pairs);
	free(tests);
	return failed;
}

static int
setup(void **state)
{
	struct scratch *s = calloc(1, sizeof(*s));

	*state = s;
	return scratch_make(s);
}

static int
teardown(void **state)
{
	int rc = scratch_remove(*state);

	free(*state);
	return rc;
}

static const char conf_with_password[] = "router-id 192.0.2.10\n"
    "neighbor 192.0.2.1 { remote-as 65000; password \"sesame\" }\n";

/* Returns the mistakes, the caller's to free. */
static char *
read_file(const char *path, struct settings *s, int expected)
{
	char *text;
	size_t size;
	FILE *errors = open_memstream(&text, &size);

	assert_non_null(errors);
	assert_int_equal(configuration_from_file(path, s, errors), expected);
	fclose(errors);
	return text;
}

static void
test_file_with_password_that_all_may_read_is_refused(void **state)
{
	const char *path = scratch_path(*state, "bgplbd.conf");
	char wanted[PATH_MAX * 3], *errors;
	struct settings s;

	scratch_write(path, conf_with_password, strlen(conf_with_password));
	assert_int_equal(chmod(path, 0644), 0);
	errors = read_file(path, &s, -1);
	snprintf(wanted, sizeof(wanted), "%s: it has a password, but everyone "
	    "may read it: chmod o= %s\n", path, path);
	assert_string_equal(errors, wanted);
	assert_null(s.neighbors);
	free(errors);
}

static void
test_file_with_password_of_root_and_group_is_read(void **state)
{
	const char *path = scratch_path(*state, "bgplbd.conf");
	struct settings s;
	char *errors;

	scratch_write(path, conf_with_password, strlen(conf_with_password));
	assert_int_equal(chmod(path, 0640), 0);
	errors = read_file(path, &s, 0);
	assert_string_equal(errors, "");
	assert_string_equal(passwords_of(s.passwords, 0), "sesame");
	configuration_free(&s);
	free(errors);
}

static void
test_file_without_password_may_be_read_by_all(void **state)
{
	const char *path = scratch_path(*state, "bgplbd.conf");
	struct settings s;
	char *errors;

	scratch_write(path, "router-id 192.0.2.10\n", 21);
	assert_int_equal(chmod(path, 0644), 0);
	errors = read_file(path, &s, 0);
	assert_int_equal(s.nneighbors, 0);
	configuration_free(&s);
	free(errors);
}

static void
test_missing_file_is_named(void **state)
{
	const char *path = scratch_path(*state, "none.conf");
	char wanted[PATH_MAX * 2], *errors;
	struct settings s;

	errors = read_file(path, &s, -1);
	snprintf(wanted, sizeof(wanted), "%s: cannot open it: No such file or "
	    "directory\n", path);
	assert_string_equal(errors, wanted);
	free(errors);
}

static void
test_file_beyond_1_mb_is_refused(void **state)
{
	const char *path = scratch_path(*state, "large.conf");
	char wanted[PATH_MAX * 2], *errors;
	struct settings s;

	scratch_write(path, "", 0);
	assert_int_equal(truncate(path, 1024 * 1024 + 1), 0);
	errors = read_file(path, &s, -1);
	snprintf(wanted, sizeof(wanted), "%s: cannot read it: File too "
	    "large\n", path);
	assert_string_equal(errors, wanted);
	free(errors);
}

static void
test_directory_is_refused(void **state)
{
	struct scratch *scratch = *state;
	struct settings s;
	char *errors;

	errors = read_file(scratch->dir, &s, -1);
	assert_non_null(strstr(errors, ": cannot read it: Is a directory\n"));
	free(errors);
}

/* Those in bgplbd.conf(5) are checked by eye; this one people start from. */
static void
test_sample_file_can_be_read(void **state)
{
	size_t len;
	char *text = scratch_read("etc/bgplbd.conf", &len);
	struct reading r;

	(void)state;
	read_text(&r, "etc/bgplbd.conf", text, len);
	assert_string_equal(r.errors, "");
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.settings.nneighbors, 1);
	configuration_free(&r.settings);
	free(r.errors);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sample_file_can_be_read),
		cmocka_unit_test_setup_teardown(
		    test_file_with_password_that_all_may_read_is_refused,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_file_with_password_of_root_and_group_is_read,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_file_without_password_may_be_read_by_all, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_missing_file_is_named,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_file_beyond_1_mb_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_directory_is_refused,
		    setup, teardown),
	};
	int failed = run_golden_pairs();

	return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
