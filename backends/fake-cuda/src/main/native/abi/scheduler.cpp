#include "scheduler.h"
#include "fiber.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <sys/mman.h>
#include <vector>

namespace fake {
namespace {

enum class State : uint8_t { FRESH, READY, AT_BARRIER, IN_WARP, DONE };

struct Thread {
    FakeDim index;
    State state;
    Fiber *fiber; // while it waits
};

/// A warp operation that some lanes of its mask have reached. Its place in the warp is the mask's lowest lane.
struct Group {
    uint32_t mask, arrived;
    FakeWarpOperation operation;
};

struct Warp {
    Group groups[32];
    void *lanes[32];
};

constexpr uint32_t WARP = 32;
constexpr unsigned char POISON = 0xFF; // NaN in every floating type
constexpr unsigned char CANARY = 0xA5;
constexpr size_t SHARED_ALIGNMENT = 128;
constexpr size_t SHARED_MOST = 232448; // bytes a block may have on sm_90

const FakeKernels *library;
const FakeKernel *kernel;
const FakeLaunch *launch;
void **parameters;

std::vector<Thread> threads;
std::vector<uint32_t> order; // in which the threads of this pass run
std::vector<Warp> warps;
uint32_t fresh;   // threads of the order that have started
uint32_t done;
uint32_t waiting; // at the barrier
Thread *current;
const char *trapped;

std::vector<std::unique_ptr<Fiber>> fibers;
std::vector<Fiber *> spare;
Fiber *running;
bool exhausted; // the running fiber has no thread left
uint64_t serial;

void enter(Thread &thread) {
    current = &thread;
    library->thread->thread = thread.index;
    library->thread->linear = static_cast<uint32_t>(&thread - threads.data());
}

/// Where every fiber starts: it runs fresh threads one after another until one of them has to wait, which takes the
/// fiber with it.
void runFreshThreads() {
    running->started();
    for (;;) {
        while (fresh < threads.size()) {
            Thread &thread = threads[order[fresh++]];
            enter(thread);
            kernel->call(parameters);
            thread.state = State::DONE;
            done++;
        }
        exhausted = true;
        running->suspend();
    }
}

void resume(Fiber *fiber) {
    running = fiber;
    exhausted = false;
    fiber->resume();
    if (exhausted) {
        spare.push_back(fiber);
    }
}

void wait(State state) {
    Thread *thread = current;
    thread->state = state;
    thread->fiber = running;
    running->suspend();
    thread->fiber = nullptr;
}

void trap(const char *why) {
    trapped = why;
    running->suspend(); // for ever: the launch is abandoned
}

void syncBlock() {
    waiting++;
    wait(State::AT_BARRIER);
}

void warpOperation(uint32_t mask, FakeWarpOperation operation, void *mine) {
    uint32_t linear = static_cast<uint32_t>(current - threads.data());
    uint32_t first = linear & ~(WARP - 1);
    uint32_t lane = linear - first;
    uint32_t existing = threads.size() - first < WARP ? (1u << (threads.size() - first)) - 1 : ~0u;
    if (!(mask >> lane & 1)) {
        trap("a lane calls a warp operation with a mask that does not name it");
    }
    mask &= existing; // lanes that the block does not have cannot come
    Warp &warp = warps[first / WARP];
    Group &group = warp.groups[__builtin_ctz(mask)];
    if (group.arrived == 0) {
        group.mask = mask;
        group.operation = operation;
    } else if (group.mask != mask) {
        trap("lanes of one warp call a warp operation with different masks");
    } else if (group.operation != operation) {
        trap("lanes of one warp meet in different warp operations");
    }
    warp.lanes[lane] = mine;
    group.arrived |= 1u << lane;
    if (group.arrived != mask) {
        wait(State::IN_WARP);
        return;
    }
    group.arrived = 0;
    void *lanes[WARP] = {};
    for (uint32_t other = 0; other < WARP; other++) {
        if (mask >> other & 1) {
            lanes[other] = warp.lanes[other];
            if (other != lane) {
                threads[first + other].state = State::READY;
            }
        }
    }
    if (operation != nullptr) {
        operation(lanes);
    }
}

const FakeScheduler SCHEDULER = {syncBlock, warpOperation, trap};

uint64_t next(uint64_t &random) { // xorshift
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    return random;
}

void shuffle(uint64_t &random) {
    for (size_t last = order.size() - 1; last > 0; last--) {
        std::swap(order[last], order[next(random) % (last + 1)]);
    }
}

std::string where() {
    const FakeThread &at = *library->thread;
    auto dim = [](const FakeDim &d) {
        return "(" + std::to_string(d.x) + "," + std::to_string(d.y) + "," + std::to_string(d.z) + ")";
    };
    return "thread " + dim(at.thread) + " of block " + dim(at.block);
}

std::string count(uint32_t number, const char *what) {
    return std::to_string(number) + " of " + std::to_string(threads.size()) + " threads " + what;
}

/// Lets ready threads go on, each until it waits again.
bool passOverReadyThreads() {
    bool moved = false;
    for (uint32_t index : order) {
        Thread &thread = threads[index];
        if (thread.state == State::READY) {
            moved = true;
            enter(thread);
            resume(thread.fiber);
            if (trapped != nullptr) {
                break;
            }
        }
    }
    return moved;
}

Outcome runBlock(uint64_t &random) {
    uint32_t size = static_cast<uint32_t>(threads.size());
    for (Thread &thread : threads) {
        thread.state = State::FRESH;
        thread.fiber = nullptr;
    }
    fresh = done = waiting = 0;
    if (launch->order == 2) {
        shuffle(random);
    }
    while (done < size) {
        bool moved = fresh < size;
        if (moved) {
            if (spare.empty()) {
                fibers.push_back(std::make_unique<Fiber>(runFreshThreads));
                spare.push_back(fibers.back().get());
            }
            Fiber *fiber = spare.back();
            spare.pop_back();
            resume(fiber);
        } else {
            moved = passOverReadyThreads();
        }
        if (trapped != nullptr) {
            return {719, std::string(trapped) + ", " + where()};
        }
        if (fresh == size && waiting > 0 && waiting + done == size) {
            if (done > 0) {
                return {719, count(waiting, "wait at __syncthreads(), the others have returned")};
            }
            waiting = 0;
            for (Thread &thread : threads) {
                thread.state = State::READY;
            }
            if (launch->order == 2) {
                shuffle(random);
            }
        } else if (!moved) {
            return {719, count(waiting, "wait at __syncthreads(), ") + std::to_string(size - waiting - done)
                             + " in a warp operation that not all lanes of its mask reach, "
                             + std::to_string(done) + " have returned"};
        }
    }
    return {};
}

/// Dynamic shared memory that ends at a guard page.
unsigned char *sharedMemory(uint32_t bytes) {
#if defined(__SANITIZE_ADDRESS__)
    static unsigned char *exact = nullptr; // red zones guard it
    free(exact);
    void *memory = nullptr;
    if (posix_memalign(&memory, SHARED_ALIGNMENT, bytes) != 0) {
        abort();
    }
    return exact = static_cast<unsigned char *>(memory);
#else
    constexpr size_t PAGE = 4096;
    constexpr size_t BODY = (SHARED_MOST + PAGE - 1) / PAGE * PAGE;
    static unsigned char *end = [] {
        auto *mapped = static_cast<unsigned char *>(
            mmap(nullptr, BODY + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        mprotect(mapped + BODY, PAGE, PROT_NONE);
        return mapped + BODY;
    }();
    return end - (bytes + SHARED_ALIGNMENT - 1) / SHARED_ALIGNMENT * SHARED_ALIGNMENT;
#endif
}

/// Bytes between the end of the dynamic shared memory and its guard page.
uint32_t sharedSlack() {
#if defined(__SANITIZE_ADDRESS__)
    return 0;
#else
    return -launch->dynamicShared % SHARED_ALIGNMENT;
#endif
}

bool slackIsWhole() {
    const unsigned char *slack = library->thread->dynamicShared + launch->dynamicShared;
    for (uint32_t at = 0; at < sharedSlack(); at++) {
        if (slack[at] != CANARY) {
            return false;
        }
    }
    return true;
}

void prepare() {
    FakeDim size = launch->block;
    uint32_t count = size.x * size.y * size.z;
    threads.resize(count);
    uint32_t linear = 0;
    for (uint32_t z = 0; z < size.z; z++) {
        for (uint32_t y = 0; y < size.y; y++) {
            for (uint32_t x = 0; x < size.x; x++) {
                threads[linear++].index = {x, y, z};
            }
        }
    }
    order.resize(count);
    std::iota(order.begin(), order.end(), 0);
    if (launch->order == 1) {
        std::reverse(order.begin(), order.end());
    }
    warps.assign((count + WARP - 1) / WARP, Warp());
    trapped = nullptr;
    *library->scheduler = &SCHEDULER;
    library->thread->blockSize = size;
    library->thread->grid = launch->grid;
    library->thread->dynamicShared = sharedMemory(launch->dynamicShared);
}

/// The block that is run as the given one: all blocks once, in the launch's order.
uint64_t blockAt(uint64_t number, uint64_t blocks, uint64_t stride, uint64_t offset) {
    return launch->order == 0   ? number
           : launch->order == 1 ? blocks - 1 - number
                                : (number * stride + offset) % blocks;
}

void giveUp() {
    spare.clear();
    for (const auto &fiber : fibers) {
        fiber->restart();
        spare.push_back(fiber.get());
    }
}

} // namespace

Outcome run(const FakeKernels &of, const FakeKernel &what, const FakeLaunch &how, void **with) {
    library = &of;
    kernel = &what;
    launch = &how;
    parameters = with;
    prepare();
    uint64_t random = (how.seed + 1) * 0x9E3779B97F4A7C15ull | 1;
    uint64_t blocks = static_cast<uint64_t>(how.grid.x) * how.grid.y * how.grid.z;
    uint64_t offset = next(random) % blocks;
    uint64_t stride = next(random) % blocks;
    while (std::gcd(stride, blocks) != 1) {
        stride++;
    }
    for (uint64_t number = 0; number < blocks; number++) {
        uint64_t block = blockAt(number, blocks, stride, offset);
        library->thread->block = {static_cast<uint32_t>(block % how.grid.x),
                                  static_cast<uint32_t>(block / how.grid.x % how.grid.y),
                                  static_cast<uint32_t>(block / how.grid.x / how.grid.y)};
        library->thread->blockSerial = ++serial;
        memset(library->thread->dynamicShared, POISON, how.dynamicShared);
        memset(library->thread->dynamicShared + how.dynamicShared, CANARY, sharedSlack());
        Outcome outcome = runBlock(random);
        if (outcome.code == 0 && !slackIsWhole()) {
            outcome = {700, "dynamic shared memory written behind its " + std::to_string(how.dynamicShared)
                                + " bytes, block " + std::to_string(block)};
        }
        if (outcome.code != 0) {
            giveUp();
            return outcome;
        }
    }
    return {};
}

std::string abandon() {
    std::string at = where();
    giveUp();
    return at;
}

bool isStackGuard(const void *address) {
    for (const auto &fiber : fibers) {
        if (fiber->guards(address)) {
            return true;
        }
    }
    return false;
}

} // namespace fake
