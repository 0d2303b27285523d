#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgplbctl/check/program_output.h"
#include "common/log.h"

#define NOT_FOUND_STATUS	127	/* as of a shell */
#define SEARCH_PATH	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static void __attribute__((noreturn))
become(char *const argv[], int in, int out)
{
	int null = open("/dev/null", O_WRONLY);

	if (null == -1 || dup2(in, STDIN_FILENO) == -1 ||
	    dup2(out, STDOUT_FILENO) == -1 || dup2(null, STDERR_FILENO) == -1 ||
	    setenv("PATH", SEARCH_PATH, 1) == -1 ||
	    setenv("LC_ALL", "C", 1) == -1)
		_exit(NOT_FOUND_STATUS);
	execvp(argv[0], argv);
	_exit(NOT_FOUND_STATUS);
}

/* All that can be read, but no more than is kept. */
static char *
read_all(int fd, size_t *len)
{
	size_t size = 0;
	char *text = NULL;
	ssize_t n;

	*len = 0;
	do {
		if (size - *len < 2) {
			size = size == 0 ? 4096 : size * 2;
			text = xreallocarray(text, size, 1);
		}
		n = read(fd, text + *len, size - *len - 1);
		if (n > 0)
			*len += (size_t)n;
	} while ((n > 0 && *len < PROGRAM_OUTPUT_MAX) ||
	    (n == -1 && errno == EINTR));
	text[*len] = '\0';
	return text;
}

static char *
collect(pid_t pid, int fd)
{
	size_t len;
	char *text = read_all(fd, &len);
	int status = 0;

	close(fd);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		continue;
	if (len > 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
		return text;
	free(text);
	errno = WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND_STATUS ?
	    ENOENT : EIO;
	return NULL;
}

/* A file, so that a program that writes before it has read all cannot block us. */
static FILE *
as_file(const char *input)
{
	FILE *f = tmpfile();

	if (f != NULL && (fputs(input, f) == EOF || fflush(f) == EOF ||
	    lseek(fileno(f), 0, SEEK_SET) == -1)) {
		fclose(f);
		return NULL;
	}
	return f;
}

char *
program_output(char *const argv[], const char *input)
{
	char *text = NULL;
	int ends[2], saved;
	pid_t pid;
	FILE *in;

	if ((in = as_file(input)) == NULL)
		return NULL;
	if (pipe2(ends, O_CLOEXEC) == -1) {
		saved = errno;
		fclose(in);
		errno = saved;
		return NULL;
	}
	if ((pid = fork()) == 0)
		become(argv, fileno(in), ends[1]);
	saved = errno;
	close(ends[1]);
	fclose(in);
	if (pid != -1)
		return collect(pid, ends[0]);
	close(ends[0]);
	errno = saved;
	return text;
}
