#include "world.h"
#include "../library/library.h"
#include <algorithm>

namespace fake {
namespace {

const char *const KINDS[] = {"all-reduce", "broadcast", "send", "receive"};
const char *const TYPES[] = {"float16", "bfloat16", "float32", "int32", "uint8"};
const char *const REDUCTIONS[] = {"sum", "max"};

bool match(const Request &a, const Request &b) {
    return a.kind == b.kind && a.count == b.count && a.type == b.type
           && (a.kind == Kind::BROADCAST ? a.peer == b.peer : a.reduction == b.reduction);
}

void finish(const std::vector<std::shared_ptr<Request>> &requests) {
    for (const auto &request : requests) {
        request->done = true;
    }
}

} // namespace

std::string Request::text() const {
    std::string text = "rank " + std::to_string(rank) + ": " + KINDS[static_cast<int>(kind)] + " of "
                       + std::to_string(count) + " " + TYPES[static_cast<int>(type)];
    switch (kind) {
    case Kind::ALL_REDUCE:
        return text + ", " + REDUCTIONS[static_cast<int>(reduction)];
    case Kind::BROADCAST:
        return text + ", root " + std::to_string(peer);
    case Kind::SEND:
        return text + " to rank " + std::to_string(peer);
    case Kind::RECEIVE:
        return text + " from rank " + std::to_string(peer);
    }
    return text;
}

void World::post(const std::shared_ptr<Request> &request) {
    if (request->kind == Kind::ALL_REDUCE || request->kind == Kind::BROADCAST) {
        collectives[request->rank].push_back(request);
        meetCollective();
    } else {
        bool sends = request->kind == Kind::SEND;
        std::pair<int, int> route = sends ? std::pair(request->rank, request->peer)
                                          : std::pair(request->peer, request->rank);
        (sends ? this->sends : receives)[route].push_back(request);
        meetTransfer(route);
    }
}

void World::meetCollective() {
    std::vector<std::shared_ptr<Request>> ranks;
    for (const auto &waiting : collectives) {
        if (waiting.empty()) {
            return;
        }
        ranks.push_back(waiting.front());
    }
    for (const auto &request : ranks) {
        if (!match(*ranks[0], *request)) {
            fail("collectives do not match: " + ranks[0]->text() + "; " + request->text());
            return;
        }
    }
    for (auto &waiting : collectives) {
        waiting.pop_front();
    }
    if (ranks[0]->kind == Kind::ALL_REDUCE) {
        allReduce(ranks);
    } else {
        size_t bytes = ranks[0]->count * bytesOf(ranks[0]->type);
        auto *from = static_cast<const char *>(ranks[ranks[0]->peer]->from);
        std::vector<char> message(from, from + bytes); // ranks may broadcast in place
        for (const auto &request : ranks) {
            std::copy(message.begin(), message.end(), static_cast<char *>(request->to));
        }
    }
    finish(ranks);
}

void World::meetTransfer(std::pair<int, int> route) {
    auto &from = sends[route];
    auto &to = receives[route];
    while (!from.empty() && !to.empty()) {
        const auto send = from.front();
        const auto receive = to.front();
        if (send->count != receive->count || send->type != receive->type) {
            fail("transfers do not match: " + send->text() + "; " + receive->text());
            return;
        }
        memmove(receive->to, send->from, send->count * bytesOf(send->type));
        from.pop_front();
        to.pop_front();
        finish({send, receive});
    }
}

/// Adds as a ring does: the message is cut into one chunk a rank; chunk c starts with rank c+1 and ends with rank c, and
/// every sum is rounded to the type.
void World::allReduce(const std::vector<std::shared_ptr<Request>> &ranks) {
    const Request &first = *ranks[0];
    size_t chunk = (first.count + size - 1) / size;
    std::vector<double> result(first.count);
    for (size_t i = 0; i < first.count; i++) {
        size_t start = i / chunk + 1;
        double sum = load(first.type, ranks[start % size]->from, i);
        for (int hop = 1; hop < size; hop++) {
            double next = load(first.type, ranks[(start + hop) % size]->from, i);
            sum = first.reduction == Reduction::SUM ? rounded(first.type, sum + next) : std::fmax(sum, next);
        }
        result[i] = sum;
    }
    for (const auto &request : ranks) {
        for (size_t i = 0; i < first.count; i++) {
            store(first.type, request->to, i, result[i]);
        }
    }
}

std::string World::waiting() const {
    std::string text;
    auto add = [&text](const std::deque<std::shared_ptr<Request>> &requests) {
        if (!requests.empty()) {
            text += (text.empty() ? "" : "; ") + requests.front()->text();
        }
    };
    for (const auto &requests : collectives) {
        add(requests);
    }
    for (const auto *transfers : {&sends, &receives}) {
        for (const auto &[route, requests] : *transfers) {
            add(requests);
        }
    }
    return text;
}

void World::fail(const std::string &why) {
    note("NCCL: " + why);
    failed = true;
    auto drop = [](std::deque<std::shared_ptr<Request>> &requests) {
        for (const auto &request : requests) {
            request->failed = true;
        }
        requests.clear();
    };
    std::for_each(collectives.begin(), collectives.end(), drop);
    for (auto *transfers : {&sends, &receives}) {
        for (auto &[route, requests] : *transfers) {
            drop(requests);
        }
    }
}

} // namespace fake
