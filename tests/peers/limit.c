/* What the machine itself allows: two processes and two pipes, no runtime in between. A JSON line for each figure.
   build: cc -O2 -pthread -o limit limit.c      usage: limit rtt|rtt-wakeable|rtt-handed|echo|echo-new|memcpy [--quick]
   rtt: 64-byte ping-pong, the median. rtt-wakeable: the same where both sides wait for the pipe or to be woken (epoll, an eventfd).
   rtt-handed: as that, and a thread that reads hands the answer to the one that asked, which no blocking caller can hold up. echo: 16 MiB
   there and back in one call after the other, frames of 1 MiB through pipes of 1 MiB, a thread that writes and one that reads, both ways
   counted. echo-new: the same, but each side takes new memory of 16 MiB for each call, as a target and its caller do, who get arrays of
   their own, and the echo has all before it answers. memcpy: one copy of 64 MB, one thread. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum how { BARE, WAKEABLE, HANDED };
enum { FRAME = 1 << 20, CALL = 16 << 20, COPY = 64000000 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static void whole(int fd, char *bytes, size_t count, int writing) {
  while (count) {
    ssize_t done = writing ? write(fd, bytes, count) : read(fd, bytes, count);
    if (done <= 0) _exit(writing ? 3 : 0); /* the end of the pipe is the end of the echo */
    bytes += done;
    count -= (size_t)done;
  }
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int up[2], down[2];

static char *new_memory(size_t length) {
  void *memory = mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) _exit(4);
  return memory;
}

static int wakeable(int fd) {
  int set = epoll_create1(0), fds[] = {fd, eventfd(0, 0)};
  for (int i = 0; i < 2; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fds[i]};
    if (epoll_ctl(set, EPOLL_CTL_ADD, fds[i], &event)) exit(2);
  }
  return set;
}

static void await(int set) {
  struct epoll_event ready;
  if (set >= 0 && epoll_wait(set, &ready, 1, -1) < 1) exit(5);
}

static pid_t start_echo(size_t frame, int in_new_memory, enum how how) {
  if (pipe(up) || pipe(down)) exit(2);
  pid_t pid = fork();
  if (pid < 0) exit(2);
  if (pid == 0) {
    close(up[1]);
    close(down[0]);
    char *kept = in_new_memory ? 0 : malloc(frame);
    int set = how == BARE ? -1 : wakeable(up[0]);
    for (;;) {
      await(set);
      char *bytes = in_new_memory ? new_memory(frame) : kept;
      whole(up[0], bytes, frame, 0);
      whole(down[1], bytes, frame, 1);
      if (in_new_memory) munmap(bytes, frame);
    }
  }
  close(up[0]);
  close(down[1]);
  return pid;
}

static void stop(pid_t pid) {
  close(up[1]);
  waitpid(pid, 0, 0);
}

static void print(const char *figure, double value) { printf("{\"peer\":\"limit\",\"figure\":\"%s\",\"value\":%.3f}\n", figure, value); }

static sem_t answered;

static void *read_answers(void *unused) {
  char bytes[64];
  for (int set = wakeable(down[0]);;) {
    await(set);
    if (read(down[0], bytes, sizeof bytes) <= 0) return unused;
    sem_post(&answered);
  }
}

static void round_trip(enum how how, int set) {
  static char bytes[64];
  whole(up[1], bytes, sizeof bytes, 1);
  if (how == HANDED) {
    sem_wait(&answered);
    return;
  }
  await(set);
  whole(down[0], bytes, sizeof bytes, 0);
}

static void rtt(double warm_up, int count, enum how how) {
  double *times = malloc((size_t)count * sizeof *times);
  pid_t pid = start_echo(64, 0, how);
  pthread_t reader;
  int set = how == WAKEABLE ? wakeable(down[0]) : -1;
  sem_init(&answered, 0, 0);
  if (how == HANDED) pthread_create(&reader, 0, read_answers, 0);
  for (double end = now() + warm_up; now() < end;) round_trip(how, set);
  for (int i = 0; i < count; i++) {
    double from = now();
    round_trip(how, set);
    times[i] = (now() - from) * 1e6;
  }
  stop(pid);
  if (how == HANDED) pthread_join(reader, 0);
  qsort(times, (size_t)count, sizeof *times, ascending);
  print("rtt_us", times[count / 2]);
}

static char *sent, *got;

static void *send_call(void *unused) {
  for (size_t at = 0; at < CALL; at += FRAME) whole(up[1], sent + at, FRAME, 1);
  return unused;
}

static void echo_call(int in_new_memory) {
  pthread_t writer;
  pthread_create(&writer, 0, send_call, 0);
  char *result = in_new_memory ? new_memory(CALL) : got;
  whole(down[0], result, CALL, 0);
  pthread_join(writer, 0);
  if (in_new_memory) munmap(result, CALL);
}

static void echo(double warm_up, int count, int in_new_memory) {
  sent = malloc(CALL);
  got = malloc(CALL);
  memset(sent, 1, CALL); /* memory that nobody has written is one page, read again and again */
  memset(got, 1, CALL);
  pid_t pid = start_echo(in_new_memory ? CALL : FRAME, in_new_memory, BARE);
  fcntl(up[1], F_SETPIPE_SZ, FRAME);
  fcntl(down[0], F_SETPIPE_SZ, FRAME);
  for (double end = now() + warm_up; now() < end;) echo_call(in_new_memory);
  double from = now();
  for (int i = 0; i < count; i++) echo_call(in_new_memory);
  print("echo_gbps", 2.0 * count * CALL / (now() - from) / 1e9);
  stop(pid);
}

static void copy(double warm_up, int count) {
  char *from_bytes = malloc(COPY), *to_bytes = malloc(COPY);
  memset(from_bytes, 1, COPY);
  memset(to_bytes, 2, COPY);
  for (double end = now() + warm_up; now() < end;) memcpy(to_bytes, from_bytes, COPY);
  double from = now();
  for (int i = 0; i < count; i++) {
    memcpy(to_bytes, from_bytes, COPY);
    from_bytes[i] = to_bytes[i + 1] + 1; /* or the compiler does it once */
  }
  print("memcpy_gbps", (double)count * COPY / (now() - from) / 1e9);
}

int main(int argc, char **argv) {
  int quick = argc > 2 && !strcmp(argv[2], "--quick");
  double warm_up = quick ? 0.5 : 1;
  const char *what = argc > 1 ? argv[1] : "";
  if (!strcmp(what, "rtt")) rtt(warm_up, quick ? 4000 : 20000, BARE);
  else if (!strcmp(what, "rtt-wakeable")) rtt(warm_up, quick ? 4000 : 20000, WAKEABLE);
  else if (!strcmp(what, "rtt-handed")) rtt(warm_up, quick ? 4000 : 20000, HANDED);
  else if (!strcmp(what, "echo")) echo(warm_up, quick ? 40 : 200, 0);
  else if (!strcmp(what, "echo-new")) echo(warm_up, quick ? 5 : 20, 1);
  else if (!strcmp(what, "memcpy")) copy(warm_up, quick ? 10 : 40);
  else return fprintf(stderr, "usage: limit rtt|rtt-wakeable|rtt-handed|echo|echo-new|memcpy [--quick]\n"), 2;
  return 0;
}
