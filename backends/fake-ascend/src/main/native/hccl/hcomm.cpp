// Communicators.
#include "../device/world.h"
#include <cstring>

using namespace fake;

#define COMMUNICATOR(handle) \
    int code = 0; \
    Communicator *communicator = find<Communicator>(handle, HCCL_E_PARA, code); \
    if (!communicator) return static_cast<HcclResult>(code)

#define REFUSE(code, ...) return static_cast<HcclResult>(fail(code, __VA_ARGS__))

extern "C" {

HcclResult HcclGetRootInfo(HcclRootInfo *rootInfo) {
    ENTER(HcclResult);
    static uint64_t roots = 0;
    memset(rootInfo, 0, sizeof *rootInfo);
    Lock lock(state.lock);
    snprintf(rootInfo->internal, sizeof rootInfo->internal, "fake root %lu", static_cast<unsigned long>(++roots));
    return HCCL_SUCCESS;
}

HcclResult HcclCommInitRootInfo(uint32_t nRanks, const HcclRootInfo *rootInfo, uint32_t rank, HcclComm *comm) {
    ENTER(HcclResult);
    int code = 0;
    if (!context(code)) return HCCL_E_RUNTIME;
    if (nRanks == 0 || rank >= nRanks) REFUSE(HCCL_E_PARA, "rank %u of %u", rank, nRanks);
    Communicator *made = nullptr;
    HcclResult result = join(rootInfo->internal, nRanks, rank, made);
    *comm = made;
    return result;
}

HcclResult HcclCommInitAll(uint32_t ndev, int32_t *devices, HcclComm *comms) {
    ENTER(HcclResult);
    if (ndev == 0 || !devices || !comms) REFUSE(HCCL_E_PARA, "%u devices", ndev);
    std::vector<int> all(devices, devices + ndev);
    for (uint32_t i = 0; i < ndev; i++) {
        if (all[i] < 0 || all[i] >= state.settings.devices) REFUSE(HCCL_E_PARA, "device %d of %d", all[i], state.settings.devices);
        for (uint32_t j = 0; j < i; j++) {
            if (all[i] == all[j]) REFUSE(HCCL_E_PARA, "device %d twice: a rank needs a device of its own", all[i]);
        }
    }
    std::vector<Communicator *> made = makeWorld(all);
    for (uint32_t i = 0; i < ndev; i++) comms[i] = made[i];
    return HCCL_SUCCESS;
}

HcclResult HcclCommDestroy(HcclComm comm) {
    ENTER(HcclResult);
    COMMUNICATOR(comm);
    leave(communicator);
    communicator->destroyed = true;
    return HCCL_SUCCESS;
}

HcclResult HcclSetConfig(HcclConfig config, HcclConfigValue configValue) {
    ENTER(HcclResult);
    if (config != HCCL_DETERMINISTIC || configValue.value < 0 || configValue.value > 1) REFUSE(HCCL_E_PARA, "config %d = %d, expected 0 = 0 or 1", config, configValue.value);
    if (configValue.value == 1 && state.settings.first()) REFUSE(HCCL_E_NOT_SUPPORT, "%s has no deterministic collectives", state.settings.soc.c_str());
    state.hcclDeterministic = configValue.value == 1;
    return HCCL_SUCCESS;
}

HcclResult HcclGetConfig(HcclConfig config, HcclConfigValue *configValue) {
    ENTER(HcclResult);
    if (config != HCCL_DETERMINISTIC) REFUSE(HCCL_E_PARA, "config %d, expected 0", config);
    configValue->value = state.hcclDeterministic;
    return HCCL_SUCCESS;
}

HcclResult HcclGetRankSize(HcclComm comm, uint32_t *rankSize) {
    ENTER(HcclResult);
    COMMUNICATOR(comm);
    *rankSize = ranksOf(communicator);
    return HCCL_SUCCESS;
}

HcclResult HcclGetRankId(HcclComm comm, uint32_t *rank) {
    ENTER(HcclResult);
    COMMUNICATOR(comm);
    *rank = communicator->rank;
    return HCCL_SUCCESS;
}

HcclResult HcclGetCommAsyncError(HcclComm comm, HcclResult *asyncError) {
    ENTER(HcclResult);
    COMMUNICATOR(comm);
    *asyncError = communicator->error;
    return HCCL_SUCCESS;
}

const char *HcclGetErrorString(HcclResult code) {
    switch (code) {
    case HCCL_SUCCESS: return "no error";
    case HCCL_E_PARA: return "parameter error";
    case HCCL_E_PTR: return "null pointer";
    case HCCL_E_MEMORY: return "memory error";
    case HCCL_E_INTERNAL: return "internal error";
    case HCCL_E_NOT_SUPPORT: return "not supported";
    case HCCL_E_NOT_FOUND: return "not found";
    case HCCL_E_UNAVAIL: return "unavailable";
    case HCCL_E_TIMEOUT: return "timeout";
    case HCCL_E_RUNTIME: return "runtime error";
    case HCCL_E_AGAIN: return "try again";
    case HCCL_E_REMOTE: return "error of a remote rank";
    }
    return "unknown error";
}

}
