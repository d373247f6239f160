// What the ranks of a communicator share: where their collectives, sends and receives meet.
#pragma once
#include "../library/elements.h"
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace fake {

enum class Kind { ALL_REDUCE, BROADCAST, SEND, RECEIVE };
enum class Reduction { SUM, MAX };

/// What one rank asks for.
struct Request {
    Kind kind;
    int rank;
    int peer; // root of a broadcast, other end of a send or receive
    const void *from;
    void *to;
    size_t count; // elements
    Element type;
    Reduction reduction;
    bool done = false;
    bool failed = false;

    /// In words, for messages.
    std::string text() const;
};

struct World {
    explicit World(int size) : size(size), collectives(size) {}

    const int size;
    std::map<int, int> devices; // by rank, of those that have joined
    bool failed = false; // a request failed: nothing of this world can be trusted

    /// Adds a request; what is complete with it is carried out.
    void post(const std::shared_ptr<Request> &request);

    /// Fails all that waits, with a message in the log.
    void fail(const std::string &why);

    /// Who waits for whom, in words.
    std::string waiting() const;

private:
    std::vector<std::deque<std::shared_ptr<Request>>> collectives; // of each rank, in its order
    std::map<std::pair<int, int>, std::deque<std::shared_ptr<Request>>> sends, receives; // by sender and receiver

    void meetCollective();
    void meetTransfer(std::pair<int, int> route);
    void allReduce(const std::vector<std::shared_ptr<Request>> &ranks);
};

} // namespace fake
