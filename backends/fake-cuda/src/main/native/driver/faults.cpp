#include "faults.h"
#include "../abi/scheduler.h"
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <pthread.h>

namespace fake {
namespace {

// One kernel runs at a time, so plain variables say which thread it runs on and where to go when it fails.
volatile bool inKernel = false;
pthread_t kernelThread;
sigjmp_buf wayOut;
const char *volatile fault;
void *volatile faultAddress;

struct sigaction before[NSIG];
constexpr int SIGNALS[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};

// a handler needs a stack that the fault cannot have used up
constexpr size_t HANDLER_STACK = 64 << 10;
alignas(16) char handlerStack[HANDLER_STACK];

void onFault(int signal, siginfo_t *info, void *context) {
    if (inKernel && pthread_equal(pthread_self(), kernelThread)) {
        inKernel = false;
        fault = signal == SIGFPE ? "integer division by zero" : "access to an address that is not the device's";
        faultAddress = info->si_addr;
        siglongjmp(wayOut, 1);
    }
    const struct sigaction &other = before[signal];
    if (other.sa_flags & SA_SIGINFO) {
        other.sa_sigaction(signal, info, context);
    } else if (other.sa_handler == SIG_DFL || other.sa_handler == SIG_IGN) {
        sigaction(signal, &other, nullptr); // the fault comes again, to nobody
    } else {
        other.sa_handler(signal);
    }
}

} // namespace

void catchFaults() {
    for (int signal : SIGNALS) {
        struct sigaction now;
        sigaction(signal, nullptr, &now);
        if ((now.sa_flags & SA_SIGINFO) && now.sa_sigaction == onFault) {
            continue;
        }
        before[signal] = now;
        now = {};
        now.sa_sigaction = onFault;
        now.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
        sigaction(signal, &now, nullptr);
    }
}

std::string guarded(const std::function<void()> &kernel) {
    stack_t mine = {};
    stack_t old;
    mine.ss_sp = handlerStack;
    mine.ss_size = HANDLER_STACK;
    sigaltstack(&mine, &old);
    kernelThread = pthread_self();
    std::string found;
    if (sigsetjmp(wayOut, 1) == 0) {
        inKernel = true;
        kernel();
        inKernel = false;
    } else {
        char text[64];
        snprintf(text, sizeof text, " (%p), ", faultAddress);
        found = isStackGuard(faultAddress) ? "local variables of a thread exceed its stack" : fault;
        found += text + abandon();
    }
    sigaltstack(&old, nullptr);
    return found;
}

} // namespace fake
