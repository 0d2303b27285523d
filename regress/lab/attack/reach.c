/*
 * Attempts to reach files, programs, the network and other sockets.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "regress/lab/attack/attack.h"

#define DOCKER_TCP_PORT	2375

ATTACK(read_a_file)
{
	attack_result(open("/etc/passwd", O_RDONLY));
}

ATTACK(read_above_the_root)
{
	attack_result(open("../../../../etc/passwd", O_RDONLY));
}

ATTACK(write_a_file)
{
	attack_result(open("/file", O_WRONLY | O_CREAT, 0600));
}

ATTACK(change_the_root)
{
	attack_result(chroot("/"));
}

ATTACK(run_a_program)
{
	attack_result(execl("/bin/sh", "sh", (char *)NULL));
}

ATTACK(fork_a_process)
{
	attack_result(fork());
}

ATTACK(connect_to_docker_by_tcp)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons(DOCKER_TCP_PORT),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	attack_result(fd == -1 ? -1 :
	    connect(fd, (struct sockaddr *)&sin, sizeof(sin)));
}

ATTACK(connect_by_fast_open)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons(DOCKER_TCP_PORT),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};

	attack_result(sendto(STDERR_FILENO, "x", 1, MSG_FASTOPEN,
	    (struct sockaddr *)&sin, sizeof(sin)));
}

ATTACK(remove_a_password)
{
	struct tcp_md5sig none;

	memset(&none, 0, sizeof(none));
	attack_result(setsockopt(STDERR_FILENO, IPPROTO_TCP, TCP_MD5SIG, &none,
	    sizeof(none)));
}

ATTACK(connect_to_a_path)
{
	struct sockaddr_un sun = {
		.sun_family = AF_UNIX,
		.sun_path = "/var/run/docker.sock",
	};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	attack_result(fd == -1 ? -1 :
	    connect(fd, (struct sockaddr *)&sun, sizeof(sun)));
}

ATTACK(send_a_datagram)
{
	attack_result(socket(AF_INET, SOCK_DGRAM, 0));
}

ATTACK(listen_on_tcp)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd != -1 && bind(fd, (struct sockaddr *)&sin, sizeof(sin)) != -1)
		attack_result(listen(fd, 1));
	else
		attack_result(-1);
}
