package dev.parity.ascend.internal.cann;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What the codes of AscendCL, aclnn and HCCL are called, and what they mean where the name does not say it.
final class Codes {
    /// Codes after which the device does nothing any more until it is reset.
    private static final Set<Integer> LOST = Set.of(
            107022, 107023, 507010, 507014, 507015, 507016, 507017, 507018, 507033, 507034, 507035, 507053, 507054,
            507899);

    /// acl_base.h and rt_error_codes.h; 161xxx to 561xxx are aclnn's.
    private static final Map<Integer, String> ACL = parse("""
            100000 ACL_ERROR_INVALID_PARAM
            100001 ACL_ERROR_UNINITIALIZE
            100024 ACL_ERROR_OP_NOT_FOUND
            100025 ACL_ERROR_OP_LOAD_FAILED
            100026 ACL_ERROR_UNSUPPORTED_DATA_TYPE
            100027 ACL_ERROR_FORMAT_NOT_MATCH
            100029 ACL_ERROR_KERNEL_NOT_FOUND
            100039 ACL_ERROR_COMPILING_STUB_MODE, the libraries are stubs for linking
            107000 ACL_ERROR_RT_PARAM_INVALID
            107001 ACL_ERROR_RT_INVALID_DEVICEID
            107002 ACL_ERROR_RT_CONTEXT_NULL, no device was set on this thread
            107003 ACL_ERROR_RT_STREAM_CONTEXT, the stream belongs to another context
            107008 ACL_ERROR_RT_ADDR_UNALIGNED
            107017 ACL_ERROR_RT_INVALID_HANDLE
            107018 ACL_ERROR_RT_INVALID_MALLOC_TYPE
            107019 ACL_ERROR_RT_WAIT_TIMEOUT
            107020 ACL_ERROR_RT_TASK_TIMEOUT
            107022 ACL_ERROR_RT_DEVICE_TASK_ABORT
            107023 ACL_ERROR_RT_STREAM_ABORT
            148049 ACL_ERROR_INVALID_OPP_PATH
            161001 ACLNN_ERR_PARAM_NULLPTR
            161002 ACLNN_ERR_PARAM_INVALID, a type, shape or format that the operator or this SoC does not have
            200000 ACL_ERROR_BAD_ALLOC
            200001 ACL_ERROR_API_NOT_SUPPORT
            200002 ACL_ERROR_INVALID_DEVICE
            207000 ACL_ERROR_RT_FEATURE_NOT_SUPPORT
            207001 ACL_ERROR_RT_MEMORY_ALLOCATION, the device has not enough memory
            207002 ACL_ERROR_RT_MEMORY_FREE
            207003 ACL_ERROR_RT_AICORE_OVER_FLOW
            207004 ACL_ERROR_RT_NO_DEVICE
            207005 ACL_ERROR_RT_RESOURCE_ALLOC_FAIL
            207006 ACL_ERROR_RT_NO_PERMISSION
            207007 ACL_ERROR_RT_NO_EVENT_RESOURCE
            207008 ACL_ERROR_RT_NO_STREAM_RESOURCE
            207018 ACL_ERROR_RT_DEVICE_OOM
            361001 ACLNN_ERR_RUNTIME_ERROR
            500000 ACL_ERROR_INTERNAL_ERROR
            500003 ACL_ERROR_RT_FAILURE
            500004 ACL_ERROR_DRV_FAILURE
            507000 ACL_ERROR_RT_INTERNAL_ERROR
            507001 ACL_ERROR_RT_TS_ERROR
            507008 ACL_ERROR_RT_SOC_VERSION
            507010 ACL_ERROR_RT_LOST_HEARTBEAT
            507014 ACL_ERROR_RT_AICORE_TIMEOUT
            507015 ACL_ERROR_RT_AICORE_EXCEPTION
            507016 ACL_ERROR_RT_AICORE_TRAP_EXCEPTION
            507017 ACL_ERROR_RT_AICPU_TIMEOUT
            507018 ACL_ERROR_RT_AICPU_EXCEPTION
            507033 ACL_ERROR_RT_DEV_SETUP_ERROR
            507034 ACL_ERROR_RT_VECTOR_CORE_TIMEOUT
            507035 ACL_ERROR_RT_VECTOR_CORE_EXCEPTION
            507046 ACL_ERROR_RT_STREAM_SYNC_TIMEOUT
            507047 ACL_ERROR_RT_EVENT_SYNC_TIMEOUT
            507053 ACL_ERROR_RT_DEVICE_MEM_ERROR
            507054 ACL_ERROR_RT_HBM_MULTI_BIT_ECC_ERROR
            507899 ACL_ERROR_RT_DRV_INTERNAL_ERROR
            561000 ACLNN_ERR_INNER
            561001 ACLNN_ERR_INNER_INFERSHAPE_ERROR
            561002 ACLNN_ERR_INNER_TILING_ERROR
            561003 ACLNN_ERR_INNER_FIND_KERNEL_ERROR, install the operator package of this SoC
            561101 ACLNN_ERR_INNER_CREATE_EXECUTOR
            561103 ACLNN_ERR_INNER_NULLPTR
            561107 ACLNN_ERR_INNER_OPP_PATH_NOT_FOUND, source set_env.sh so that ASCEND_OPP_PATH is set
            561112 ACLNN_ERR_INNER_OPP_KERNEL_PKG_NOT_FOUND, install the operator package of this SoC
            """);

    private Codes() {}

    private static Map<Integer, String> parse(String table) {
        return table.lines()
                .map(line -> line.split(" ", 2))
                .collect(Collectors.toUnmodifiableMap(parts -> Integer.valueOf(parts[0]), parts -> parts[1]));
    }

    /// Names a code of AscendCL or aclnn.
    static String name(int code) {
        return ACL.getOrDefault(code, "a code that is not documented");
    }

    /// Tells whether the device does nothing any more.
    static boolean isLost(int code) {
        return LOST.contains(code);
    }
}
