// The objects behind the driver's handles.
#pragma once
#include "../abi/kernel_abi.h"
#include "codes.h"
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

struct CUctx_st {
    int device = 0;
    int references = 0; // of the primary context
    fake::Result sticky = 0; // the error that every later call returns
};

namespace fake {

/// What a piece of work returns that cannot be done yet, because it waits for another rank or stream.
constexpr Result BLOCKED = -1;

/// A piece of a stream's work.
struct Work {
    std::string name;
    std::function<Result()> run;
    std::vector<const void *> meetings = {}; // with other ranks, whose streams have work of the same meetings
};

struct Capture;
struct Image;

} // namespace fake

struct CUstream_st {
    static constexpr const char *KIND = "stream";
    CUctx_st *context = nullptr;
    unsigned flags = 0; // 1: does not wait for the legacy stream
    std::deque<fake::Work> queue;
    uint64_t added = 0, done = 0; // pieces of work
    bool running = false;
    std::shared_ptr<fake::Capture> capture;
};

struct CUevent_st {
    static constexpr const char *KIND = "event";
    unsigned flags = 0; // 2: without timing
    std::shared_ptr<CUstream_st> stream; // null: not recorded
    uint64_t mark = 0;                   // complete when the stream has done so much
    double seconds = 0;
    std::shared_ptr<fake::Capture> capture; // in which it was recorded
    uint64_t captureMark = 0;
};

struct CUgraph_st {
    static constexpr const char *KIND = "graph";
    std::vector<fake::Work> nodes;
};

struct CUgraphExec_st {
    static constexpr const char *KIND = "graph executable";
    std::vector<fake::Work> nodes;
};

struct CUfunc_st {
    const FakeKernels *library;
    const FakeKernel *kernel;
    uint32_t dynamicSharedMost = 48 << 10; // bytes, until the program asks for more
};

struct CUmod_st {
    static constexpr const char *KIND = "module";
    CUmod_st() = default;
    CUmod_st(const CUmod_st &) = delete;
    ~CUmod_st(); // its functions are no functions any more
    std::shared_ptr<fake::Image> image;
    std::vector<const FakeKernels *> libraries;
    std::map<std::string, std::unique_ptr<CUfunc_st>> functions;
};

namespace fake {

/// A capture that is going on: its work becomes a graph in the order of the calls.
struct Capture {
    struct Member {
        uint64_t nodes = 0; // that this stream has added
        bool joined = true; // the origin waits for all of them
    };
    CUstream_st *origin;
    int mode; // 0 global, 1 thread local, 2 relaxed
    std::thread::id thread;
    bool invalid = false;
    std::vector<Work> nodes;
    std::map<std::shared_ptr<CUstream_st>, Member> members;
};

/// The context of this thread, or null.
CUctx_st *currentContext();
void setCurrentContext(CUctx_st *context);

/// The primary context of a device.
CUctx_st *primaryContext(int device);

/// Whether the handle is of a context with references.
bool isContext(const CUctx_st *context);

} // namespace fake
