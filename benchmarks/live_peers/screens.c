// The screens of fan_out.py: reads what comes to many sockets, notes how old the newest frame of each read is, leads.
// Kept in C so that the screens cost little beside the server that is measured.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

enum { HUB = 0, PLAIN = 1, SOCKET_IO = 2, ROOM = 1 << 16, CREDIT_EVERY = 32 };

typedef struct { char rest[ROOM]; int held; int uncredited; } Screen;

static long long now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void say(int fd, const char *text, int size) {
  char frame[1024];
  int head = 2;
  frame[0] = (char)0x81;
  if (size < 126) {
    frame[1] = (char)(0x80 | size);
  } else {
    frame[1] = (char)(0x80 | 126);
    frame[2] = (char)(size >> 8);
    frame[3] = (char)(size & 255);
    head = 4;
  }
  memset(frame + head, 0, 4);  // a mask of zeros leaves the text as it is
  memcpy(frame + head + 4, text, size);
  if (send(fd, frame, head + 4 + size, MSG_NOSIGNAL) < 0) perror("send");
}

static void lead(int fd, int kind, long number) {
  char value[256], text[512];
  snprintf(value, sizeof value,
           "{\"target\":[500120.25,3456789.5,8.0],\"heading_deg\":%ld.5,\"pitch_deg\":-28.0,\"distance_m\":900.0,"
           "\"fov_deg\":38.0,\"t\":%lld}", number % 360, now_ns());
  const char *form = kind == HUB ? "{\"type\":\"show\",\"key\":\"camera\",\"value\":%s,\"fence\":1,\"n\":%ld}"
                   : kind == PLAIN ? "{\"type\":\"shown\",\"key\":\"camera\",\"value\":%s,\"revision\":%ld,\"by\":\"leader\",\"at_ms\":0}"
                   : "42[\"camera\",{\"type\":\"shown\",\"key\":\"camera\",\"value\":%s,\"revision\":%ld,\"by\":\"leader\",\"at_ms\":0}]";
  say(fd, text, snprintf(text, sizeof text, form, value, number));
}

static long long number_after(const char *from, const char *end, const char *name) {
  const char *found = memmem(from, end - from, name, strlen(name));
  return found ? atoll(found + strlen(name)) : -1;
}

// Takes one read of a screen; returns how many values came and when the newest was written.
static int take(Screen *screen, int fd, int kind, long long *written) {
  int got = recv(fd, screen->rest + screen->held, ROOM - screen->held - 1, MSG_DONTWAIT);
  if (got <= 0) return 0;
  int size = screen->held + got, place = 0, count = 0;
  screen->rest[size] = 0;
  const char *newest = NULL, *newest_end = NULL;
  while (size - place >= 2) {
    int length = screen->rest[place + 1] & 0x7f, head = 2;
    if (length == 126) {
      if (size - place < 4) break;
      length = ((unsigned char)screen->rest[place + 2] << 8) | (unsigned char)screen->rest[place + 3];
      head = 4;
    }
    if (size - place < head + length) break;
    const char *payload = screen->rest + place + head, *end = payload + length;
    if ((screen->rest[place] & 15) == 9) send(fd, "\x8a\x80\0\0\0\0", 6, MSG_NOSIGNAL);
    else if (kind == SOCKET_IO && length == 1 && *payload == '2') say(fd, "3", 1);
    else if (memmem(payload, length, "\"t\":", 4)) { newest = payload; newest_end = end; count++; }
    place += head + length;
  }
  if (newest) {
    *written = number_after(newest, newest_end, "\"t\":");
    screen->uncredited += count;
    if (kind == HUB && screen->uncredited >= CREDIT_EVERY) {
      char text[64];
      screen->uncredited = 0;
      say(fd, text, snprintf(text, sizeof text, "{\"type\":\"seen\",\"revision\":%lld}",
                             number_after(newest, newest_end, "\"revision\":")));
    }
  }
  screen->held = size - place;
  memmove(screen->rest, screen->rest + place, screen->held);
  return count;
}

// Leads and reads for a while; fills `ages` with milliseconds and returns how many there are.
long run(const int *fds, int screens, int leader, int kind, double hz, double warm_s, double seconds, float *ages,
         long most_ages, long *frames) {
  Screen *all = calloc(screens + 1, sizeof(Screen));
  int poll = epoll_create1(0);
  for (int i = 0; i <= screens; i++) {
    struct epoll_event wish = {.events = EPOLLIN, .data.u32 = i};
    epoll_ctl(poll, EPOLL_CTL_ADD, i < screens ? fds[i] : leader, &wish);
  }
  long long began = now_ns(), next = began, step = (long long)(1e9 / hz);
  long long measured = began + (long long)(warm_s * 1e9), end = measured + (long long)(seconds * 1e9);
  long number = 0, count = 0;
  *frames = 0;
  while (now_ns() < end) {
    long long now = now_ns();
    if (now >= next) {
      lead(leader, kind, ++number);
      next += step;
    }
    struct epoll_event ready[256];
    int wait = (int)((next - now_ns()) / 1000000);
    int found = epoll_wait(poll, ready, 256, wait < 0 ? 0 : wait);
    for (int i = 0; i < found; i++) {
      unsigned who = ready[i].data.u32;
      long long written = 0;
      int came = take(&all[who], who < (unsigned)screens ? fds[who] : leader, kind, &written);
      long long read = now_ns();
      if (came && who < (unsigned)screens && read >= measured) {
        *frames += came;
        if (count < most_ages) ages[count++] = (float)((read - written) / 1e6);
      }
    }
  }
  free(all);
  return count;
}
