// libnccl.so.2: ranks are threads of one process, or one thread, with a device each. A collective is work of the streams
// that it is given; it is carried out when the last rank's stream comes to it.
#include "../library/library.h"
#include "world.h"
#include <chrono>
#include <set>
#include <unistd.h>
#include <utility>

using namespace fake;

struct ncclComm {
    std::shared_ptr<World> world;
    int rank;
    bool aborted = false;
};

typedef ncclComm *ncclComm_t;

struct ncclUniqueId {
    char internal[128];
};

namespace {

enum Status { NCCL_SUCCESS = 0, UNHANDLED_CUDA_ERROR, SYSTEM_ERROR, INTERNAL_ERROR, INVALID_ARGUMENT, INVALID_USAGE };

const char *const TEXTS[] = {"no error",         "unhandled cuda error", "unhandled system error",
                             "internal error",   "invalid argument",     "invalid usage",
                             "remote process exited or there was a network error", "NCCL operation in progress"};

std::map<std::string, std::shared_ptr<World>> worlds; // by unique id, until all ranks have joined
std::map<ncclComm_t, std::shared_ptr<ncclComm>> comms;

/// A request that waits for the end of its group.
struct Grouped {
    std::shared_ptr<ncclComm> comm;
    CUstream_st *stream;
    Request request;
};

thread_local int groupDepth = 0;
thread_local std::vector<Grouped> group;
thread_local std::vector<std::shared_ptr<ncclComm>> joining; // in this group

/// The requests of a group, of one rank on one stream, as work.
struct GroupWork {
    std::shared_ptr<ncclComm> comm;
    std::vector<Request> requests;
    std::vector<std::shared_ptr<Request>> posted = {}; // once the stream has come here
    std::chrono::steady_clock::time_point start = {};

    Result run() {
        World &world = *comm->world;
        if (comm->aborted) {
            return fake::SUCCESS; // what a kernel of NCCL does then: it ends, its results are not to be used
        }
        if (posted.empty()) {
            start = std::chrono::steady_clock::now();
            for (const Request &request : requests) {
                posted.push_back(std::make_shared<Request>(request));
            }
            for (const auto &request : posted) {
                world.post(request);
            }
        }
        if (!isDone()) {
            meet(&world);
        }
        if (!isDone() && !world.failed && std::chrono::steady_clock::now() - start
                > std::chrono::milliseconds(timeoutMilliseconds())) {
            world.fail("no rank met these in time: " + world.waiting());
        }
        return isDone() ? fake::SUCCESS : world.failed ? fake::LAUNCH_FAILED : BLOCKED_WORK;
    }

private:
    static constexpr Result BLOCKED_WORK = -1;

    bool isDone() const {
        for (const auto &request : posted) {
            if (!request->done) {
                return false;
            }
        }
        return true;
    }
};

int addGroup(const std::shared_ptr<ncclComm> &comm, CUstream_st *stream, std::vector<Request> requests) {
    std::string name = "NCCL " + requests.front().text();
    Result added = addWork(
        stream, name, [work = GroupWork{comm, std::move(requests)}]() mutable { return work.run(); },
        {comm->world.get()});
    return added == fake::SUCCESS ? NCCL_SUCCESS : UNHANDLED_CUDA_ERROR;
}

const std::map<int64_t, Element> ELEMENTS = {{1, Element::UINT8}, {2, Element::INT32}, {6, Element::FP16}, {7, Element::FP32}, {9, Element::BF16}};

bool isMemory(const char *function, const void *start, size_t bytes) {
    bool valid = bytes == 0 || isDeviceMemory(start, bytes);
    if (!valid) {
        note(std::string(function) + ": " + std::to_string(bytes) + " bytes are not inside one allocation");
    }
    return valid;
}

std::shared_ptr<ncclComm> commOf(ncclComm_t handle) {
    auto found = comms.find(handle);
    return found == comms.end() ? nullptr : found->second;
}

/// Takes a request, or puts it into the group that is open.
int request(const char *function, ncclComm_t handle, CUstream_st *stream, int type, Request request) {
    return libraryCall(function, [&]() -> int {
        auto comm = commOf(handle);
        bool hasPeer = request.kind != Kind::ALL_REDUCE;
        if (comm == nullptr || !elementOf(ELEMENTS, type, request.type)
            || (hasPeer && (request.peer < 0 || request.peer >= comm->world->size))) {
            return INVALID_ARGUMENT;
        }
        size_t bytes = request.count * bytesOf(request.type);
        request.rank = comm->rank;
        bool reads = request.kind != Kind::RECEIVE && (request.kind != Kind::BROADCAST || request.peer == comm->rank);
        if ((reads && !isMemory(function, request.from, bytes))
            || (request.kind != Kind::SEND && !isMemory(function, request.to, bytes))) {
            return INVALID_ARGUMENT;
        }
        if (comm->world->failed) {
            return INTERNAL_ERROR;
        }
        if (groupDepth > 0) {
            group.push_back({comm, stream, request});
            return NCCL_SUCCESS;
        }
        return addGroup(comm, stream, {request});
    });
}

/// Waits until all ranks of the communicators have joined.
int waitForRanks(const std::vector<std::shared_ptr<ncclComm>> &members) {
    auto start = std::chrono::steady_clock::now();
    for (const auto &comm : members) {
        World &world = *comm->world;
        while (static_cast<int>(world.devices.size()) < world.size && !world.failed) {
            if (std::chrono::steady_clock::now() - start > std::chrono::milliseconds(timeoutMilliseconds())) {
                world.fail("only " + std::to_string(world.devices.size()) + " of " + std::to_string(world.size)
                           + " ranks joined in time");
            }
            pause(20);
        }
        std::set<int> devices;
        for (const auto &[rank, device] : world.devices) {
            devices.insert(device);
        }
        if (devices.size() < world.devices.size()) {
            note("NCCL: two ranks on one device");
            return INVALID_USAGE;
        }
        if (world.failed) {
            return INTERNAL_ERROR;
        }
    }
    return NCCL_SUCCESS;
}

std::shared_ptr<ncclComm> join(const std::shared_ptr<World> &world, int rank, int device) {
    auto comm = std::make_shared<ncclComm>(ncclComm{world, rank});
    comms[comm.get()] = comm;
    world->devices[rank] = device;
    born(comm.get(), "communicator", "rank " + std::to_string(rank) + " of " + std::to_string(world->size));
    return comm;
}

int leave(const char *function, ncclComm_t handle, bool aborts) {
    return libraryCall(function, [&]() -> int {
        auto comm = commOf(handle);
        if (comm == nullptr) {
            return INVALID_ARGUMENT;
        }
        comm->aborted = aborts;
        comms.erase(handle);
        gone(handle);
        return NCCL_SUCCESS;
    });
}

} // namespace

extern "C" {

int ncclGetVersion(int *version) {
    *version = 22903;
    return NCCL_SUCCESS;
}

const char *ncclGetErrorString(int status) {
    bool known = status >= 0 && status < static_cast<int>(sizeof TEXTS / sizeof TEXTS[0]);
    return known ? TEXTS[status] : "unknown result code";
}

const char *ncclGetLastError(ncclComm_t) {
    return "see the log of the fake device";
}

int ncclGetUniqueId(ncclUniqueId *id) {
    return libraryCall("ncclGetUniqueId", [=]() -> int {
        static int next = 0;
        *id = {};
        snprintf(id->internal, sizeof id->internal, "fakenccl-%d-%d", getpid(), next++);
        return NCCL_SUCCESS;
    });
}

int ncclCommInitRank(ncclComm_t *comm, int size, ncclUniqueId id, int rank) {
    return libraryCall("ncclCommInitRank", [&]() -> int {
        if (size < 1 || rank < 0 || rank >= size) {
            return INVALID_ARGUMENT;
        }
        if (currentDevice() < 0) {
            return UNHANDLED_CUDA_ERROR;
        }
        auto &world = worlds[id.internal];
        if (world == nullptr) {
            world = std::make_shared<World>(size);
        }
        if (world->size != size || world->devices.count(rank) > 0) {
            note("NCCL: rank " + std::to_string(rank) + " of " + std::to_string(size) + " joins twice, or a world of "
                 + std::to_string(world->size));
            return INVALID_USAGE;
        }
        auto made = join(world, rank, currentDevice());
        *comm = made.get();
        if (groupDepth > 0) {
            joining.push_back(made);
            return NCCL_SUCCESS;
        }
        return waitForRanks({made});
    });
}

int ncclCommInitAll(ncclComm_t *all, int size, const int *devices) {
    return libraryCall("ncclCommInitAll", [&]() -> int {
        if (size < 1) {
            return INVALID_ARGUMENT;
        }
        auto world = std::make_shared<World>(size);
        std::vector<std::shared_ptr<ncclComm>> made;
        for (int rank = 0; rank < size; rank++) {
            made.push_back(join(world, rank, devices == nullptr ? rank : devices[rank]));
            all[rank] = made.back().get();
        }
        return waitForRanks(made);
    });
}

int ncclCommFinalize(ncclComm_t comm) {
    return libraryCall("ncclCommFinalize", [=]() -> int { return commOf(comm) == nullptr ? INVALID_ARGUMENT : NCCL_SUCCESS; });
}

int ncclCommDestroy(ncclComm_t comm) {
    return leave("ncclCommDestroy", comm, false);
}

int ncclCommAbort(ncclComm_t comm) {
    return leave("ncclCommAbort", comm, true);
}

int ncclCommGetAsyncError(ncclComm_t handle, int *error) {
    return libraryCall("ncclCommGetAsyncError", [=]() -> int {
        auto comm = commOf(handle);
        if (comm == nullptr) {
            return INVALID_ARGUMENT;
        }
        *error = comm->world->failed ? INTERNAL_ERROR : NCCL_SUCCESS;
        return NCCL_SUCCESS;
    });
}

int ncclCommCount(ncclComm_t handle, int *size) {
    return libraryCall("ncclCommCount", [=]() -> int {
        auto comm = commOf(handle);
        if (comm == nullptr) {
            return INVALID_ARGUMENT;
        }
        *size = comm->world->size;
        return NCCL_SUCCESS;
    });
}

int ncclCommUserRank(ncclComm_t handle, int *rank) {
    return libraryCall("ncclCommUserRank", [=]() -> int {
        auto comm = commOf(handle);
        if (comm == nullptr) {
            return INVALID_ARGUMENT;
        }
        *rank = comm->rank;
        return NCCL_SUCCESS;
    });
}

int ncclAllReduce(const void *from, void *to, size_t count, int type, int reduction, ncclComm_t comm,
                  CUstream_st *stream) {
    constexpr int SUM = 0;
    constexpr int MAX = 2;
    if (reduction != SUM && reduction != MAX) {
        return INVALID_ARGUMENT;
    }
    return request("ncclAllReduce", comm, stream, type,
                   {Kind::ALL_REDUCE, 0, 0, from, to, count, {}, reduction == SUM ? Reduction::SUM : Reduction::MAX});
}

int ncclBroadcast(const void *from, void *to, size_t count, int type, int root, ncclComm_t comm, CUstream_st *stream) {
    return request("ncclBroadcast", comm, stream, type, {Kind::BROADCAST, 0, root, from, to, count, {}, {}});
}

int ncclSend(const void *from, size_t count, int type, int peer, ncclComm_t comm, CUstream_st *stream) {
    return request("ncclSend", comm, stream, type, {Kind::SEND, 0, peer, from, nullptr, count, {}, {}});
}

int ncclRecv(void *to, size_t count, int type, int peer, ncclComm_t comm, CUstream_st *stream) {
    return request("ncclRecv", comm, stream, type, {Kind::RECEIVE, 0, peer, nullptr, to, count, {}, {}});
}

int ncclGroupStart() {
    groupDepth++;
    return NCCL_SUCCESS;
}

int ncclGroupEnd() {
    return libraryCall("ncclGroupEnd", []() -> int {
        if (groupDepth == 0) {
            return INVALID_USAGE;
        }
        if (--groupDepth > 0) {
            return NCCL_SUCCESS;
        }
        int status = waitForRanks(std::exchange(joining, {}));
        std::vector<Grouped> requests = std::exchange(group, {});
        while (!requests.empty() && status == NCCL_SUCCESS) { // those of one rank on one stream go on together
            std::vector<Request> together;
            std::vector<Grouped> rest;
            for (const Grouped &grouped : requests) {
                if (grouped.comm == requests[0].comm && grouped.stream == requests[0].stream) {
                    together.push_back(grouped.request);
                } else {
                    rest.push_back(grouped);
                }
            }
            status = addGroup(requests[0].comm, requests[0].stream, std::move(together));
            requests = std::move(rest);
        }
        return status;
    });
}
}
