// What the files of entry points include.
#pragma once
#include "calls.h"
#include "captures.h"
#include "memory.h"
#include "registry.h"
#include "settings.h"
#include "state.h"
#include "streams.h"

typedef int CUdevice;
typedef unsigned long long CUdeviceptr;
typedef CUctx_st *CUcontext;
typedef CUstream_st *CUstream;
typedef CUevent_st *CUevent;
typedef CUmod_st *CUmodule;
typedef CUfunc_st *CUfunction;
typedef CUgraph_st *CUgraph;
typedef CUgraphExec_st *CUgraphExec;

using namespace fake;

inline void *address(CUdeviceptr pointer) {
    return reinterpret_cast<void *>(pointer);
}
