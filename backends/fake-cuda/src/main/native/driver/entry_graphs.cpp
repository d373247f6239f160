// Graphs: what a capture made, run as one piece of work.
#include "entries.h"
#include <algorithm>

namespace {

/// A run of a graph: its nodes in order, on a copy of each, because work may keep state while it waits for others.
Work launchWork(const std::vector<Work> &nodes) {
    Work launch{"graph", nullptr};
    for (const Work &node : nodes) {
        launch.meetings.insert(launch.meetings.end(), node.meetings.begin(), node.meetings.end());
    }
    launch.run = [nodes, next = size_t(0)]() mutable -> Result {
        for (; next < nodes.size(); next++) {
            if (Result result = nodes[next].run()) {
                return result;
            }
        }
        return SUCCESS;
    };
    return launch;
}

} // namespace

extern "C" {

Result cuGraphInstantiateWithFlags(CUgraphExec *executable, CUgraph graph, unsigned long long) {
    return call("cuGraphInstantiate", Needs::CONTEXT, [=]() -> Result {
        auto from = find(graph);
        if (from == nullptr) {
            return INVALID_VALUE;
        }
        auto made = std::make_shared<CUgraphExec_st>();
        made->nodes = from->nodes;
        *executable = enroll(made, 0, std::to_string(made->nodes.size()) + " nodes");
        return SUCCESS;
    });
}

Result cuGraphLaunch(CUgraphExec handle, CUstream streamHandle) {
    return call("cuGraphLaunch", Needs::CONTEXT, [=]() -> Result {
        auto executable = find(handle);
        auto stream = streamOf(streamHandle);
        if (executable == nullptr || stream == nullptr) {
            return INVALID_HANDLE;
        }
        log("cuGraphLaunch of " + std::to_string(executable->nodes.size()) + " nodes");
        return add(stream, launchWork(executable->nodes));
    });
}

Result cuGraphUpload(CUgraphExec handle, CUstream) {
    return call("cuGraphUpload", Needs::CONTEXT,
                [=]() -> Result { return find(handle) == nullptr ? INVALID_HANDLE : SUCCESS; });
}

Result cuGraphDestroy(CUgraph graph) {
    return call("cuGraphDestroy", Needs::CONTEXT_TO_FREE, [=]() -> Result {
        if (find(graph) == nullptr) {
            return INVALID_VALUE;
        }
        registry.erase(graph);
        return SUCCESS;
    });
}

Result cuGraphExecDestroy(CUgraphExec executable) {
    return call("cuGraphExecDestroy", Needs::CONTEXT_TO_FREE, [=]() -> Result {
        if (find(executable) == nullptr) {
            return INVALID_VALUE;
        }
        registry.erase(executable);
        return SUCCESS;
    });
}

/// The nodes have no handles of their own: each is an address inside the graph.
Result cuGraphGetNodes(CUgraph handle, void **nodes, size_t *count) {
    return call("cuGraphGetNodes", Needs::CONTEXT, [=]() -> Result {
        auto graph = find(handle);
        if (graph == nullptr || count == nullptr) {
            return INVALID_VALUE;
        }
        size_t all = graph->nodes.size();
        for (size_t i = 0; nodes != nullptr && i < *count; i++) {
            nodes[i] = i < all ? &graph->nodes[i] : nullptr;
        }
        *count = nodes == nullptr ? all : std::min(all, *count);
        return SUCCESS;
    });
}
}
