// Collectives.
#include "../device/memory.h"
#include "../device/world.h"
#include "../ops/elements.h"
#include <algorithm>

using namespace fake;

#define REFUSE(code, ...) return static_cast<HcclResult>(fail(code, __VA_ARGS__))

/// The communicator and stream of a call.
#define CALL(comm, handle) \
    ENTER(HcclResult); \
    int code = 0; \
    Communicator *communicator = find<Communicator>(comm, HCCL_E_PARA, code); \
    if (!communicator) return static_cast<HcclResult>(code); \
    Stream *on = fake::stream(handle, code); \
    if (!on) return HCCL_E_RUNTIME; \
    [[maybe_unused]] uint32_t ranks = ranksOf(communicator)

static bool known(HcclDataType type) {
    switch (type) {
    case HCCL_DATA_TYPE_INT8: case HCCL_DATA_TYPE_INT16: case HCCL_DATA_TYPE_INT32: case HCCL_DATA_TYPE_FP16: case HCCL_DATA_TYPE_FP32:
    case HCCL_DATA_TYPE_INT64: case HCCL_DATA_TYPE_UINT8: case HCCL_DATA_TYPE_FP64:
        return true;
    case HCCL_DATA_TYPE_BFP16: return !state.settings.first();
    }
    return false;
}

static aclDataType elementOf(HcclDataType type) {
    switch (type) {
    case HCCL_DATA_TYPE_INT8: return ACL_INT8;
    case HCCL_DATA_TYPE_INT16: return ACL_INT16;
    case HCCL_DATA_TYPE_INT32: return ACL_INT32;
    case HCCL_DATA_TYPE_FP16: return ACL_FLOAT16;
    case HCCL_DATA_TYPE_FP32: return ACL_FLOAT;
    case HCCL_DATA_TYPE_INT64: return ACL_INT64;
    case HCCL_DATA_TYPE_UINT8: return ACL_UINT8;
    case HCCL_DATA_TYPE_FP64: return ACL_DOUBLE;
    case HCCL_DATA_TYPE_BFP16: return ACL_BF16;
    }
    return ACL_DT_UNDEFINED;
}

/// Types that can be reduced: never uint8, which bool is too; int64 not before 9; a product not of int16 and BF16.
static bool reducible(HcclDataType type, HcclReduceOp op) {
    bool first = state.settings.first(), product = op == HCCL_REDUCE_PROD;
    switch (type) {
    case HCCL_DATA_TYPE_INT8: case HCCL_DATA_TYPE_INT32: case HCCL_DATA_TYPE_FP16: case HCCL_DATA_TYPE_FP32: return true;
    case HCCL_DATA_TYPE_INT16: case HCCL_DATA_TYPE_BFP16: return !first && !product;
    case HCCL_DATA_TYPE_INT64: return atoi(state.settings.cann.c_str()) >= 9;
    case HCCL_DATA_TYPE_UINT8: case HCCL_DATA_TYPE_FP64: break;
    }
    return false;
}

/// Checks a buffer.
static int buffer(const char *role, const void *start, size_t bytes, size_t element) {
    if (reinterpret_cast<uintptr_t>(start) % element) return fail(HCCL_E_PARA, "%s %p is not aligned to %zu bytes", role, start, element);
    Memory *memory = holding(start, bytes);
    if (memory && memory->device == current()) return 0;
    return fail(HCCL_E_PARA, "%s %p is %s, expected %zu bytes of device %d", role, start, described(start).c_str(), bytes, current());
}

static std::string text(const char *function, uint64_t count, int type, int more) {
    return std::string(function) + "(count " + std::to_string(count) + ", type " + std::to_string(type) + ", " + std::to_string(more) + ")";
}

template <class T> static T combined(T x, T y, HcclReduceOp op) {
    switch (op) {
    case HCCL_REDUCE_SUM: return x + y;
    case HCCL_REDUCE_PROD: return x * y;
    case HCCL_REDUCE_MAX: return x != x || x > y ? x : y;
    case HCCL_REDUCE_MIN: return x != x || x < y ? x : y;
    }
    return x;
}

/// Adds y to x, each addition rounded to the element type.
template <class T> static void add(std::vector<T> &x, const std::vector<T> &y, HcclReduceOp op, aclDataType type, bool saturates) {
    for (size_t i = 0; i < x.size(); i++) {
        x[i] = combined(x[i], y[i], op);
        if constexpr (std::is_same<T, float>::value) {
            if (type != ACL_FLOAT) x[i] = rounded(x[i], type, saturates);
        }
    }
}

/// Reduces one chunk of all ranks: on the first 910 by halving; else a running sum from the chunk's owner round, or in
/// the order of arrival where more than two ranks are not deterministic.
template <class T> static std::vector<T> reduce(std::vector<std::vector<T>> parts, size_t owner, HcclReduceOp op, aclDataType type, bool saturates) {
    size_t ranks = parts.size();
    if (state.settings.first()) {
        size_t power = 1;
        while (power * 2 <= ranks) power *= 2;
        for (size_t r = power; r < ranks; r++) add(parts[r - power], parts[r], op, type, saturates);
        for (size_t half = power / 2; half >= 1; half /= 2) {
            for (size_t r = 0; r < half; r++) add(parts[r], parts[r + half], op, type, saturates);
        }
        return parts[0];
    }
    bool arriving = !state.hcclDeterministic && ranks > 2;
    std::vector<size_t> order = arrival(ranks);
    std::vector<T> sum = parts[arriving ? order[0] : owner];
    for (size_t n = 1; n < ranks; n++) add(sum, parts[arriving ? order[n] : (owner + n) % ranks], op, type, saturates);
    return sum;
}

static Desc view(const char *start, uint64_t count, aclDataType type) {
    Desc desc;
    desc.type = type;
    desc.dims = {static_cast<int64_t>(count)};
    desc.strides = {1};
    desc.data = const_cast<char *>(start);
    return desc;
}

/// Reduces what all ranks send, a chunk a rank; the result has `count` elements.
static void reduceAll(const std::vector<Part> &parts, uint64_t count, aclDataType type, HcclReduceOp op, std::vector<char> &result) {
    size_t chunk = (count + parts.size() - 1) / parts.size();
    Run run;
    run.saturates = parts[0].stream->saturates;
    result.resize(count * bytesOf(type));
    for (size_t from = 0; from < count; from += chunk) {
        size_t length = std::min<size_t>(chunk, count - from), at = from * bytesOf(type);
        computed(type, [&](auto zero) {
            using T = decltype(zero);
            std::vector<std::vector<T>> values;
            for (const Part &part : parts) values.push_back(load<T>(view(part.send + at, length, type)));
            Desc target = view(result.data() + at, length, type);
            store(run, target, reduce(values, from / chunk, op, type, run.saturates));
        });
    }
}

extern "C" {

HcclResult HcclAllReduce(void *sendBuf, void *recvBuf, uint64_t count, HcclDataType dataType, HcclReduceOp op, HcclComm comm, aclrtStream stream) {
    CALL(comm, stream);
    if (op < HCCL_REDUCE_SUM || op > HCCL_REDUCE_MIN) REFUSE(HCCL_E_PARA, "op %d, expected 0 to 3", op);
    if (!known(dataType) || !reducible(dataType, op)) REFUSE(HCCL_E_NOT_SUPPORT, "type %d cannot be reduced with op %d on %s", dataType, op, state.settings.soc.c_str());
    aclDataType type = elementOf(dataType);
    size_t bytes = count * bytesOf(type);
    if (buffer("sendBuf", sendBuf, bytes, bytesOf(type)) || buffer("recvBuf", recvBuf, bytes, bytesOf(type))) return HCCL_E_PARA;
    Part part;
    part.send = static_cast<char *>(sendBuf);
    part.receive = static_cast<char *>(recvBuf);
    part.call = text(__func__, count, dataType, op);
    return collective(communicator, on, part, bytes, bytes, [=](std::vector<Part> &parts) {
        std::vector<char> result;
        reduceAll(parts, count, type, op, result);
        for (Part &each : parts) memcpy(each.receive, result.data(), result.size());
    });
}

HcclResult HcclReduceScatter(void *sendBuf, void *recvBuf, uint64_t recvCount, HcclDataType dataType, HcclReduceOp op, HcclComm comm, aclrtStream stream) {
    CALL(comm, stream);
    if (op < HCCL_REDUCE_SUM || op > HCCL_REDUCE_MIN) REFUSE(HCCL_E_PARA, "op %d, expected 0 to 3", op);
    if (!known(dataType) || !reducible(dataType, op)) REFUSE(HCCL_E_NOT_SUPPORT, "type %d cannot be reduced with op %d on %s", dataType, op, state.settings.soc.c_str());
    aclDataType type = elementOf(dataType);
    size_t bytes = recvCount * bytesOf(type);
    if (buffer("sendBuf", sendBuf, bytes * ranks, bytesOf(type)) || buffer("recvBuf", recvBuf, bytes, bytesOf(type))) return HCCL_E_PARA;
    Part part;
    part.send = static_cast<char *>(sendBuf);
    part.receive = static_cast<char *>(recvBuf);
    part.call = text(__func__, recvCount, dataType, op);
    return collective(communicator, on, part, bytes * ranks, bytes, [=](std::vector<Part> &parts) {
        std::vector<char> result;
        reduceAll(parts, recvCount * parts.size(), type, op, result);
        for (size_t rank = 0; rank < parts.size(); rank++) memcpy(parts[rank].receive, result.data() + rank * bytes, bytes);
    });
}

HcclResult HcclBroadcast(void *buf, uint64_t count, HcclDataType dataType, uint32_t root, HcclComm comm, aclrtStream stream) {
    CALL(comm, stream);
    if (!known(dataType)) REFUSE(HCCL_E_NOT_SUPPORT, "type %d on %s", dataType, state.settings.soc.c_str());
    if (root >= ranks) REFUSE(HCCL_E_PARA, "root %u of %u ranks", root, ranks);
    size_t element = bytesOf(elementOf(dataType)), bytes = count * element;
    if (buffer("buf", buf, bytes, element)) return HCCL_E_PARA;
    Part part;
    part.receive = static_cast<char *>(buf);
    part.call = text(__func__, count, dataType, static_cast<int>(root));
    return collective(communicator, on, part, 0, bytes, [=](std::vector<Part> &parts) {
        for (size_t rank = 0; rank < parts.size(); rank++) memmove(parts[rank].receive, parts[root].receive, bytes);
    });
}

HcclResult HcclAllGather(void *sendBuf, void *recvBuf, uint64_t sendCount, HcclDataType dataType, HcclComm comm, aclrtStream stream) {
    CALL(comm, stream);
    if (!known(dataType)) REFUSE(HCCL_E_NOT_SUPPORT, "type %d on %s", dataType, state.settings.soc.c_str());
    size_t element = bytesOf(elementOf(dataType)), bytes = sendCount * element;
    if (buffer("sendBuf", sendBuf, bytes, element) || buffer("recvBuf", recvBuf, bytes * ranks, element)) return HCCL_E_PARA;
    Part part;
    part.send = static_cast<char *>(sendBuf);
    part.receive = static_cast<char *>(recvBuf);
    part.call = text(__func__, sendCount, dataType, 0);
    return collective(communicator, on, part, bytes, bytes * ranks, [=](std::vector<Part> &parts) {
        std::vector<char> all;
        for (const Part &from : parts) all.insert(all.end(), from.send, from.send + bytes);
        for (Part &to : parts) memcpy(to.receive, all.data(), all.size());
    });
}

HcclResult HcclAlltoAll(
        const void *sendBuf, uint64_t sendCount, HcclDataType sendType, const void *recvBuf, uint64_t recvCount, HcclDataType recvType, HcclComm comm,
        aclrtStream stream) {
    CALL(comm, stream);
    if (!known(sendType)) REFUSE(HCCL_E_NOT_SUPPORT, "type %d on %s", sendType, state.settings.soc.c_str());
    if (sendType != recvType || sendCount != recvCount) REFUSE(HCCL_E_PARA, "%lu of type %d are sent, %lu of type %d received", static_cast<unsigned long>(sendCount), sendType, static_cast<unsigned long>(recvCount), recvType);
    if (sendBuf == recvBuf) REFUSE(HCCL_E_PARA, "sendBuf and recvBuf are one");
    size_t element = bytesOf(elementOf(sendType)), bytes = sendCount * element;
    if (buffer("sendBuf", sendBuf, bytes * ranks, element) || buffer("recvBuf", recvBuf, bytes * ranks, element)) return HCCL_E_PARA;
    Part part;
    part.send = static_cast<const char *>(sendBuf);
    part.receive = static_cast<char *>(const_cast<void *>(recvBuf));
    part.call = text(__func__, sendCount, sendType, 0);
    return collective(communicator, on, part, bytes * ranks, bytes * ranks, [=](std::vector<Part> &parts) {
        for (size_t to = 0; to < parts.size(); to++) {
            for (size_t from = 0; from < parts.size(); from++) memcpy(parts[to].receive + from * bytes, parts[from].send + to * bytes, bytes);
        }
    });
}

HcclResult HcclBarrier(HcclComm comm, aclrtStream stream) {
    CALL(comm, stream);
    Part part;
    part.call = text(__func__, 0, 0, static_cast<int>(ranks));
    return collective(communicator, on, part, 0, 0, [](std::vector<Part> &) {});
}

}
