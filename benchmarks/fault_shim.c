/* Stands between a program and the C library, and makes the disk fail or the clock jump when it is told to.

   SANPING_FAULT_DISK names a file; while it exists its first letter says what fails on files below SANPING_FAULT_ON:
   'f' syncing (EIO), 'w' writing (EIO), 's' writing for want of space (ENOSPC).
   SANPING_FAULT_CLOCK names a file of eight bytes: nanoseconds to add to the time of day. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *ahead;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("SANPING_FAULT_CLOCK");
    int file = path ? open(path, O_RDONLY) : -1;
    if (file < 0) return;
    void *seen = mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (seen != MAP_FAILED) ahead = seen;
}

int clock_gettime(clockid_t which, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int found = real(which, now);
    if (!found && ahead && which == CLOCK_REALTIME && *ahead) {
        int64_t moved = (int64_t)now->tv_sec * 1000000000 + now->tv_nsec + *ahead;
        now->tv_sec = moved / 1000000000;
        now->tv_nsec = moved % 1000000000;
    }
    return found;
}

/* Returns the letter of the fault that a file suffers now, 0 when it is well. */
static char fault(int file) {
    const char *control = getenv("SANPING_FAULT_DISK"), *below = getenv("SANPING_FAULT_ON");
    char letter = 0, link[64], path[4096];
    if (!control || !below) return 0;
    int told = open(control, O_RDONLY);
    if (told < 0) return 0;
    if (read(told, &letter, 1) != 1) letter = 0;
    close(told);
    if (!letter) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, below) ? letter : 0;
}

static int fails(int file, const char *letters) {
    int before = errno;
    char letter = fault(file);
    if (letter && strchr(letters, letter)) {
        errno = letter == 's' ? ENOSPC : EIO;
        return 1;
    }
    errno = before;
    return 0;
}

#define SYNC(name)                                                    \
    int name(int file) {                                              \
        static int (*real)(int);                                      \
        if (!real) real = dlsym(RTLD_NEXT, #name);                    \
        return fails(file, "fw") ? -1 : real(file);                   \
    }
SYNC(fsync)
SYNC(fdatasync)

ssize_t write(int file, const void *data, size_t size) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "write");
    return fails(file, "ws") ? -1 : real(file, data, size);
}

#define PWRITE(name, offset_t)                                                        \
    ssize_t name(int file, const void *data, size_t size, offset_t at) {              \
        static ssize_t (*real)(int, const void *, size_t, offset_t);                  \
        if (!real) real = dlsym(RTLD_NEXT, #name);                                    \
        return fails(file, "ws") ? -1 : real(file, data, size, at);                   \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)
