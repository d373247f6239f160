// Communicators, and what control.cpp shows of other files.
#pragma once
#include "../abi/hccl.h"
#include "streams.h"

namespace fake {

struct World;

struct Communicator : Object {
    static constexpr const char *KIND = "communicator";
    std::shared_ptr<World> world;
    uint32_t rank = 0;
    uint64_t calls = 0;
    HcclResult error = HCCL_SUCCESS; // of a collective that failed
};

/// Makes the communicators of a world, whose ranks run on these devices.
std::vector<Communicator *> makeWorld(const std::vector<int> &devices);

/// Joins a world by the name of its root; waits for the other ranks.
HcclResult join(const std::string &root, uint32_t ranks, uint32_t rank, Communicator *&out);

/// What a rank brings to a collective.
struct Part {
    const char *send = nullptr;
    char *receive = nullptr;
    uint64_t count = 0;
    std::string call; // function, type and so on, alike for all ranks
    Stream *stream = nullptr;
    uint64_t ticket = 0;
    bool here = false;
};

using Collective = std::function<void(std::vector<Part> &)>;

/// Enqueues a collective, which the last rank that comes computes for all.
HcclResult collective(Communicator *communicator, Stream *stream, Part part, size_t sent, size_t received, Collective work);

uint32_t ranksOf(const Communicator *communicator);

/// Ends waiting for a world's ranks.
void leave(Communicator *communicator);

void resetWorlds();

std::string signatures();
std::string echoed();

} // namespace fake
