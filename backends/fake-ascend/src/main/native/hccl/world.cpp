#include "../device/world.h"
#include <chrono>
#include <condition_variable>
#include <thread>

namespace fake {

/// A collective that not all ranks have finished.
struct Meeting {
    std::vector<Part> parts;
    uint32_t here = 0, gone = 0;
    HcclResult result = HCCL_SUCCESS;
    bool computed = false;
    std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
};

struct World {
    uint32_t ranks = 0;
    std::map<uint64_t, Meeting> meetings; // by the number of the call
    std::vector<std::map<uint64_t, std::pair<Stream *, uint64_t>>> tickets; // of ranks: where a call waits
    std::vector<bool> left;
};

static std::map<std::string, std::pair<std::shared_ptr<World>, uint32_t>> roots; // and how many have joined

uint32_t ranksOf(const Communicator *communicator) { return communicator->world->ranks; }

static Communicator *member(const std::shared_ptr<World> &world, uint32_t rank) {
    Communicator *communicator = new Communicator();
    communicator->world = world;
    communicator->rank = rank;
    return keep("communicator", communicator);
}

static std::shared_ptr<World> world(uint32_t ranks) {
    auto world = std::make_shared<World>();
    world->ranks = ranks;
    world->tickets.resize(ranks);
    world->left.resize(ranks);
    return world;
}

std::vector<Communicator *> makeWorld(const std::vector<int> &devices) {
    auto made = world(static_cast<uint32_t>(devices.size()));
    std::vector<Communicator *> members;
    for (uint32_t rank = 0; rank < devices.size(); rank++) members.push_back(member(made, rank));
    return members;
}

HcclResult join(const std::string &root, uint32_t ranks, uint32_t rank, Communicator *&out) {
    auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(state.settings.timeout);
    std::shared_ptr<World> joined;
    {
        Lock lock(state.lock);
        auto &entry = roots[root];
        if (!entry.first) entry.first = world(ranks);
        joined = entry.first;
        entry.second++;
    }
    for (;;) {
        {
            Lock lock(state.lock);
            if (roots[root].second >= ranks) break;
        }
        if (std::chrono::steady_clock::now() > end) {
            return static_cast<HcclResult>(fail(HCCL_E_TIMEOUT, "rank %u waited %d ms for the other ranks", rank, state.settings.timeout));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    out = member(joined, rank);
    return HCCL_SUCCESS;
}

void leave(Communicator *communicator) { communicator->world->left[communicator->rank] = true; }

void resetWorlds() { roots.clear(); }

/// Says what does not match, or "".
static std::string mismatch(const Meeting &meeting) {
    for (size_t rank = 1; rank < meeting.parts.size(); rank++) {
        if (meeting.parts[rank].call != meeting.parts[0].call) {
            return "rank 0 calls " + meeting.parts[0].call + ", rank " + std::to_string(rank) + " calls " + meeting.parts[rank].call;
        }
    }
    return "";
}

/// Ranks that have not come.
static std::string missing(const Meeting &meeting) {
    std::string text;
    for (size_t rank = 0; rank < meeting.parts.size(); rank++) {
        if (!meeting.parts[rank].here) text += (text.empty() ? "" : ", ") + std::to_string(rank);
    }
    return text;
}

/// One rank's look at a meeting; the last that comes computes.
static Progress attend(Communicator *communicator, uint64_t call, const Part &part, const Collective &work) {
    Lock lock(state.lock);
    World &world = *communicator->world;
    Meeting &meeting = world.meetings[call];
    meeting.parts.resize(world.ranks);
    Part &mine = meeting.parts[communicator->rank];
    if (!mine.here) {
        mine = part;
        mine.here = true;
        meeting.here++;
    }
    if (!meeting.computed) {
        bool late = std::chrono::steady_clock::now() - meeting.begun > std::chrono::milliseconds(state.settings.timeout);
        bool gone = false;
        for (uint32_t rank = 0; rank < world.ranks; rank++) gone |= world.left[rank] && !meeting.parts[rank].here;
        if (meeting.here < world.ranks && !late && !gone) return Progress::BLOCKED;
        meeting.computed = true;
        if (meeting.here < world.ranks) {
            complain("%s: rank %s did not come", mine.call.c_str(), missing(meeting).c_str());
            meeting.result = gone ? HCCL_E_REMOTE : HCCL_E_TIMEOUT;
        } else if (std::string wrong = mismatch(meeting); !wrong.empty()) {
            complain("collectives differ: %s", wrong.c_str());
            meeting.result = HCCL_E_PARA;
        } else {
            work(meeting.parts);
        }
    }
    if (meeting.result != HCCL_SUCCESS) {
        communicator->error = meeting.result;
        part.stream->error = 507018; // an exception in the task
    }
    world.tickets[communicator->rank].erase(call);
    if (++meeting.gone == world.ranks) world.meetings.erase(call);
    return Progress::DONE;
}

HcclResult collective(Communicator *communicator, Stream *stream, Part part, size_t sent, size_t received, Collective work) {
    uint64_t call = communicator->calls++;
    std::shared_ptr<World> world = communicator->world;
    part.stream = stream;
    {
        Lock lock(state.lock);
        world->tickets[communicator->rank][call] = {stream, stream->enqueued + 1};
    }
    auto run = [=] { return attend(communicator, call, part, work); };
    auto needs = [=] {
        std::vector<std::pair<Stream *, uint64_t>> others;
        for (auto &rank : world->tickets) {
            auto found = rank.find(call);
            if (found != rank.end()) others.push_back(found->second);
        }
        return others;
    };
    std::vector<Range> ranges;
    if (sent) ranges.push_back({part.send, sent});
    if (received) ranges.push_back({part.receive, received});
    enqueue(stream, {run, ranges, needs});
    return HCCL_SUCCESS;
}

} // namespace fake
