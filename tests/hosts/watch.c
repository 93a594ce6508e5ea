// Counts what one thread does between dyad_watch_begin and dyad_watch_end: calls of malloc and its
// relatives, because this library is preloaded and stands before the C library's; and system calls,
// because the kernel turns each into a SIGSYS while the selector below says so
// (PR_SET_SYSCALL_USER_DISPATCH, Linux 5.11). The signal handler makes the call itself and goes on,
// so the program under watch behaves as always.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <ucontext.h>

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif

struct seen { long allocations, system_calls, first; };

#define LOCAL static __thread __attribute__((tls_model("initial-exec")))
LOCAL volatile char selector; // 0 lets system calls pass, 1 reports them
LOCAL volatile int counting;
LOCAL volatile long allocations, system_calls, first;

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

static void count(void) {
    if (counting) allocations++;
}

void *malloc(size_t size) { count(); return __libc_malloc(size); }
void *calloc(size_t n, size_t size) { count(); return __libc_calloc(n, size); }
void *realloc(void *p, size_t size) { count(); return __libc_realloc(p, size); }
void *memalign(size_t align, size_t size) { count(); return __libc_memalign(align, size); }
void *aligned_alloc(size_t align, size_t size) { count(); return __libc_memalign(align, size); }
void free(void *p) { if (p) count(); __libc_free(p); }
int posix_memalign(void **p, size_t align, size_t size) {
    count();
    *p = __libc_memalign(align, size);
    return *p ? 0 : ENOMEM;
}

// The handler runs with the selector at 0 until it returns: the return is a system call too. So the
// calls that follow the first one within one watch are not all counted; one is too many anyway.
static void reported(int signal, siginfo_t *info, void *context) {
    (void)signal;
    selector = 0;
    if (system_calls++ == 0) first = info->si_syscall;
    greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
    long result = info->si_syscall;
    register long r10 __asm__("r10") = r[REG_R10];
    register long r8 __asm__("r8") = r[REG_R8];
    register long r9 __asm__("r9") = r[REG_R9];
    __asm__ volatile("syscall" : "+a"(result)
                     : "D"(r[REG_RDI]), "S"(r[REG_RSI]), "d"(r[REG_RDX]), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    r[REG_RAX] = result;
}

// 0, or -1 with errno where the kernel can't do it.
int dyad_watch_open(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = reported;
    action.sa_flags = SA_SIGINFO;
    if (sigaction(SIGSYS, &action, NULL) != 0) return -1;
    return prctl(PR_SET_SYSCALL_USER_DISPATCH, 1, 0L, 0L, &selector);
}

void dyad_watch_begin(void) {
    allocations = system_calls = 0;
    first = -1;
    counting = 1;
    selector = 1;
}

void dyad_watch_end(struct seen *seen) {
    selector = 0;
    counting = 0;
    seen->allocations = allocations;
    seen->system_calls = system_calls;
    seen->first = first;
}
