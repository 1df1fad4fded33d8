/* Loaded in front of the C library: a slow disk under a database server. While the file
   $LEFTFOLD_FORCES/slow exists, each force of its log takes a fifth of a second longer. Every force
   that has ended is a byte more in $LEFTFOLD_FORCES/binlog or $LEFTFOLD_FORCES/redo. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void path_of(const char *name, char *path, size_t size) {
    const char *directory = getenv("LEFTFOLD_FORCES");
    snprintf(path, size, "%s/%s", directory ? directory : ".", name);
}

static const char *log_of(int fd) {
    char link[64];
    char file[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, file, sizeof file - 1);
    if (length <= 0) {
        return NULL;
    }
    file[length] = 0;
    if (strstr(file, "/binlog.0")) {
        return "binlog";
    }
    return strstr(file, "/ib_logfile") || strstr(file, "/pg_wal/") ? "redo" : NULL;
}

static int force(int fd, const char *function) {
    int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, function);
    const char *log = log_of(fd);
    char path[4096];
    path_of("slow", path, sizeof path);
    if (log && access(path, F_OK) == 0) {
        usleep(200000);
    }
    int result = real(fd);
    if (log && result == 0) {
        path_of(log, path, sizeof path);
        int to = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
        if (to >= 0) {
            if (write(to, ".", 1) != 1) {
                abort();
            }
            close(to);
        }
    }
    return result;
}

int fsync(int fd) {
    return force(fd, "fsync");
}

int fdatasync(int fd) {
    return force(fd, "fdatasync");
}
